package e2e

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestWithoutCLI: with `cli: false` the browser signs in, the argocd CLI is refused by
// Entra, and verify wants that.
func TestWithoutCLI(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := onLocalhost(t)
	login := output(t, stack, "loginCommand")
	set(t, stack, "cli", "false")
	want(t, stack.Up, map[string]int{"update": 1, "same": devResources - 1})
	if left := output(t, stack, "loginCommand"); left != "<nil>" {
		t.Errorf("loginCommand is still %s", left)
	}
	server := start(t, azure, internet, port)
	if _, err := browse(t, internet, "alice").SignIn(t.Context(), "https://"+server.Address); err != nil {
		t.Error(err)
	}
	cli := argocd.NewCLI(internet, t.TempDir())
	if err := cli.Login(t.Context(), login, browse(t, internet, "alice")); err == nil || !strings.Contains(err.Error(), "AADSTS50011") {
		t.Errorf("argocd login: %v", err)
	}
	checks := verify.Run(t.Context(), internet.Transport(), verify.Patience, outputs(t, stack))
	if verify.Failed(checks) {
		t.Errorf("%+v", checks)
	}
	// What somebody has put back by hand is seen.
	defer breakIt(t, azure, azuresim.Application, setList("publicClient", "redirectUris", "http://localhost:8085/auth/callback"))()
	failing(t, "CLI sign-in", "does not refuse it")(verify.Run(t.Context(), internet.Transport(), verify.Patience, outputs(t, stack)), 1)
}
