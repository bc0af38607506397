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

// cliVerifier replaces the random code verifier of the argocd CLI:
// cmd/argocd/commands/login.go of Argo CD v3.2.6. No code is issued for it.
const cliVerifier = "code-verifier-of-verify-for-a-code-that-does-not-exist"

// checkCLI opens the page of argocd login --sso and redeems a dummy code as the CLI does,
// without a secret. Entra reports an unknown redirect URI on the page. For a redirect URI on
// the web platform, the token endpoint returns AADSTS7000218 if it requires the secret before
// it checks the code. That order is not documented; see checkWorkloadIdentity.
func checkCLI(ctx context.Context, client *http.Client, entra discovery, o Outputs) Check {
	check := Check{Name: "CLI sign-in", Fix: "the application needs " + chart.CLIRedirectURI + " on the platform Mobile and desktop only; run `pulumi refresh` and `pulumi up`"}
	challenge := sha256.Sum256([]byte(cliVerifier))
	page := url.Values{
		"client_id": {o.ClientID}, "response_type": {"code"}, "redirect_uri": {chart.CLIRedirectURI}, "scope": {"openid profile email offline_access"}, "state": {"verify"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}
	problem, err := openPage(ctx, client, entra.Authorize+"?"+page.Encode())
	if err != nil {
		return check.failedBy(err)
	}
	switch leftOut := len(o.RedirectURIs) > 0 && !slices.Contains(o.RedirectURIs, chart.CLIRedirectURI); {
	case leftOut && strings.HasPrefix(problem, "AADSTS50011"):
		return check.passed("disabled in the stack; Entra rejects it")
	case problem != "":
		return check.failed(problem)
	case leftOut:
		check.Fix = "the application has " + chart.CLIRedirectURI + ", which the stack disables; run `pulumi refresh` and `pulumi up`"
		return check.failed("disabled in the stack, but Entra accepts it")
	}
	redeemed, err := postForm(ctx, client, entra.Token, url.Values{
		"client_id": {o.ClientID}, "grant_type": {"authorization_code"}, "redirect_uri": {chart.CLIRedirectURI}, "code": {dummyCode}, "code_verifier": {cliVerifier},
	})
	switch {
	case err != nil:
		return check.failedBy(err)
	case codeRefused(redeemed.body):
		return check.passed("Entra accepts the redirect URI; its platform is unverified")
	case redeemed.StatusCode/100 == 4 && redeemed.StatusCode != http.StatusTooManyRequests && refusal.MatchString(redeemed.body):
		return check.failed(refused(redeemed.body))
	}
	check.Fix = "retry in a few minutes"
	return check.unseen("Entra returned " + redeemed.Status + " to the token request")
}

func postForm(ctx context.Context, client *http.Client, address string, form url.Values) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return ask(client, request)
}
