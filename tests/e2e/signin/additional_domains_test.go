package signin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestAdditionalDomains checks that users can sign in and out on each of two domains with the same
// groups and roles, and that no sign-in redirects to a third host of the same Argo CD.
func TestAdditionalDomains(t *testing.T) {
	t.Parallel()
	const inside, third = "https://argocd.corp.example", "https://elsewhere.example.com"
	stack, azure := e2e.Open(t, "prod")
	e2e.Set(t, stack, "additionalDomains[0]", strings.TrimPrefix(inside, "https://"))
	e2e.Set(t, stack, "signOutOfEntra", "true")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	internet, server := e2e.Serve(t, azure, e2e.ProdController)
	host := strings.TrimPrefix(third, "https://")
	e2e.NoError(t, internet.Publish(host, argocd.Proxy(server, host), time.Now().Add(time.Hour)))
	outside := e2e.Output(t, stack, "argocdUrl")
	for _, url := range []string{outside, inside} {
		wantAccess(t, azure, internet, url)
	}
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "alice").SignIn(t.Context(), third)), "Invalid redirect URL", "through a third host")
	for from, to := range map[string]string{outside: outside, inside: inside, third: outside} {
		if got := redirectURI(t, internet, from); got != to+"/auth/callback" {
			t.Errorf("a sign-in at %s redirects to %s", from, got)
		}
	}
	e2e.Verified(t, "verify", e2e.Verify(t, stack, internet))
	e2e.Verified(t, "verify --azure", e2e.VerifyAzure(t, stack, azure, internet))
}

// wantAccess signs users in at a URL, checks their permissions and signs one out.
func wantAccess(t *testing.T, azure *azuresim.Azure, internet *azuresim.Internet, url string) {
	t.Helper()
	for user, group := range map[string]string{"alice": "Argo CD Admins", "carol": "Release Managers"} {
		browser := e2e.Browse(t, internet, user)
		info, err := browser.SignIn(t.Context(), url)
		e2e.NoError(t, err)
		if !slices.Contains(info.Groups, azure.GroupID(group)) {
			t.Errorf("%s: %+v", url, info)
		}
		wantPermissions(t, user+" at "+url, inBrowser(t, browser, url), user)
		if page, err := browser.SignOut(t.Context(), url); err != nil || page != url+"/login" {
			t.Errorf("%s, signed out at %s, is at %s, %v", user, url, page, err)
		}
	}
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "dave").SignIn(t.Context(), url)), "AADSTS50105", "a user in no assigned group, at %s", url)
}

// redirectURI returns the redirect URI in Argo CD's request to Entra.
func redirectURI(t *testing.T, internet *azuresim.Internet, from string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from+"/auth/login", nil)
	e2e.NoError(t, err)
	response, err := internet.Transport().RoundTrip(request)
	e2e.NoError(t, err)
	defer response.Body.Close()
	target, err := url.Parse(response.Header.Get("Location"))
	e2e.NoError(t, err)
	return target.Query().Get("redirect_uri")
}

// TestLocalhostBesideDomain checks that users can also sign in through a port-forward if Argo CD
// terminates TLS.
func TestLocalhostBesideDomain(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "prod")
	port := e2e.FreePort(t)
	local := "localhost:" + strconv.Itoa(port)
	e2e.SetAll(t, stack, map[string]string{
		"ingress.className": "haproxy", "ingress.tlsSecret": "argocd-server-tls", "ingress.tls": "passthrough",
		`ingress.annotations["haproxy-ingress.github.io/ssl-passthrough"]`: "true",
		"additionalDomains[0]": local, "additionalDomains[1]": "argocd.corp.example",
	})
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	internet := e2e.Connect(t, azure)
	e2e.Expose(t, azure, internet, e2e.Start(t, azure, internet, port), argocd.Controller{Class: "haproxy"})
	for _, url := range []string{e2e.Output(t, stack, "argocdUrl"), "https://" + local, "https://argocd.corp.example"} {
		if _, err := e2e.Browse(t, internet, "alice").SignIn(t.Context(), url); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	if forward := e2e.Output(t, stack, "portForwardCommand"); !strings.HasSuffix(forward, " "+strconv.Itoa(port)+":443") {
		t.Errorf("portForwardCommand: %s", forward)
	}
	if page := e2e.Output(t, stack, "readme"); !strings.Contains(page, "https://"+local) || strings.Contains(page, "self-signed") {
		t.Errorf("readme: %s", page)
	}
	e2e.Verified(t, "verify", e2e.Verify(t, stack, internet))
}
