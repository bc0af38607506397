package signin

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/chromium"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestBrowser checks the last step of the guide on the dev stack: the certificate warning, Argo
// CD's and Entra's sign-in pages, the applications, User Info and the sign-out.
func TestBrowser(t *testing.T) {
	chromium.Require(t)
	t.Parallel()
	_, azure, internet, port := e2e.OnLocalhost(t)
	url := "https://" + e2e.Start(t, azure, internet, port).Address
	browser := chromium.Open(t, internet)
	browser.VisitDespiteWarning(url)
	browser.SignIn("alice")
	browser.Wait("No applications available to you just yet")
	browser.Press("User Info")
	for _, shown := range []string{
		"Username: alice@contoso.example", "Issuer: https://login.microsoftonline.com/" + azure.TenantID + "/v2.0", azure.GroupID("Argo CD Admins"),
	} {
		browser.Wait(shown)
	}
	browser.Press("Settings")
	browser.Press("Repository certificates and known hosts")
	browser.Wait("No certificates configured")
	// This signs out of Argo CD only. Entra does not ask again.
	browser.Press("Log out")
	browser.Press(chromium.Button)
	browser.Wait("User Info")
}

// TestSignOutOfEntra checks that with the key signOutOfEntra, Entra asks for an account after the
// sign-out.
func TestSignOutOfEntra(t *testing.T) {
	chromium.Require(t)
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	e2e.Set(t, stack, "signOutOfEntra", "true")
	e2e.Want(t, stack.Up, map[string]int{"update": 2, "same": e2e.DevResources - 2})
	url := "https://" + e2e.Start(t, azure, internet, port).Address
	browser := chromium.Open(t, internet)
	browser.VisitDespiteWarning(url)
	browser.SignIn("alice")
	browser.Press("Log out")
	browser.SignIn("alice")
}

// TestBrowserRoles checks in the browser what the roles of prod's users allow, on its domain behind
// its ingress.
func TestBrowserRoles(t *testing.T) {
	chromium.Require(t)
	t.Parallel()
	stack, _, internet := e2e.OnItsDomain(t)
	url := e2e.Output(t, stack, "argocdUrl")
	create(t, internet, url)
	// This Argo CD has no repo-server. It fails to reach it after the permission check.
	const allowed, denied = "Unable to sync: error resolving repo revision", "Unable to sync: permission denied"
	for user, of := range map[string]struct{ cart, ledger string }{
		"alice": {cart: allowed, ledger: allowed},
		"bob":   {cart: denied, ledger: denied},
		"carol": {cart: allowed},
	} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			browser := chromium.Open(t, internet)
			browser.Visit(url)
			browser.SignIn(user)
			for application, answer := range map[string]string{"cart": of.cart, "ledger": of.ledger} {
				if answer == "" {
					browser.Visit(url + "/applications")
					browser.Wait("cart")
					if strings.Contains(browser.Shown(), application) {
						t.Errorf("%s can view %s: %s", user, application, browser.Shown())
					}
					continue
				}
				browser.Visit(url + "/applications?appNamespace=argocd&syncApp=" + application)
				browser.Press("Synchronize")
				browser.Wait(answer)
			}
		})
	}
	// Entra's page rejects a user without an assigned group.
	dave := chromium.Open(t, internet)
	dave.Visit(url)
	dave.Pick("dave")
	dave.Wait("AADSTS50105", "add you as a direct member to a group with access")
	dave.Press("Use another account")
	dave.Press("alice@contoso.example")
	dave.Wait("cart")
}

// create creates a project and two applications as alice.
func create(t *testing.T, internet *azuresim.Internet, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	alice := e2e.Browse(t, internet, "alice")
	e2e.WantError(t, e2e.Err(alice.SignIn(ctx, url)), "", "sign-in")
	post := func(path, body string) {
		e2e.NoError(t, alice.Post(ctx, url, path, body))
	}
	for project, application := range map[string]string{"shop": "cart", "bank": "ledger"} {
		post("/api/v1/projects", fmt.Sprintf(`{"project": {"metadata": {"name": %q}, "spec": {
			"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}]}}}`, project))
		post("/api/v1/applications?validate=false", fmt.Sprintf(`{"metadata": {"name": %q}, "spec": {"project": %q,
			"source": {"repoURL": "https://github.com/contoso/gitops", "path": %[1]q, "targetRevision": "main"},
			"destination": {"server": "https://kubernetes.default.svc", "namespace": %[1]q}},
			"status": {"resources": [{"version": "v1", "kind": "ConfigMap", "namespace": %[1]q, "name": %[1]q, "status": "OutOfSync"}],
			"sync": {"status": "OutOfSync"}, "health": {"status": "Healthy"}}}`, application, project))
	}
}

// TestBrowserBreakages checks the page that users see for each breakage.
func TestBrowserBreakages(t *testing.T) {
	chromium.Require(t)
	t.Parallel()
	_, azure, internet, port := e2e.OnLocalhost(t)
	for _, b := range e2e.Breakages {
		if b.Shows == "" {
			continue
		}
		t.Run(b.Name, func(t *testing.T) {
			defer e2e.Break(t, azure, b.Object, b.Change)()
			url := "https://" + e2e.Start(t, azure, internet, port).Address
			browser := chromium.Open(t, internet)
			browser.VisitDespiteWarning(url)
			for _, text := range append([]string{chromium.Button}, b.Presses...) {
				browser.Press(text)
			}
			browser.Wait(b.Shows)
			if shown := browser.Shown(); strings.Contains(shown, azure.GroupID("Argo CD Admins")) {
				t.Errorf("the page shows a group: %s", shown)
			}
		})
	}
	t.Run("certificate of another host", func(t *testing.T) {
		certificate, key, err := internet.Issue("elsewhere.example.com")
		e2e.NoError(t, err)
		pair, err := tls.X509KeyPair(certificate, key)
		e2e.NoError(t, err)
		site := httptest.NewUnstartedServer(http.NotFoundHandler())
		site.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
		site.StartTLS()
		defer site.Close()
		internet.Forward("argocd.example.com", site.Listener.Addr().String())
		chromium.Open(t, internet).ExpectWarning("https://argocd.example.com", "net::ERR_CERT_COMMON_NAME_INVALID")
	})
}

// TestScreenshots writes the screenshots of the README and docs/ (`make screenshots`).
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("needs -screenshots")
	}
	chromium.Require(t)
	stack, _, internet := e2e.OnItsDomain(t)
	url := e2e.Output(t, stack, "argocdUrl")
	browser := chromium.Open(t, internet)
	picture := func(name string, height float64) {
		browser.Screenshot(filepath.Join(*screenshots, name+".png"), height)
	}
	browser.Visit(url)
	browser.Wait(chromium.Button)
	picture("sign-in", 330)
	browser.Press(chromium.Button)
	browser.Wait("carol@contoso.example")
	picture("pick-an-account", 860)
	browser.Press("alice@contoso.example")
	browser.Press("User Info")
	browser.Wait("Issuer: ")
	picture("user-info", 330)
}

var screenshots = flag.String("screenshots", "", "folder for the screenshots")
