package e2e

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
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

// prodController is what Pulumi.prod.yaml expects in the cluster.
var prodController = argocd.Controller{Class: "traefik", Secrets: []string{"argocd-tls"}}

func expose(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, server *argocd.Server, controller argocd.Controller) {
	t.Helper()
	if err := controller.Serve(internet, installed(t, azure), server); err != nil {
		t.Fatal(err)
	}
}

// onItsDomain deploys the prod stack and runs its Argo CD behind its controller.
func onItsDomain(t *testing.T) (*engine.Stack, *azuresim.Azure, *azuresim.Internet) {
	t.Helper()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	internet := connect(t, azure)
	expose(t, azure, internet, start(t, azure, internet, freePort(t)), prodController)
	return stack, azure, internet
}

// TestRoles signs in the users of prod's four groups, two of which share a role,
// and asks Argo CD what each of them may do.
func TestRoles(t *testing.T) {
	t.Parallel()
	stack, _, internet := onItsDomain(t)
	url := output(t, stack, "argocdUrl")
	command := strings.Replace(output(t, stack, "loginCommand"), "argocd.example.com", internet.Address, 1)
	for i, user := range []string{"alice", "bob", "carol", "erin"} {
		cli := argocd.NewCLI(internet, t.TempDir())
		if err := cli.Login(t.Context(), command, browse(t, internet, user)); err != nil {
			t.Fatal(err)
		}
		for _, c := range may {
			want := map[bool]string{true: "yes", false: "no"}[[]bool{c.alice, c.bob, c.carol, c.bob}[i]]
			if got, err := cli.Run(t.Context(), "account", "can-i", c.action, c.resource, c.object); err != nil || got != want {
				t.Errorf("%s, %s %s %s: got %s, %v; want %s", user, c.action, c.resource, c.object, got, err, want)
			}
		}
	}
	if _, err := browse(t, internet, "dave").SignIn(t.Context(), url); err == nil || !strings.Contains(err.Error(), "AADSTS50105") {
		t.Errorf("a user in no assigned group: %v", err)
	}
	if err := argocd.LoginAsAdmin(t.Context(), internet, t.TempDir(), "argocd login "+internet.Address+" --grpc-web"); err == nil || !strings.Contains(err.Error(), "disabled") {
		t.Errorf("built-in admin: %v", err)
	}
}

// TestBuiltInAdminIsOffBySetting shows that the setting does it, not the test.
func TestBuiltInAdminIsOffBySetting(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	if err := azure.Change(azuresim.ArgoExtension, setting(`configs.cm.admin\.enabled`, "true")); err != nil {
		t.Fatal(err)
	}
	internet := connect(t, azure)
	if err := argocd.LoginAsAdmin(t.Context(), internet, t.TempDir(), "argocd login "+start(t, azure, internet, freePort(t)).Address+" --insecure"); err != nil {
		t.Errorf("switched on, the built-in admin cannot sign in: %v", err)
	}
}
