package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestContainerRegistry: repo-server signs in as a separate application, which can only pull
// from the registry and which users cannot use.
func TestContainerRegistry(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{"containerRegistry": mocks.RegistryID})
	for name, want := range map[string]object{
		"entra-registry-application": {
			"displayName": "argocd-dev-argocd-repo-server", "owners": []any{mocks.DeployerID}, "signInAudience": "AzureADMyOrg",
		},
		"entra-registry-principal": {"clientId": mocks.RegistryClientID, "appRoleAssignmentRequired": true, "owners": []any{mocks.DeployerID}},
		"entra-argocd-registry": {
			"applicationId": "entra-registry-application-id", "displayName": "argocd-dev-argocd-repo-server", "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": mocks.IssuerURL, "subject": "system:serviceaccount:argocd:argocd-repo-server",
		},
		"entra-registry-pull": {
			"scope": mocks.RegistryID, "principalId": "registry-principal-object", "principalType": "ServicePrincipal",
			"roleDefinitionId": "/subscriptions/" + mocks.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
		},
		// The users' application does not change.
		"entra-principal": {"clientId": mocks.ClientID, "appRoleAssignmentRequired": true, "owners": []any{mocks.DeployerID}},
		"entra-argocd-server": {
			"applicationId": "entra-application-id", "displayName": "argocd-dev-argocd-server", "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": mocks.IssuerURL, "subject": "system:serviceaccount:argocd:argocd-server",
		},
	} {
		registered := recorded.Named(t, name)
		registered.Has(t, want)
		if registered.Parent != "entra" {
			t.Errorf("%s is below %s", name, registered.Parent)
		}
	}
	for token, want := range map[string]int{mocks.Application: 2, mocks.Principal: 2, mocks.Credential: 2, mocks.RoleAssignment: 1, mocks.Grant: 1, mocks.Assignment: 1} {
		if got := len(recorded.All(token)); got != want {
			t.Errorf("%d of %s, want %d", got, token, want)
		}
	}
}

// TestRegistryLogin: Argo CD's settings name both applications, and the extension is installed
// after repo-server can pull.
func TestRegistryLogin(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{"containerRegistry": mocks.RegistryID})
	settings := recorded.Settings(t)
	for key, want := range map[string]string{
		"azure.workloadIdentity.clientId": mocks.RegistryClientID, "azure.workloadIdentity.entraSSOClientId": mocks.ClientID,
		"repoServer.env[0].name": "AZURE_ARM_TOKEN_RESOURCE", "repoServer.env[0].value": "https://containerregistry.azure.net",
		"repoServer.env[1].name": "AZURE_CLIENT_ID", "repoServer.env[1].value": mocks.RegistryClientID,
	} {
		if settings[key] != want {
			t.Errorf("setting %s: %q, want %q", key, settings[key], want)
		}
	}
	if oidc := settings[`configs.cm.oidc\.config`]; !strings.Contains(oidc, "clientID: "+mocks.ClientID+"\n") {
		t.Errorf("users sign in through another application: %s", oidc)
	}
	for _, needed := range []string{"entra-argocd-registry", "entra-registry-pull"} {
		if !slices.ContainsFunc(recorded.One(t, mocks.Extension).DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::"+needed) }) {
			t.Errorf("the extension does not wait for %s", needed)
		}
	}
}

func TestNoContainerRegistry(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, nil)
	recorded.One(t, mocks.Credential)
	recorded.One(t, mocks.Application)
	if roles := recorded.All(mocks.RoleAssignment); len(roles) > 0 {
		t.Errorf("role assignments: %v", roles)
	}
}

func TestInvalidContainerRegistry(t *testing.T) {
	t.Parallel()
	for registry, want := range map[string]string{
		"shopcharts": `argocd-on-aks:containerRegistry "shopcharts" is not a valid container registry ID`,
		"/subscriptions/" + mocks.SubscriptionID + "/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/shop": "is not a valid container registry ID",
		"/subscriptions/shop/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts":                       "is not a valid container registry ID",
		mocks.RegistryID + "/webhooks/a": "is not a valid container registry ID",
	} {
		t.Run(registry, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"containerRegistry": registry}, want)
		})
	}
	for key, want := range map[string]string{"repoServer.env[0].name": "would change the identity", "repoServer.env": "would replace all settings below it"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"containerRegistry": mocks.RegistryID, "extraSettings": `{"` + key + `":"AZURE_ARM_TOKEN_RESOURCE"}`},
				`argocd-on-aks:extraSettings "`+key+`" `+want)
		})
	}
}

// TestProxyBesideRegistry: the user's environment variables for repo-server stay, and the
// program appends its own.
func TestProxyBesideRegistry(t *testing.T) {
	t.Parallel()
	settings := deploy(t, map[string]string{
		"containerRegistry": mocks.RegistryID, "extraSettings": `{"repoServer.env[0].name":"HTTPS_PROXY","repoServer.env[0].value":"http://proxy.example:3128"}`,
	}).Settings(t)
	if settings["repoServer.env[0].name"] != "HTTPS_PROXY" || settings["repoServer.env[1].name"] != "AZURE_ARM_TOKEN_RESOURCE" {
		t.Errorf("settings %v", settings)
	}
}
