package verify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/chart"
)

// cliVerifier takes the place of the random verifier that the argocd CLI sends:
// cmd/argocd/commands/login.go of Argo CD v3.2.6. No code depends on it.
const cliVerifier = "verify-signs-nobody-in-and-redeems-no-code-at-all"

// checkCLI opens the page that `argocd login --sso` sends users to, and asks for
// a token for a worthless code as the CLI would, with no secret. Entra names an
// unknown redirect URI on the page. One on the web platform would be AADSTS7000218
// at the token endpoint, if Entra asks for the secret before it looks at the code,
// which no document says; checkWorkloadIdentity has what is known.
func checkCLI(ctx context.Context, client *http.Client, entra discovery, o Outputs) Check {
	check := Check{Name: "CLI sign-in", Fix: "the application needs " + chart.CLIRedirectURI + " on its platform Mobile and desktop, and on no other; run pulumi refresh and pulumi up"}
	challenge := sha256.Sum256([]byte(cliVerifier))
	page := url.Values{
		"client_id": {o.ClientID}, "response_type": {"code"}, "redirect_uri": {chart.CLIRedirectURI}, "scope": {"openid profile email offline_access"}, "state": {"verify"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}
	problem := openPage(ctx, client, entra.Authorize+"?"+page.Encode())
	switch leftOut := len(o.RedirectURIs) > 0 && !slices.Contains(o.RedirectURIs, chart.CLIRedirectURI); {
	case leftOut && strings.HasPrefix(problem, "AADSTS50011"):
		return check.passed("left out, and Entra refuses it")
	case problem != "":
		return check.failed(problem)
	case leftOut:
		check.Fix = "the application has " + chart.CLIRedirectURI + ", which the stack leaves out; run pulumi refresh and pulumi up"
		return check.failed("Entra does not refuse it")
	}
	redeemed, err := postForm(ctx, client, entra.Token, url.Values{
		"client_id": {o.ClientID}, "grant_type": {"authorization_code"}, "redirect_uri": {chart.CLIRedirectURI}, "code": {worthless}, "code_verifier": {cliVerifier},
	})
	switch {
	case err != nil:
		return check.failed(err.Error())
	case codeRefused(redeemed.body):
		return check.passed("Entra accepts its redirect URI; not seen: whether it is on the platform Mobile and desktop")
	case redeemed.StatusCode/100 == 4 && redeemed.StatusCode != http.StatusTooManyRequests && refusal.MatchString(redeemed.body):
		return check.failed(refused(redeemed.body))
	}
	check.Fix = "try again in a few minutes"
	return check.unseen("Entra answers the request for a token with " + redeemed.Status)
}

func postForm(ctx context.Context, client *http.Client, address string, form url.Values) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return ask(client, request)
}
