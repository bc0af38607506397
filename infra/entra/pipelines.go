package entra

import (
	"crypto/sha1" //nolint:gosec // defines UUIDs of version 5
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Pipeline is a workload that signs in to Argo CD without a user: an Entra application or a
// managed identity with a federated credential. It gets an access token for the EntraApp,
// which Argo CD accepts like a user's ID token.
type Pipeline struct {
	// Name of the pipeline: lower-case letters, digits and hyphens. The ArgoExtension
	// grants it a role by this name.
	Name string `pulumi:"name"`
	// Object ID, in lower case, of the pipeline's service principal.
	PrincipalID string `pulumi:"principalId"`
}

func (a *EntraAppArgs) pipelineProblems() problem.List {
	if len(a.Pipelines) == 0 {
		return nil
	}
	var p problem.List
	if n := len(a.Pipelines); n > maxAppRoles {
		p.Add("Pipelines", "has %d entries; an application has at most %d app roles", n, maxAppRoles)
		return p
	}
	if n := len(uriName(a.DisplayName)); n == 0 || n > maxURIName {
		p.Add("DisplayName", "%q must contain 1 to %d letters from a to z or digits, which become part of the application ID URI that pipelines request", a.DisplayName, maxURIName)
	}
	names, principals := map[string]bool{}, map[string]bool{}
	for i, pipeline := range a.Pipelines {
		path := problem.Item("Pipelines", i)
		p.Check(path+".Name", chart.CheckPipelineName(pipeline.Name, names))
		p.Check(path+".PrincipalID", azure.CheckObjectID(pipeline.PrincipalID))
		if !p.Has(path+".PrincipalID") && principals[pipeline.PrincipalID] {
			p.Add(path+".PrincipalID", "duplicate %q; define a role with policy lines that inherits from both", pipeline.PrincipalID)
		}
		if slices.Contains(a.knownGroups(), pipeline.PrincipalID) {
			p.Add(path+".PrincipalID", "%q is the object ID of a group; use that of the pipeline's service principal", pipeline.PrincipalID)
		}
		names[pipeline.Name], principals[pipeline.PrincipalID] = true, true
	}
	return p
}

// maxAppRoles is Entra's limit for an application. It is lower than the limit of the
// manifest, 1,200 entries together with redirect URIs and permissions:
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps#app-role-limits
const maxAppRoles = 700

// urlNamespace is the namespace of UUIDs of URLs: RFC 9562, section 6.6.
const urlNamespace = "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8"

// appRole returns the pipeline's app role. Its ID is derived from its name, so other
// pipelines do not affect it: a UUID of version 5, RFC 9562, section 5.5.
//
// Removing a pipeline deletes its app role before its assignment, because Pulumi deletes
// resources last. With the app role as a separate resource, the next update of the
// application would remove it, because it sends the whole list (inferred).
func (p Pipeline) appRole() appRole {
	value := chart.RoleValue(p.Name)
	id := sha1.Sum([]byte(urlNamespace + value)) //nolint:gosec // defines UUIDs of version 5
	id[6], id[8] = id[6]&0x0f|0x50, id[8]&0x3f|0x80
	return appRole{
		id:          fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16]),
		value:       value,
		displayName: "Argo CD pipeline " + p.Name,
		description: "Comes to Argo CD as the pipeline " + p.Name,
	}
}

// maxURIName is the rest of Entra's limit of 255 characters after api:// and a tenant ID:
// https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation
const maxURIName = 255 - len("api:///") - 36

var notInURI = regexp.MustCompile(`[^A-Za-z0-9]+`)

// uriName returns a name without characters that need quotes in a URI or on a command line.
func uriName(name string) string { return strings.Trim(notInURI.ReplaceAllString(name, "-"), "-") }

// identifierURI returns an application ID URI with the tenant ID, because tenants can reject
// others. The client ID is also allowed but known only after the application is created.
// https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
func identifierURI(tenantID, name string) string {
	return "api://" + tenantID + "/" + uriName(name)
}
