package signin

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestSignIn signs in with both flows of the guide on the dev stack.
func TestSignIn(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	server := e2e.Start(t, azure, internet, port)

	info, err := e2e.Browse(t, internet, "alice").SignIn(t.Context(), "https://"+server.Address)
	e2e.NoError(t, err)
	if info.Username != "alice@contoso.example" || !slices.Equal(info.Groups, []string{azure.GroupID("Argo CD Admins")}) {
		t.Errorf("user info: %+v", info)
	}
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "dave").SignIn(t.Context(), "https://"+server.Address)), "AADSTS50105", "a user in no assigned group")

	printed, err := e2e.Login(t, stack, internet, "alice").Run(t.Context(), "account", "get-user-info")
	if err != nil || !strings.Contains(printed, "Username: alice@contoso.example") || !strings.Contains(printed, azure.GroupID("Argo CD Admins")) {
		t.Errorf("get-user-info: %v: %s", err, printed)
	}
}

// TestAccountWithoutMail checks that Argo CD shows the token's subject as the name of a user without a
// mail address, whose groups still have their role.
func TestAccountWithoutMail(t *testing.T) {
	t.Parallel()
	_, azure, internet, port := e2e.OnLocalhost(t)
	azure.RemoveMail("alice@contoso.example")
	url := "https://" + e2e.Start(t, azure, internet, port).Address
	browser := e2e.Browse(t, internet, "alice")
	info, err := browser.SignIn(t.Context(), url)
	e2e.NoError(t, err)
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`).MatchString(info.Username) || !slices.Equal(info.Groups, []string{azure.GroupID("Argo CD Admins")}) {
		t.Errorf("user info: %+v", info)
	}
	if allowed, err := browser.CanI(t.Context(), url, "delete", "applications", "default/any"); !allowed || err != nil {
		t.Errorf("deletion: %v, %v", allowed, err)
	}
}

// TestSessionEnds checks that Argo CD's session lasts as long as Entra's ID token. Argo CD cannot
// renew it on the server with workload identity (https://github.com/argoproj/argo-cd/issues/29298).
// The browser starts another session without a prompt until Entra's own session ends.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	_, azure, internet, port := e2e.OnLocalhost(t)
	azure.TokenLife = 3 * time.Second
	url := "https://" + e2e.Start(t, azure, internet, port).Address
	browser := e2e.Browse(t, internet, "alice")
	e2e.WantError(t, e2e.Err(browser.SignIn(t.Context(), url)), "", "sign-in")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for answers := 0; ; answers++ {
		if _, err := browser.CanI(ctx, url, "get", "applications", "default/any"); err != nil {
			if answers == 0 || !strings.Contains(err.Error(), "invalid session: failed to verify the token") {
				t.Errorf("after %d answers: %v, want the end of the session", answers, err)
			}
			break
		}
	}
	azure.TokenLife = time.Hour
	for _, c := range []struct {
		later time.Duration
		asked int
	}{{time.Hour, 1}, {23 * time.Hour, 1}, {25 * time.Hour, 2}} {
		azure.Advance(c.later)
		e2e.WantError(t, e2e.Err(browser.SignIn(t.Context(), url)), "", "sign-in")
		if browser.AccountPrompts != c.asked {
			t.Errorf("%s later, Entra asked %d times, want %d", c.later, browser.AccountPrompts, c.asked)
		}
	}
}

// TestRelogin checks that the CLI renews its session with a refresh token and without a secret
// (OIDCConfig in pkg/apiclient/apiclient.go of Argo CD v3.2.6). Entra renews no session of a user
// without access or after 90 days without use. Then `argocd relogin` starts another session.
func TestRelogin(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	azure.TokenLife = 3 * time.Second
	e2e.Start(t, azure, internet, port)
	home := t.TempDir()
	cli := argocd.NewCLI(internet, home)
	e2e.NoError(t, cli.Login(t.Context(), e2e.Output(t, stack, "loginCommand"), e2e.Browse(t, internet, "alice")))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ask := func() (may string, err error) {
		for {
			may, err = cli.Run(ctx, "account", "can-i", "get", "applications", "default/any")
			// A token can expire on its way to the server. The next command renews it.
			if err == nil || !strings.Contains(err.Error(), "invalid session: failed to verify the token") {
				return may, err
			}
		}
	}
	for first := remembered(t, home); remembered(t, home) == first; {
		if may, err := ask(); err != nil || may != "yes" {
			t.Fatalf("%s, %v", may, err)
		}
	}
	ends := func(want string) {
		t.Helper()
		var err error
		for err == nil {
			_, err = ask()
		}
		if !strings.Contains(err.Error(), want) {
			t.Fatalf("%v, want %s", err, want)
		}
	}
	restore := e2e.Break(t, azure, azuresim.AppRoleAssignment, e2e.Edit("principalObjectId", func(string) string { return azure.GroupID("Developers") }))
	ends("AADSTS50105")
	restore()
	azure.Advance(91 * 24 * time.Hour)
	ends("AADSTS700082")

	azure.TokenLife = time.Hour
	e2e.NoError(t, cli.Login(t.Context(), "argocd relogin", e2e.Browse(t, internet, "alice")))
	if may, err := ask(); err != nil || may != "yes" {
		t.Errorf("after the relogin: %s, %v", may, err)
	}
}

// remembered returns the CLI's stored session.
func remembered(t *testing.T, home string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(home, "argocd-cli.yaml"))
	e2e.NoError(t, err)
	return string(content)
}
