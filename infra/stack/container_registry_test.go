package stack

import (
	"testing"

	"argocd-on-aks/infra/internal/mocks"
)

// TestContainerRegistry: repo-server signs in as the app, which may pull from
// the registry and do nothing else there.
func TestContainerRegistry(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{"containerRegistry": mocks.RegistryID})
	if n := len(recorded.All(mocks.Credential)); n != 2 {
		t.Errorf("%d federated credentials, want one each of server and repo-server", n)
	}
	for _, component := range []string{"server", "repo-server"} {
		recorded.Named(t, "entra-argocd-"+component).Has(t, object{
			"applicationId": "entra-application-id", "displayName": "argocd-dev-argocd-" + component, "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": mocks.IssuerURL, "subject": "system:serviceaccount:argocd:argocd-" + component,
		})
	}
	role := recorded.One(t, mocks.RoleAssignment)
	role.Has(t, object{
		"scope": mocks.RegistryID, "principalId": "principal-object", "principalType": "ServicePrincipal",
		"roleDefinitionId": "/subscriptions/" + mocks.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
	})
	if role.Name != "entra-registry" || role.Parent != "entra" {
		t.Errorf("role assignment %s below %s", role.Name, role.Parent)
	}
	if recorded.Settings(t)["repoServer.env[0].name"] != "AZURE_ARM_TOKEN_RESOURCE" {
		t.Error("repo-server does not sign in to the registry")
	}
}

func TestNoContainerRegistry(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, nil)
	recorded.One(t, mocks.Credential)
	if roles := recorded.All(mocks.RoleAssignment); len(roles) > 0 {
		t.Errorf("role assignments: %v", roles)
	}
}

func TestBadContainerRegistry(t *testing.T) {
	t.Parallel()
	for registry, want := range map[string]string{
		"shopcharts":            `argocd-on-aks:containerRegistry "shopcharts" is not the ID of a container registry`,
		"shopcharts.azurecr.io": "is not the ID of a container registry",
		"/subscriptions/" + mocks.SubscriptionID + "/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/shop": "is not the ID",
		"/subscriptions/shop/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts":                       "is not the ID",
		mocks.RegistryID + "/webhooks/a": "is not the ID",
	} {
		t.Run(registry, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"containerRegistry": registry}, want)
		})
	}
	for _, key := range []string{"repoServer.env[0].name", "repoServer.env"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"containerRegistry": mocks.RegistryID, "extraSettings": `{"` + key + `":"AZURE_ARM_TOKEN_RESOURCE"}`},
				`argocd-on-aks:extraSettings "`+key+`" would change the identity`)
		})
	}
}

// TestProxyBesideRegistry: what the team gives repo-server stays, and the
// program's own variable follows it.
func TestProxyBesideRegistry(t *testing.T) {
	t.Parallel()
	settings := deploy(t, map[string]string{
		"containerRegistry": mocks.RegistryID, "extraSettings": `{"repoServer.env[0].name":"HTTPS_PROXY","repoServer.env[0].value":"http://proxy.example:3128"}`,
	}).Settings(t)
	if settings["repoServer.env[0].name"] != "HTTPS_PROXY" || settings["repoServer.env[1].name"] != "AZURE_ARM_TOKEN_RESOURCE" {
		t.Errorf("settings %v", settings)
	}
}
