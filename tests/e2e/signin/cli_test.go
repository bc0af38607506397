package signin

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestWithoutCLI checks that with `cli: false` users can sign in on the web, Entra rejects the
// argocd CLI, and verify expects that.
func TestWithoutCLI(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	login := e2e.Output(t, stack, "loginCommand")
	e2e.Set(t, stack, "cli", "false")
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "same": e2e.DevResources - 1})
	if left := e2e.Output(t, stack, "loginCommand"); left != "<nil>" {
		t.Errorf("loginCommand is %s, want none", left)
	}
	server := e2e.Start(t, azure, internet, port)
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "alice").SignIn(t.Context(), "https://"+server.Address)), "", "sign-in")
	cli := argocd.NewCLI(internet, t.TempDir())
	e2e.WantError(t, cli.Login(t.Context(), login, e2e.Browse(t, internet, "alice")), "AADSTS50011", "argocd login")
	checks := e2e.Verify(t, stack, internet)
	if verify.Failed(checks) {
		t.Errorf("%+v", checks)
	}
	// verify finds a redirect URI that was added by hand.
	defer e2e.Break(t, azure, azuresim.Application, e2e.SetList("publicClient", "redirectUris", "http://localhost:8085/auth/callback"))()
	e2e.Failing(t, "CLI sign-in", "but Entra accepts it", e2e.Verify(t, stack, internet))
}
