package entra

import "argocd-on-aks/infra/azure"

// usersApplication is the one through which users and pipelines sign in to Argo CD.
func (a *EntraAppArgs) usersApplication(t *tenant) application {
	app := application{
		displayName:  a.DisplayName,
		users:        &userSignIn{a.webRedirectURIs(), a.cliRedirectURIs(), a.GroupClaims},
		openToTenant: !isTrue(a.RequireAssignment),
		workloads:    []workload{server},
	}
	if isTrue(a.PreConsent) {
		app.consent = graphScopes
	}
	for _, group := range a.GroupObjectIDs {
		app.assignments = append(app.assignments, assignment{"group-" + group, azure.DefaultAppRole, group})
	}
	if len(a.Pipelines) > 0 {
		app.identifierURI = identifierURI(t.id, a.DisplayName)
	}
	for _, pipeline := range a.Pipelines {
		app.appRoles = append(app.appRoles, pipeline.appRole())
		app.assignments = append(app.assignments, assignment{"pipeline-" + pipeline.Name, pipeline.appRole().id, pipeline.PrincipalID})
	}
	return app
}
