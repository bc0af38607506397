package verify

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// attempt is a sign-in that was begun: where Argo CD sends the browser, and the
// cookies to come back with.
type attempt struct {
	target  *url.URL
	cookies []*http.Cookie
}

// checkSignIn begins to sign in, and goes on from there to Entra and back.
func checkSignIn(ctx context.Context, argo, web *http.Client, o Outputs) []Check {
	begun, login := checkLogin(ctx, argo, o)
	if !login.OK {
		return []Check{login}
	}
	var page, workload Check
	sideBySide(
		func() { page = checkSignInPage(ctx, web, begun.target) },
		func() { workload = checkWorkloadIdentity(ctx, argo, begun, o.ArgoCDURL) },
	)
	return []Check{login, page, workload}
}

// checkLogin looks where Argo CD sends a browser that wants to sign in.
func checkLogin(ctx context.Context, client *http.Client, o Outputs) (begun attempt, result Check) {
	check := Check{Name: "login redirect", Fix: "kubectl logs deploy/argocd-server -n argocd; can the pods reach Entra?"}
	response, err := get(ctx, client, o.ArgoCDURL+"/auth/login")
	if err != nil {
		return attempt{}, check.failed(err.Error())
	}
	target, err := response.Location()
	if err != nil {
		return attempt{}, check.failed(fmt.Sprintf("Argo CD answers %s: %s", response.Status, excerpt(response.body)))
	}
	tenant, _ := url.Parse(o.EntraIssuerURL)
	callback := o.ArgoCDURL + "/auth/callback"
	check.Fix = "users and Argo CD must agree on the domain; check the config key domain and what the ingress passes on"
	for _, want := range []struct{ what, got, want string }{
		{"sends users to", target.Scheme + "://" + target.Host, tenant.Scheme + "://" + tenant.Host},
		{"asks for client ID", target.Query().Get("client_id"), o.ClientID},
		{"asks for redirect URI", target.Query().Get("redirect_uri"), callback},
	} {
		if want.got != want.want {
			return attempt{}, check.failed(fmt.Sprintf("%s %q, not %q", want.what, want.got, want.want))
		}
	}
	return attempt{target, response.Cookies()}, check.passed("to " + tenant.Host + ", back to " + callback)
}

var refusal = regexp.MustCompile(`AADSTS\d+: [^"<\r\n]*`)

// refused finds Entra's reason in a page or in an error that quotes it, without
// the trace IDs. On a page it is in a script, as a string of JSON.
func refused(text string) string {
	reason, _, _ := strings.Cut(refusal.FindString(text), `\r\n`)
	if plain, err := strconv.Unquote(`"` + reason + `"`); err == nil {
		reason = plain
	}
	return strings.TrimSpace(reason)
}

// checkSignInPage opens the page that users see, up to picking an account. Entra
// names an unknown client or redirect URI there.
func checkSignInPage(ctx context.Context, client *http.Client, target *url.URL) Check {
	check := Check{Name: "sign-in page", Fix: "run pulumi refresh and pulumi up, and see https://github.com/OWNER/argocd-on-aks/blob/main/docs/troubleshooting.md"}
	if problem := openPage(ctx, client, target.String()); problem != "" {
		return check.failed(problem)
	}
	return check.passed("Entra accepts the client ID and the redirect URI")
}

// openPage says what Entra has against a sign-in page, if anything.
func openPage(ctx context.Context, client *http.Client, address string) (problem string) {
	page, err := get(ctx, client, address)
	switch {
	case err != nil:
		return err.Error()
	case refusal.MatchString(page.body):
		return refused(page.body)
	case page.StatusCode/100 == 3:
		// Accepted: Entra leads on to the sign-in page of the users' own domain. Its reason
		// not to is in an error that it sends to the redirect URI: RFC 6749, section 4.1.2.1.
		to, err := page.Location()
		if err != nil {
			return "Entra answers " + page.Status + ", and leads nowhere"
		}
		return cmp.Or(refused(to.Query().Get("error_description")), excerpt(to.Query().Get("error")))
	case page.StatusCode != http.StatusOK:
		return "Entra answers " + page.Status
	}
	return ""
}
