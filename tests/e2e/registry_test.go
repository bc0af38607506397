package e2e

import (
	"strings"
	"testing"

	"argocd-on-aks/tests/argocd"
	"argocd-on-aks/tests/azuresim"
)

// TestContainerRegistry: repo-server, and nobody else in the cluster, gets a
// token with which it may pull.
func TestContainerRegistry(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	registry, other := azure.AddRegistry("contoso"), azure.AddRegistry("fabrikam")
	set(t, stack, "containerRegistry", registry)
	// A second federated credential and the role assignment.
	want(t, stack.Up, map[string]int{"create": devResources + 2})
	internet := connect(t, azure)

	token, err := argocd.RegistryToken(t.Context(), azure, internet, t.TempDir(), "argocd-repo-server")
	if err != nil {
		t.Fatal(err)
	}
	if err := azure.Pull(token, registry); err != nil {
		t.Error(err)
	}
	if err := azure.Pull(token, other); err == nil {
		t.Error("may pull from another registry")
	}
	_, err = argocd.RegistryToken(t.Context(), azure, internet, t.TempDir(), "argocd-application-controller")
	if err == nil || !strings.Contains(err.Error(), "AADSTS700213") {
		t.Errorf("a token for another service account: %v", err)
	}

	azure.Remove(azuresim.RoleAssignment)
	if err := azure.Pull(token, registry); err == nil {
		t.Error("may pull without the role")
	}
	want(t, stack.Refresh, map[string]int{"same": devResources + 1, "delete": 1})
	want(t, stack.Up, map[string]int{"same": devResources + 1, "create": 1})

	set(t, stack, "containerRegistry", "")
	got, err := stack.Up(t.Context())
	if err != nil || got["delete"] != 2 || got["update"] != 1 {
		t.Errorf("without the registry: %v, %v; want credential and role deleted, the extension updated", got, err)
	}
}
