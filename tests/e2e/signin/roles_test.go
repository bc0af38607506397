package signin

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// may lists what the users of the prod stack are asked for, and who may. Erin,
// an auditor, may what bob may, a developer.
var may = []struct {
	action, resource, object string
	alice, bob, carol        bool
}{
	{"get", "applications", "shop/cart", true, true, true},
	{"get", "applications", "bank/ledger", true, true, false},
	{"sync", "applications", "shop/cart", true, false, true},
	{"sync", "applications", "bank/ledger", true, false, false},
	{"delete", "applications", "shop/cart", true, false, false},
	{"create", "projects", "new", true, false, false},
	{"update", "clusters", "https://kubernetes.default.svc", true, false, false},
	{"get", "clusters", "https://kubernetes.default.svc", true, true, false},
	{"create", "exec", "shop/cart", true, false, false},
	{"update", "accounts", "admin", true, false, false},
}

// TestRoles signs in the users of prod's four groups, two of which share a role,
// and asks Argo CD what each of them may do.
func TestRoles(t *testing.T) {
	t.Parallel()
	stack, _, internet := e2e.OnItsDomain(t)
	url := e2e.Output(t, stack, "argocdUrl")
	command := strings.Replace(e2e.Output(t, stack, "loginCommand"), "argocd.example.com", internet.Address, 1)
	for i, user := range []string{"alice", "bob", "carol", "erin"} {
		cli := argocd.NewCLI(internet, t.TempDir())
		if err := cli.Login(t.Context(), command, e2e.Browse(t, internet, user)); err != nil {
			t.Fatal(err)
		}
		for _, c := range may {
			want := map[bool]string{true: "yes", false: "no"}[[]bool{c.alice, c.bob, c.carol, c.bob}[i]]
			if got, err := cli.Run(t.Context(), "account", "can-i", c.action, c.resource, c.object); err != nil || got != want {
				t.Errorf("%s, %s %s %s: got %s, %v; want %s", user, c.action, c.resource, c.object, got, err, want)
			}
		}
	}
	if _, err := e2e.Browse(t, internet, "dave").SignIn(t.Context(), url); err == nil || !strings.Contains(err.Error(), "AADSTS50105") {
		t.Errorf("a user in no assigned group: %v", err)
	}
	if err := argocd.LoginAsAdmin(t.Context(), internet, t.TempDir(), "argocd login "+internet.Address+" --grpc-web"); err == nil || !strings.Contains(err.Error(), "disabled") {
		t.Errorf("built-in admin: %v", err)
	}
}

// TestBuiltInAdminIsOffBySetting shows that the setting does it, not the test.
func TestBuiltInAdminIsOffBySetting(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
	if err := azure.Change(azuresim.ArgoExtension, e2e.Setting(`configs.cm.admin\.enabled`, "true")); err != nil {
		t.Fatal(err)
	}
	internet := e2e.Connect(t, azure)
	if err := argocd.LoginAsAdmin(t.Context(), internet, t.TempDir(), "argocd login "+e2e.Start(t, azure, internet, e2e.FreePort(t)).Address+" --insecure"); err != nil {
		t.Errorf("switched on, the built-in admin cannot sign in: %v", err)
	}
}
