package infra

import (
	"fmt"
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	subscriptionOfTest = "88888888-8888-8888-8888-888888888888"
	registryOfTest     = "/subscriptions/" + subscriptionOfTest + "/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts"

	credentialToken     = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"
	roleAssignmentToken = "azure-native:authorization:RoleAssignment"
)

// TestContainerRegistry: repo-server signs in as the app, which may pull from
// the registry and do nothing else there.
func TestContainerRegistry(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, map[string]string{"containerRegistry": registryOfTest})
	if n := len(mocks.all(credentialToken)); n != 2 {
		t.Errorf("%d federated credentials, want one each of server and repo-server", n)
	}
	for _, component := range []string{"server", "repo-server"} {
		mocks.named(t, "entra-argocd-dev-"+component).has(t, object{
			"applicationId": "entra-application-id", "displayName": "argocd-dev-argocd-" + component, "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": issuerURL, "subject": "system:serviceaccount:argocd:argocd-" + component,
		})
	}
	role := mocks.one(t, roleAssignmentToken)
	role.has(t, object{
		"scope": registryOfTest, "principalId": "principal-object", "principalType": "ServicePrincipal",
		"roleDefinitionId": "/subscriptions/" + subscriptionOfTest + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
	})
	if role.name != "entra-registry" || role.parent != "entra" {
		t.Errorf("role assignment %s below %s", role.name, role.parent)
	}
	mocks.hasSettings(t, nil, map[string]string{
		"repoServer.env[0].name": "AZURE_ARM_TOKEN_RESOURCE", "repoServer.env[0].value": "https://containerregistry.azure.net",
	})
}

func TestNoContainerRegistry(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, map[string]string{"extraSettings": `{"repoServer.env[0].name":"HTTPS_PROXY"}`})
	mocks.one(t, credentialToken)
	if roles := mocks.all(roleAssignmentToken); len(roles) > 0 {
		t.Errorf("role assignments: %v", roles)
	}
	// Without a registry, repo-server's environment is the user's own.
	mocks.hasSettings(t, nil, map[string]string{"repoServer.env[0].name": "HTTPS_PROXY"})
}

func TestBadContainerRegistry(t *testing.T) {
	t.Parallel()
	for registry, want := range map[string]string{
		"shopcharts":            `argocd-on-aks:containerRegistry "shopcharts" is not the ID of a container registry`,
		"shopcharts.azurecr.io": "is not the ID of a container registry",
		"/subscriptions/" + subscriptionOfTest + "/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/shop": "is not the ID",
		"/subscriptions/shop/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shopcharts":                     "is not the ID",
		registryOfTest + "/webhooks/a": "is not the ID",
	} {
		t.Run(registry, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"containerRegistry": registry}, want)
		})
	}
	for _, key := range []string{"repoServer.env[0].name", "repoServer.env[1].value", "repoServer.env"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"containerRegistry": registryOfTest, "extraSettings": `{"` + key + `":"x"}`},
				`argocd-on-aks:extraSettings "`+key+`" is managed by this program: it would change repoServer.env`)
		})
	}
	if err := validateSetting("repoServer.envFrom", argoSettings{registry: true}.managed()); err != nil {
		t.Errorf("a neighbour: %v", err)
	}
}

// TestSharedApp: one app for many clusters, up to Entra's limit.
func TestSharedApp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		instances int
		registry  string
		want      string
	}{
		"20":                    {20, "", ""},
		"21":                    {21, "", "argument Instances needs 21 federated credentials, and an application has at most 20"},
		"10 with a registry":    {10, registryOfTest, ""},
		"11 with a registry":    {11, registryOfTest, "argument Instances needs 22 federated credentials"},
		"with a registry's URL": {1, "shopcharts.azurecr.io", `argument ContainerRegistryID "shopcharts.azurecr.io" is not the ID`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := func(ctx *pulumi.Context) error {
				args := &EntraAppArgs{DisplayName: "argocd", GroupObjectIDs: []string{adminsID}, ContainerRegistryID: c.registry}
				for i := range c.instances {
					args.Instances = append(args.Instances, ArgoInstance{
						Name: fmt.Sprintf("cluster-%d", i), Domain: fmt.Sprintf("argocd-%d.example.com", i), Issuer: pulumi.String(issuerURL + fmt.Sprint(i)),
					})
				}
				_, err := NewEntraApp(ctx, "entra", args)
				return err
			}
			mocks := &recorder{}
			if c.want != "" {
				_ = mocks.refused(t, nil, program, c.want)
				return
			}
			if err := mocks.run(nil, program); err != nil {
				t.Fatal(err)
			}
			trusts := map[string]int{}
			for _, credential := range mocks.all(credentialToken) {
				trusts[credential.inputs["displayName"].StringValue()+credential.inputs["issuer"].StringValue()+credential.inputs["subject"].StringValue()]++
			}
			if want := maxCredentials; len(trusts) != want {
				t.Errorf("%d distinct credentials, want %d: %v", len(trusts), want, maps.Keys(trusts))
			}
			if uris := mocks.one(t, "azuread:index/application:Application").inputs["web"].ObjectValue()["redirectUris"].ArrayValue(); len(uris) != c.instances {
				t.Errorf("%d redirect URIs of %d instances", len(uris), c.instances)
			}
		})
	}
}
