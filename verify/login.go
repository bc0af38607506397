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

// attempt is a started sign-in: the URL to which Argo CD redirects the browser, and the
// cookies that it sets.
type attempt struct {
	target  *url.URL
	cookies []*http.Cookie
}

// checkSignIn starts a sign-in and follows it to Entra and back. tenant is the check of Entra.
func checkSignIn(ctx context.Context, argo, web *http.Client, tenant Check, o Outputs) []Check {
	begun, login := checkLogin(ctx, argo, tenant, o)
	if !login.OK {
		cause := login
		if login.Unseen && !tenant.OK {
			cause = tenant
		}
		return append([]Check{login}, Skip(cause.Name, "sign-in page", "workload identity")...)
	}
	var page, workload Check
	concurrently(
		func() {
			if !tenant.OK {
				page = Skip(tenant.Name, "sign-in page")[0]
				return
			}
			page = checkSignInPage(ctx, web, begun.target)
		},
		func() { workload = checkWorkloadIdentity(ctx, argo, begun, tenant, o.ArgoCDURL) },
	)
	return []Check{login, page, workload}
}

// checkLogin checks the URL to which Argo CD redirects a browser to sign in.
func checkLogin(ctx context.Context, client *http.Client, tenant Check, o Outputs) (begun attempt, result Check) {
	check := Check{Name: "login redirect", Fix: "see `kubectl logs deploy/argocd-server -n argocd` and check that the pods can reach Entra"}
	response, err := getArgoCD(ctx, client, o.ArgoCDURL+"/auth/login")
	if err != nil {
		return attempt{}, check.failedBy(err)
	}
	target, err := response.Location()
	if err != nil {
		return attempt{}, check.failedAfter(tenant, fmt.Sprintf("Argo CD returned %s: %s", response.Status, excerpt(response.body)))
	}
	const domainFix = "users and Argo CD must use the same domain; check the config key domain and the Host header that the ingress forwards"
	entra, _ := url.Parse(o.EntraIssuerURL)
	for _, want := range []struct{ what, got, want, fix string }{
		{"redirects users to", target.Scheme + "://" + target.Host, entra.Scheme + "://" + entra.Host, settingsFix},
		{"sends client ID", target.Query().Get("client_id"), o.ClientID, settingsFix},
		{"sends redirect URI", target.Query().Get("redirect_uri"), o.ArgoCDURL + "/auth/callback", domainFix},
	} {
		if want.got != want.want {
			check.Fix = want.fix
			return attempt{}, check.failed(fmt.Sprintf("%s %q instead of %q", want.what, want.got, want.want))
		}
	}
	return attempt{target, response.Cookies()}, check.passed("to " + entra.Host + ", back to " + of(o.ArgoCDURL))
}

var refusal = regexp.MustCompile(`AADSTS\d+: [^"<\r\n]*`)

// refused returns Entra's error in a page or in a message that quotes it, without the trace
// IDs. A page has it in a script, as a JSON string.
func refused(text string) string {
	reason, _, _ := strings.Cut(refusal.FindString(text), `\r\n`)
	if plain, err := strconv.Unquote(`"` + reason + `"`); err == nil {
		reason = plain
	}
	return strings.TrimSpace(reason)
}

// checkSignInPage opens the page on which users pick an account. Entra reports an unknown
// client or redirect URI on it.
func checkSignInPage(ctx context.Context, client *http.Client, target *url.URL) Check {
	check := Check{Name: "sign-in page", Fix: "run `pulumi refresh` and `pulumi up`; see https://github.com/OWNER/argocd-on-aks/blob/main/docs/troubleshooting.md"}
	problem, err := openPage(ctx, client, target.String())
	switch {
	case err != nil:
		return check.failedBy(err)
	case problem != "":
		return check.failed(problem)
	}
	return check.passed("Entra accepts the client ID and the redirect URI")
}

// openPage returns the problem that Entra reports on a sign-in page, or "".
func openPage(ctx context.Context, client *http.Client, address string) (problem string, err error) {
	page, err := get(ctx, client, address)
	switch {
	case err != nil:
		return "", err
	case refusal.MatchString(page.body):
		return refused(page.body), nil
	case page.StatusCode/100 == 3:
		// Entra redirects to the sign-in page of a federated domain, or reports an error to the
		// redirect URI: RFC 6749, section 4.1.2.1.
		to, err := page.Location()
		if err != nil {
			return "Entra returned " + page.Status + " without a location", nil
		}
		return cmp.Or(refused(to.Query().Get("error_description")), excerpt(to.Query().Get("error"))), nil
	case page.StatusCode != http.StatusOK:
		return "Entra returned " + page.Status, nil
	}
	return "", nil
}
