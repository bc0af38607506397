package stack

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestAzureDevOps: repo-server signs in as the application that it also uses for a registry,
// with no role in Azure.
func TestAzureDevOps(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{"azureDevOps": "true"})
	recorded.Named(t, "entra-registry-application").Has(t, object{
		"displayName": "argocd-dev-argocd-repo-server", "owners": []any{mocks.DeployerID}, "signInAudience": "AzureADMyOrg",
	})
	recorded.Named(t, "entra-argocd-registry").Has(t, object{
		"applicationId": "entra-registry-application-id", "displayName": "argocd-dev-argocd-repo-server", "audiences": []any{"api://AzureADTokenExchange"},
		"issuer": mocks.IssuerURL, "subject": "system:serviceaccount:argocd:argocd-repo-server",
	})
	for token, want := range map[string]int{mocks.Application: 2, mocks.Principal: 2, mocks.Credential: 2, mocks.RoleAssignment: 0, mocks.Grant: 1, mocks.Assignment: 1} {
		if got := len(recorded.All(token)); got != want {
			t.Errorf("%d of %s, want %d", got, token, want)
		}
	}
	settings := recorded.Settings(t)
	for key, want := range map[string]string{
		"azure.workloadIdentity.clientId": mocks.RegistryClientID, "azure.workloadIdentity.entraSSOClientId": mocks.ClientID,
		"repoServer.env[0].name": "AZURE_CLIENT_ID", "repoServer.env[0].value": mocks.RegistryClientID, "repoServer.env[1].name": "",
	} {
		if settings[key] != want {
			t.Errorf("setting %s: %q, want %q", key, settings[key], want)
		}
	}
	if !slices.ContainsFunc(recorded.One(t, mocks.Extension).DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::entra-argocd-registry") }) {
		t.Error("the extension does not wait for the credential")
	}
}

// TestAzureDevOpsOutputs: the object ID of the service principal is an output, and the
// outputs for a registry stay the same.
func TestAzureDevOpsOutputs(t *testing.T) {
	t.Parallel()
	pulls := map[string]string{"registryClientId": mocks.RegistryClientID}
	reads := map[string]string{"repoServerClientId": mocks.RegistryClientID, "repoServerObjectId": "registry-principal-object"}
	both := maps.Clone(pulls)
	maps.Copy(both, reads)
	for name, c := range map[string]struct {
		config map[string]string
		want   map[string]string
		page   string
	}{
		"alone":             {map[string]string{"azureDevOps": "true"}, reads, "with which it reads Azure DevOps,"},
		"with a registry":   {map[string]string{"azureDevOps": "true", "containerRegistry": mocks.RegistryID}, both, "with which it pulls charts and reads Azure DevOps,"},
		"a registry, alone": {map[string]string{"containerRegistry": mocks.RegistryID}, pulls, "with which it pulls charts,"},
		"neither":           {nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := exports(t, &mocks.Recorder{}, c.config)
			maps.DeleteFunc(got, func(name, _ string) bool { return name != "registryClientId" && !strings.HasPrefix(name, "repoServer") })
			if !maps.Equal(got, c.want) {
				t.Errorf("outputs %v, want %v", got, c.want)
			}
			page := pageOf(t, &mocks.Recorder{}, walkthrough(c.config))
			if strings.Contains(page, "App registration of repo-server") != (c.page != "") || !strings.Contains(page, c.page) {
				t.Errorf("readme: %s", page)
			}
			if strings.Contains(page, "registry-principal-object") != (c.config["azureDevOps"] != "") {
				t.Errorf("readme: %s", page)
			}
		})
	}
}

func TestAzureDevOpsInOtherClouds(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{"usgovernment", "china"} {
		refused(t, map[string]string{"azureDevOps": "true", "cloud": cloud, "azuread:environment": cloud, "azure-native:environment": cloud},
			`argocd-on-aks:azureDevOps cannot be combined with cloud "`+cloud+`"; Azure DevOps exists in the public cloud only`)
	}
	refused(t, map[string]string{"azureDevOps": "true", "name": strings.Repeat("a", 40), "names": `{"application":"` + strings.Repeat("a", 238) + `","cluster":"c","resourceGroup":"g"}`},
		"is longer than 237 characters; repo-server's application adds -argocd-repo-server")
}
