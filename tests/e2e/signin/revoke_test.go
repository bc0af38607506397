package signin

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestRevoke revokes and restores a group's access in the protected prod stack, with one up each.
// Consent and access to a registry also change. The cluster and the other resources stay protected.
func TestRevoke(t *testing.T) {
	t.Parallel()
	stack, azure, internet := e2e.OnItsDomain(t)
	url := e2e.Output(t, stack, "argocdUrl")
	signIn := func(user string) error {
		_, err := e2e.Browse(t, internet, user).SignIn(t.Context(), url)
		return err
	}
	e2e.NoError(t, signIn("bob"))

	revokeDevelopers(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "delete": 1, "same": e2e.ProdResources - 2})
	if hasAccess(t, azure, "Developers") {
		t.Error("developers still have access")
	}
	e2e.WantError(t, signIn("bob"), "AADSTS50105", "bob after his group's access is revoked")
	e2e.WantError(t, signIn("erin"), "", "an auditor with the same role")

	e2e.Set(t, stack, "roles[2].group", azure.GroupID("Developers"))
	e2e.Set(t, stack, "roles[2].role", "readonly")
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "create": 1, "same": e2e.ProdResources - 2})
	if err := signIn("bob"); err != nil || !hasAccess(t, azure, "Developers") {
		t.Errorf("bob after his group's access is restored: %v", err)
	}

	e2e.Set(t, stack, "preConsent", "false")
	e2e.Want(t, stack.Up, map[string]int{"delete": 1, "same": e2e.ProdResources - 1})
	e2e.Set(t, stack, "preConsent", "true")
	e2e.Set(t, stack, "containerRegistry", azure.AddRegistry("contoso"))
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "create": 5, "same": e2e.ProdResources - 2})
	e2e.Unset(t, stack, "containerRegistry")
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "delete": 4, "same": e2e.ProdResources - 1})
	e2e.Unset(t, stack, "cluster.maintenance")
	e2e.Want(t, stack.Up, map[string]int{"delete": 2, "same": e2e.ProdResources - 2})

	staysProtected(t, stack, azure)
}

// TestRevokeAfterUpgrade checks that resources that an earlier release protected, including Azure
// access, stay protected until the first up with this release. The preview of an up that revokes
// access before that fails.
func TestRevokeAfterUpgrade(t *testing.T) {
	t.Parallel()
	state := []byte(e2e.Read(t, "tests/e2e/testdata/releases/v0.2.0/prod.json"))
	stack, azure := e2e.Open(t, "prod")
	e2e.NoError(t, stack.Restore(t.Context(), state))
	e2e.OnlyUpdates(t, stack.Up)
	staysProtected(t, stack, azure)
	revokeDevelopers(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "delete": 1, "same": e2e.ProdResources - 2})

	early, azure := e2e.Open(t, "prod")
	e2e.NoError(t, early.Restore(t.Context(), state))
	revokeDevelopers(t, early)
	e2e.WantError(t, e2e.Err(early.Preview(t.Context())), "pulumi state unprotect", "revocation with the first up")
	if !hasAccess(t, azure, "Developers") {
		t.Error("a preview revoked access")
	}
}

func revokeDevelopers(t *testing.T, stack *engine.Stack) {
	t.Helper()
	e2e.Unset(t, stack, "roles[0]")
}

// staysProtected checks that destroy, a replacement of the cluster and a replacement of the node
// pool fail before they delete a resource.
func staysProtected(t *testing.T, stack *engine.Stack, azure *azuresim.Azure) {
	t.Helper()
	before := azure.IDs()
	_, err := stack.Destroy(t.Context())
	e2e.Set(t, stack, "cluster.network.podCidr", "10.100.0.0/16")
	_, upErr := stack.Up(t.Context())
	e2e.Unset(t, stack, "cluster.network.podCidr")
	e2e.Set(t, stack, "cluster.userPool.name", "blue")
	_, previewErr := stack.Preview(t.Context())
	e2e.Unset(t, stack, "cluster.userPool.name")
	for name, err := range map[string]error{"destroy": err, "another cluster": upErr, "another pool": previewErr} {
		e2e.WantError(t, err, "protect", "%s in a protected stack", name)
	}
	e2e.SameObjects(t, azure, before, "after refused operations")
}
