package signin

import (
	"strings"
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
	alice, cli := e2e.Browse(t, internet, "alice"), argocd.NewCLI(internet, t.TempDir())
	if _, err := alice.SignIn(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if err := cli.Login(t.Context(), login, e2e.Browse(t, internet, "alice")); err != nil {
		t.Fatal(err)
	}

	const says = "429 Too Many Requests"
	sees := func(want ...string) {
		t.Helper()
		missed(t, says, want, verify.Run(t.Context(), internet.Transport(), limit, e2e.Outputs(t, stack)))
	}
	restore := azure.Throttle()
	sees("Entra tenant", "workload identity")
	if err := before.Stop(); err != nil {
		t.Fatal(err)
	}
	e2e.Start(t, azure, internet, port)
	refused := func(who string, err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", who, err, want)
		}
	}
	_, err := e2e.Browse(t, internet, "alice").SignIn(t.Context(), url)
	refused("a browser", err, says)
	_, err = e2e.Browse(t, internet, "alice").SignInAsCommand(t.Context(), url)
	refused("the command in this process", err, says)
	refused("the command", argocd.NewCLI(internet, t.TempDir()).Login(t.Context(), login, e2e.Browse(t, internet, "alice")), says)
	sees("Entra tenant", "login redirect")
	_, err = alice.CanI(t.Context(), url, "get", "applications", "default/any")
	refused("a session in the browser", err, "invalid session")
	_, err = cli.Run(t.Context(), "account", "can-i", "get", "applications", "default/any")
	refused("a session of the command", err, "invalid session")

	restore()
	if may, err := alice.CanI(t.Context(), url, "get", "applications", "default/any"); err != nil || !may {
		t.Errorf("Entra answers again, and the browser's session does not: %v, %v", may, err)
	}
	if may := e2e.Run(t, cli, "account", "can-i", "get", "applications", "default/any"); may != "yes" {
		t.Errorf("Entra answers again, and the command's session does not: %s", may)
	}
}
