package signin

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestRevoke takes a group's access away and gives it back in the protected prod
// stack, with one up each. Consent and a registry's access come and go as well;
// the cluster stays protected, and with it all the rest.
func TestRevoke(t *testing.T) {
	t.Parallel()
	stack, azure, internet := e2e.OnItsDomain(t)
	url := e2e.Output(t, stack, "argocdUrl")
	signIn := func(user string) error {
		_, err := e2e.Browse(t, internet, user).SignIn(t.Context(), url)
		return err
	}
	if err := signIn("bob"); err != nil {
		t.Fatal(err)
	}

	revokeDevelopers(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "delete": 1, "same": e2e.ProdResources - 2})
	if hasAccess(t, azure, "Developers") {
		t.Error("developers still have access")
	}
	if err := signIn("bob"); err == nil || !strings.Contains(err.Error(), "AADSTS50105") {
		t.Errorf("bob, whose group's access is revoked: %v", err)
	}
	if err := signIn("erin"); err != nil {
		t.Errorf("an auditor, who had the same role: %v", err)
	}

	e2e.Set(t, stack, "roles[2].group", azure.GroupID("Developers"))
	e2e.Set(t, stack, "roles[2].role", "readonly")
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "create": 1, "same": e2e.ProdResources - 2})
	if err := signIn("bob"); err != nil || !hasAccess(t, azure, "Developers") {
		t.Errorf("bob, whose group has access again: %v", err)
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

// TestRevokeAfterUpgrade: what a former release has marked as protected, Azure's
// access as well, stays so until the first up with this one. An up that revokes
// before that is refused by its preview.
func TestRevokeAfterUpgrade(t *testing.T) {
	t.Parallel()
	state, err := os.ReadFile("../testdata/releases/v0.2.0/prod.json")
	if err != nil {
		t.Fatal(err)
	}
	stack, azure := e2e.Open(t, "prod")
	if err := stack.Restore(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	e2e.OnlyUpdates(t, stack.Up)
	staysProtected(t, stack, azure)
	revokeDevelopers(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "delete": 1, "same": e2e.ProdResources - 2})

	early, azure := e2e.Open(t, "prod")
	if err := early.Restore(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	revokeDevelopers(t, early)
	if _, err := early.Preview(t.Context()); err == nil || !strings.Contains(err.Error(), "pulumi state unprotect") {
		t.Errorf("revoking with the first up: %v, want the command that unprotects", err)
	}
	if !hasAccess(t, azure, "Developers") {
		t.Error("a preview has revoked something")
	}
}

func revokeDevelopers(t *testing.T, stack *engine.Stack) {
	t.Helper()
	e2e.Unset(t, stack, "roles[0]")
}

// hasAccess says whether a group may sign in and has a role, and wants both or
// neither.
func hasAccess(t *testing.T, azure *azuresim.Azure, name string) bool {
	t.Helper()
	id := azure.GroupID(name)
	assigned, role := false, false
	for _, assignment := range azure.Inputs(azuresim.AppRoleAssignment) {
		assigned = assigned || assignment["principalObjectId"].StringValue() == id
	}
	for _, extension := range azure.Inputs(azuresim.ArgoExtension) {
		role = strings.Contains(extension["configurationSettings"].ObjectValue()[`configs.rbac.policy\.csv`].StringValue(), id)
	}
	if assigned != role {
		t.Errorf("%s may sign in: %v, has a role: %v", name, assigned, role)
	}
	return assigned
}

// staysProtected wants a destroy, a replacement of the cluster and another node
// pool in place of the old one to be refused before anything is deleted.
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
		if err == nil || !strings.Contains(err.Error(), "protect") {
			t.Errorf("%s in a protected stack: %v", name, err)
		}
	}
	if after := azure.IDs(); !slices.Equal(before, after) {
		t.Errorf("what was refused has deleted something: %v, then %v", before, after)
	}
}
