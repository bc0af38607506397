package signin

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestThrottledFromTheStart: an Argo CD that starts while Entra throttles lets nobody
// in, and knows nobody's session, as nothing but Entra tells it the keys; verify says
// so. When Entra answers again the sessions of before are good, without a restart or a
// sign-in.
func TestThrottledFromTheStart(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	before := e2e.Start(t, azure, internet, port)
	url, login := "https://"+before.Address, e2e.Output(t, stack, "loginCommand")
	alice, cli := e2e.Browse(t, internet, "alice"), e2e.Login(t, stack, internet, "alice")
	e2e.WantError(t, e2e.Err(alice.SignIn(t.Context(), url)), "", "signing in")

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
		t.Errorf("Entra answers again, and the browser's session does not: %v, %v", may, err)
	}
	if may := e2e.Run(t, cli, "account", "can-i", "get", "applications", "default/any"); may != "yes" {
		t.Errorf("Entra answers again, and the command's session does not: %s", may)
	}
}
