package stack

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestNames: each field of the config key names sets the name of its resource.
func TestNames(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{
		"name":              "gitops",
		"names":             `{"resourceGroup":"myResourceGroup","cluster":"myAKSCluster","application":"Argo CD","federatedCredential":"argocd-sso"}`,
		"containerRegistry": mocks.RegistryID,
	})
	for name, want := range map[string]struct{ property, value string }{
		"aks-group":                  {"resourceGroupName", "myResourceGroup"},
		"aks-cluster":                {"resourceName", "myAKSCluster"},
		"entra-application":          {"displayName", "Argo CD"},
		"entra-argocd-server":        {"displayName", "argocd-sso"},
		"entra-registry-application": {"displayName", "Argo CD-argocd-repo-server"},
		"entra-argocd-registry":      {"displayName", "gitops-argocd-repo-server"},
	} {
		if got := recorded.Named(t, name).Inputs[resource.PropertyKey(want.property)]; got.StringValue() != want.value {
			t.Errorf("%s: %s is %v, want %s", name, want.property, got, want.value)
		}
	}
	if got := recorded.Named(t, "aks-cluster").Inputs["dnsPrefix"].StringValue(); got != "myAKSCluster" {
		t.Errorf("dnsPrefix %s", got)
	}
}

func TestInvalidNames(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]string{
		`{"resourceGroup":"my group"}`:  `argocd-on-aks:names.resourceGroup "my group" must be 1 to 90`,
		`{"cluster":"my_cluster_"}`:     `argocd-on-aks:names.cluster "my_cluster_" must be 1 to 63`,
		`{"app":"Argo CD"}`:             `argocd-on-aks:names.app is not a valid field; did you mean application?`,
		`{"cluster":{"name":"argocd"}}`: `argocd-on-aks:names.cluster must be a string`,
	} {
		t.Run(names, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"names": names}, want)
		})
	}
}
