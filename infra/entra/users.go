package entra

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/component"
)

// usersApplication returns the application through which users and pipelines sign in to Argo CD.
func (a *EntraAppArgs) usersApplication(tenantID string) application {
	app := application{
		purpose:      forUsers,
		displayName:  a.DisplayName,
		users:        &userSignIn{a.webRedirectURIs(), a.cliRedirectURIs(), a.GroupClaims},
		openToTenant: !isTrue(a.RequireAssignment),
		workloads:    []workload{argocdServer},
	}
	if isTrue(a.PreConsent) {
		app.consent = azure.SignInScopes()
	}
	for _, group := range a.GroupObjectIDs {
		app.assignments = append(app.assignments, appRoleAssignment{"group-" + group, azure.DefaultAppRole, pulumi.String(group)})
	}
	for _, name := range slices.Sorted(maps.Keys(a.Groups)) {
		app.assignments = append(app.assignments, appRoleAssignment{"group-" + name, azure.DefaultAppRole, component.Checked(groupPath(name), a.Groups[name], azure.CheckObjectID)})
	}
	if len(a.Pipelines) > 0 {
		app.identifierURI = identifierURI(tenantID, a.DisplayName)
	}
	for _, pipeline := range a.Pipelines {
		app.appRoles = append(app.appRoles, pipeline.appRole())
		app.assignments = append(app.assignments, appRoleAssignment{"pipeline-" + pipeline.Name, pipeline.appRole().id, pulumi.String(pipeline.PrincipalID)})
	}
	return app
}
