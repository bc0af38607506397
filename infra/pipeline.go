package infra

import (
	"crypto/sha1"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/internal/problem"
)

// Pipeline is a workload identity that comes to Argo CD by itself: an Entra
// application or a managed identity with a federated credential of its own. With
// that it gets an access token for the EntraApp, which Argo CD takes as it takes
// a user's ID token.
type Pipeline struct {
	// Name is the same as that of the chart.PipelineRole, which says what it may do.
	Name string
	// PrincipalID is the object ID of its service principal, in lower case.
	PrincipalID string
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
		wantObjectID(&p, path+".PrincipalID", pipeline.PrincipalID)
		if !p.Has(path+".PrincipalID") && principals[pipeline.PrincipalID] {
			p.Add(path+".PrincipalID", "duplicate %q; define a role in policies that inherits from both", pipeline.PrincipalID)
		}
		if slices.Contains(a.GroupObjectIDs, pipeline.PrincipalID) {
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

// urlNamespace is that of UUIDs made of URLs: RFC 9562, section 6.6.
const urlNamespace = "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8"

// roleID is the ID of a pipeline's app role. It is made of its name, so that no
// other pipeline's changes when one comes or goes: a UUID of version 5, RFC 9562,
// section 5.5.
func (p Pipeline) roleID() string {
	id := sha1.Sum([]byte(urlNamespace + chart.RoleValue(p.Name)))
	id[6], id[8] = id[6]&0x0f|0x50, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// expose makes an application one that pipelines get tokens for, with an app role
// for each of them. Only applications can be assigned to these roles.
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps
func expose(application *azuread.ApplicationArgs, args *EntraAppArgs, tenantID string) {
	if len(args.Pipelines) == 0 {
		return
	}
	application.IdentifierUris = pulumi.ToStringArray([]string{identifierURI(tenantID, args.DisplayName)})
	// Of version 2, an access token has the issuer and the audience of ID tokens: the
	// only ones that Argo CD takes (Verify in util/oidc/provider.go, and
	// OAuth2AllowedAudiences in util/settings/settings.go of Argo CD 3.2).
	// https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats
	application.Api = azuread.ApplicationApiArgs{RequestedAccessTokenVersion: pulumi.Int(2)}
	roles := azuread.ApplicationAppRoleTypeArray{}
	for _, pipeline := range args.Pipelines {
		roles = append(roles, azuread.ApplicationAppRoleTypeArgs{
			AllowedMemberTypes: pulumi.ToStringArray([]string{"Application"}),
			Description:        pulumi.String("Comes to Argo CD as the pipeline " + pipeline.Name),
			DisplayName:        pulumi.String("Argo CD pipeline " + pipeline.Name),
			Id:                 pulumi.String(pipeline.roleID()),
			Value:              pulumi.String(chart.RoleValue(pipeline.Name)),
		})
	}
	application.AppRoles = roles
}

// maxURIName is what Entra's limit of 255 characters leaves beside api:// and a
// tenant: https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation
const maxURIName = 255 - len("api:///") - 36

var notInURI = regexp.MustCompile(`[^A-Za-z0-9]+`)

// uriName is a name that can stand in a URI, and on a command line.
func uriName(name string) string { return strings.Trim(notInURI.ReplaceAllString(name, "-"), "-") }

// identifierURI has the tenant in it, as tenants may refuse others. The client ID
// would do as well, but is known only when the application is there.
// https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
func identifierURI(tenantID, name string) string {
	return "api://" + tenantID + "/" + uriName(name)
}

// admitPipelines assigns the pipelines to their app roles, and says which scope
// their tokens are for. One that is taken out of the arguments loses its app role
// before its assignment, as Pulumi deletes at the end. With an app role as a resource
// of its own it would be the other way round, but the next update of the application,
// which is sent with its whole list, would take the role away (inferred).
func (app *EntraApp) admitPipelines(ctx *pulumi.Context, name string, args *EntraAppArgs, tenantID string, principal *azuread.ServicePrincipal, parent pulumi.ResourceOption) error {
	app.PipelineScope = pulumi.String("").ToStringOutput()
	if len(args.Pipelines) > 0 {
		app.PipelineScope = pulumi.String(identifierURI(tenantID, args.DisplayName) + "/.default").ToStringOutput()
	}
	for _, pipeline := range args.Pipelines {
		assignment, err := azuread.NewAppRoleAssignment(ctx, name+"-pipeline-"+pipeline.Name, &azuread.AppRoleAssignmentArgs{
			AppRoleId:         pulumi.String(pipeline.roleID()),
			PrincipalObjectId: pulumi.String(pipeline.PrincipalID),
			ResourceObjectId:  principal.ObjectId,
		}, parent, unprotected)
		if err != nil {
			return fmt.Errorf("assignment of pipeline %s: %w", pipeline.Name, err)
		}
		app.Access = append(app.Access, assignment)
	}
	return nil
}
