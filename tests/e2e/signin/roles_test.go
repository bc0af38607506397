package signin

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestRoles signs in the users of prod's four groups, two of which share a role, and checks their
// permissions.
func TestRoles(t *testing.T) {
	t.Parallel()
	stack, _, internet := e2e.OnItsDomain(t)
	url := e2e.Output(t, stack, "argocdUrl")
	for _, user := range []string{"alice", "bob", "carol", "erin"} {
		wantPermissions(t, user, inCLI(t, e2e.Login(t, stack, internet, user)), user)
	}
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "dave").SignIn(t.Context(), url)), "AADSTS50105", "a user in no assigned group")
	e2e.WantError(t, argocd.LoginAsAdmin(t.Context(), internet, t.TempDir(), "argocd login "+internet.Address+" --grpc-web"), "disabled", "built-in admin")
}

// TestBuiltInAdminIsOffBySetting checks that the built-in admin can sign in without the setting.
func TestBuiltInAdminIsOffBySetting(t *testing.T) {
	t.Parallel()
	_, azure := e2e.Deploy(t, "dev")
	e2e.Break(t, azure, azuresim.ArgoExtension, e2e.Setting(`configs.cm.admin\.enabled`, "true"))
	internet := e2e.Connect(t, azure)
	if err := argocd.LoginAsAdmin(t.Context(), internet, t.TempDir(), "argocd login "+e2e.Start(t, azure, internet, e2e.FreePort(t)).Address+" --insecure"); err != nil {
		t.Errorf("the enabled built-in admin cannot sign in: %v", err)
	}
}
