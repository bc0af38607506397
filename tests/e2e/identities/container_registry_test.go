package identities

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestContainerRegistry checks that repo-server can pull from the registry and no other one, only
// while it has the role.
func TestContainerRegistry(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	e2e.New(t, azure, azuresim.ResourceGroup, map[string]any{"resourceGroupName": "registries", "location": "westeurope"})
	stack := e2e.OpenOn(t, azure, "dev")
	registry, other := azure.AddRegistry("contoso"), azure.AddRegistry("fabrikam") // in the same resource group
	const resources = e2e.DevResources + e2e.RegistryResources
	e2e.Set(t, stack, "containerRegistry", registry)
	e2e.Succeed(t, stack.Up)
	wantIdentities(t, azure, map[string]identity{
		usersApp: {trusts: []string{"argocd-server"}}, chartsApp: {[]string{"argocd-repo-server"}, []string{"AcrPull on " + registry}},
	})
	e2e.Want(t, stack.Up, map[string]int{"same": resources})
	repoServer := e2e.Pod(t, azure, e2e.Connect(t, azure), "argocd-repo-server")
	if err := e2e.Pull(t.Context(), repoServer, registry); err != nil {
		t.Error(err)
	}
	if err := e2e.Pull(t.Context(), repoServer, other); err == nil {
		t.Error("can pull from another registry")
	}

	azure.Remove(azuresim.RoleAssignment)
	if err := e2e.Pull(t.Context(), repoServer, registry); err == nil {
		t.Error("can pull without the role")
	}
	e2e.Want(t, stack.Refresh, map[string]int{"same": resources - 1, "delete": 1})
	e2e.Want(t, stack.Up, map[string]int{"same": resources - 1, "create": 1})

	e2e.Set(t, stack, "containerRegistry", "")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 1, "update": 1, "delete": e2e.RegistryResources})
}

// TestInheritedRole checks that a role on a resource group covers its registries in the simulated
// Azure. A role that is wider than AcrPull on one registry would therefore fail the other tests.
func TestInheritedRole(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	group, _ := e2e.New(t, azure, azuresim.ResourceGroup, map[string]any{"resourceGroupName": "registries", "location": "westeurope"})
	stack := e2e.OpenOn(t, azure, "dev")
	registry, other := azure.AddRegistry("contoso"), azure.AddRegistry("fabrikam")
	e2e.Set(t, stack, "containerRegistry", registry)
	e2e.Succeed(t, stack.Up)
	wider, _ := e2e.New(t, azure, azuresim.RoleAssignment, map[string]any{
		"scope": group, "principalId": objectID(t, azure, e2e.Output(t, stack, "registryClientId")), "principalType": "ServicePrincipal",
		"roleDefinitionId": "/subscriptions/" + azure.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
	})
	if err := e2e.Pull(t.Context(), e2e.Pod(t, azure, e2e.Connect(t, azure), "argocd-repo-server"), other); err != nil {
		t.Error(err)
	}
	azure.Delete(wider)
}

// objectID returns the object ID of an application's service principal.
func objectID(t *testing.T, azure *azuresim.Azure, clientID string) string {
	t.Helper()
	for _, principal := range azure.Answers(azuresim.ServicePrincipal) {
		if principal["clientId"].StringValue() == clientID {
			return principal["objectId"].StringValue()
		}
	}
	t.Fatalf("no service principal of %s", clientID)
	return ""
}

// TestRegistryIdentity checks that repo-server uses an identity that no user can sign in to, and
// that no other pod can use it.
func TestRegistryIdentity(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	registry := azure.AddRegistry("contoso")
	e2e.Set(t, stack, "containerRegistry", registry)
	e2e.Succeed(t, stack.Up)
	wantIdentities(t, azure, map[string]identity{
		usersApp: {trusts: []string{"argocd-server"}}, chartsApp: {[]string{"argocd-repo-server"}, []string{"AcrPull on " + registry}},
	})
	internet := e2e.Connect(t, azure)
	users, repoServer := e2e.Output(t, stack, "clientId"), e2e.Output(t, stack, "registryClientId")
	for _, c := range []struct {
		account, client, want string
	}{
		{"argocd-repo-server", repoServer, ""},
		{"argocd-repo-server", users, "AADSTS700213"},
		{"argocd-server", repoServer, "AADSTS700213"},
		{"argocd-server", users, "DENIED"},
		{"argocd-application-controller", repoServer, "AADSTS700213"},
		{"argocd-application-controller", users, "AADSTS700213"},
	} {
		token, err := e2e.Pod(t, azure, internet, c.account).Token(t.Context(), c.client, "https://containerregistry.azure.net")
		if err == nil {
			err = azure.Pull(token, registry)
		}
		e2e.WantError(t, err, c.want, "%s as %s", c.account, c.client)
	}
	notForUsers(t, azure, internet, repoServer)
}
