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

// Pipeline is a workload that signs in to Argo CD by itself: an Entra application or a
// managed identity with a federated credential of its own. With that it gets an access
// token for the EntraApp, which Argo CD accepts like a user's ID token.
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
		p.Add("Pipelines", "are %d, and an application has at most %d app roles", n, maxAppRoles)
		return p
	}
	if n := len(uriName(a.DisplayName)); n == 0 || n > maxURIName {
		p.Add("DisplayName", "%q makes the application's ID, which pipelines ask for: it needs 1 to %d letters from a to z or digits", a.DisplayName, maxURIName)
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

// maxAppRoles is Entra's limit for an application. It is reached before that of the
// manifest, of 1,200 entries with redirect URIs and permissions:
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps#app-role-limits
const maxAppRoles = 700

// urlNamespace is the namespace of UUIDs of URLs: RFC 9562, section 6.6.
const urlNamespace = "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8"

// appRole is the pipeline's. Its ID follows from its name, so that adding or removing a
// pipeline changes no other's: a UUID of version 5, RFC 9562, section 5.5.
//
// A pipeline that is removed from the arguments loses its app role before its
// assignment, because Pulumi deletes at the end. An app role as a resource of its own
// would reverse that, but the next update of the application, which sends the whole list,
// would remove the role (inferred).
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

// maxURIName is what Entra's limit of 255 characters leaves beside api:// and a
// tenant: https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation
const maxURIName = 255 - len("api:///") - 36

var notInURI = regexp.MustCompile(`[^A-Za-z0-9]+`)

// uriName is a name without characters that need quotes in a URI or on a command line.
func uriName(name string) string { return strings.Trim(notInURI.ReplaceAllString(name, "-"), "-") }

// identifierURI includes the tenant, as tenants may reject others. The client ID would do
// as well, but is known only after the application is created.
// https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
func identifierURI(tenantID, name string) string {
	return "api://" + tenantID + "/" + uriName(name)
}
