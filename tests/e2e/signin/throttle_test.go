package signin

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestThrottledAtStart checks an Argo CD that starts while Entra throttles. It accepts no sign-in
// and no session, because it gets the keys from Entra, and verify reports that. Afterwards the
// previous sessions are valid without a restart or a sign-in.
func TestThrottledAtStart(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	before := e2e.Start(t, azure, internet, port)
	url, login := "https://"+before.Address, e2e.Output(t, stack, "loginCommand")
	alice, cli := e2e.Browse(t, internet, "alice"), e2e.Login(t, stack, internet, "alice")
	e2e.WantError(t, e2e.Err(alice.SignIn(t.Context(), url)), "", "sign-in")

	const says = "429 Too Many Requests"
	sees := func(want ...string) {
		t.Helper()
		missed(t, says, want, verify.Run(t.Context(), internet.Transport(), limit, e2e.Outputs(t, stack)))
	}
	restore := azure.Throttle()
	sees("Entra tenant", "workload identity")
	e2e.NoError(t, before.Stop())
	e2e.Start(t, azure, internet, port)
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "alice").SignIn(t.Context(), url)), says, "a browser")
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "alice").SignInAsCommand(t.Context(), url)), says, "the command in this process")
	e2e.WantError(t, argocd.NewCLI(internet, t.TempDir()).Login(t.Context(), login, e2e.Browse(t, internet, "alice")), says, "the command")
	sees("Entra tenant", "login redirect")
	e2e.WantError(t, e2e.Err(alice.CanI(t.Context(), url, "get", "applications", "default/any")), "invalid session", "a session in the browser")
	e2e.Refused(t, cli, "invalid session", "account", "can-i", "get", "applications", "default/any")

	restore()
	if may, err := alice.CanI(t.Context(), url, "get", "applications", "default/any"); err != nil || !may {
		t.Errorf("the browser's session after throttling: %v, %v", may, err)
	}
	if may := e2e.Run(t, cli, "account", "can-i", "get", "applications", "default/any"); may != "yes" {
		t.Errorf("the CLI's session after throttling: %s", may)
	}
}
