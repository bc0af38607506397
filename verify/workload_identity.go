package verify

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// worthless is an authorization code that no Entra has issued.
const worthless = "worthless-code-of-verify"

// checkWorkloadIdentity comes back from Entra with a code of no value. Before it
// asks Entra what the code is worth, argocd-server needs its service account's
// token: HandleCallback in util/oidc/oidc.go of Argo CD v3.2.6.
//
// Whether Entra trusts that token is seen only if Entra looks at it before the
// code. No document says which comes first. For personal accounts it was measured
// to be the code, with the same answer for a right and a wrong secret; for work
// accounts that is inferred: docs/simulated-azure.md has the source.
func checkWorkloadIdentity(ctx context.Context, client *http.Client, begun attempt, argocdURL string) Check {
	check := Check{Name: "workload identity", Fix: "kubectl logs deploy/argocd-server -n argocd, and see docs/troubleshooting.md"}
	query := url.Values{"code": {worthless}, "state": {begun.target.Query().Get("state")}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, argocdURL+"/auth/callback?"+query.Encode(), nil)
	if err != nil {
		return check.failed(err.Error())
	}
	for _, cookie := range begun.cookies {
		request.AddCookie(cookie)
	}
	response, err := client.Do(request)
	if err != nil {
		return check.failed(reason(err))
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	answer := strings.TrimSpace(string(body))
	switch {
	case strings.Contains(answer, "AZURE_FEDERATED_TOKEN_FILE"):
		check.Fix = "workload identity is off, on the cluster or in the extension: az aks show --query securityProfile; restart the argocd-server pods after turning it on"
		return check.failed(answer)
	case codeRefused(answer):
		return check.passed("argocd-server misses no token; Entra refused a worthless code first, so not seen: whether it trusts the token")
	case refusal.MatchString(answer):
		return check.failed(refused(answer))
	case response.StatusCode >= 500 && strings.HasPrefix(response.Header.Get("Content-Type"), "text/html"):
		// Argo CD's own errors are plain text.
		return check.passed("not seen: what is in front of Argo CD replaces its answer " + response.Status)
	}
	return check.failed(fmt.Sprintf("answers %s: %s", response.Status, excerpt(strings.NewReader(answer))))
}

// codeRefused: it was the code that Entra did not like, not who asked. Entra
// calls it invalid_grant (RFC 6749, section 5.2), a code that it cannot read also
// AADSTS9002313 and AADSTS90023.
// https://github.com/MicrosoftDocs/azure-docs/issues/24804
func codeRefused(answer string) bool {
	return strings.Contains(answer, `"invalid_grant"`) || strings.Contains(answer, "AADSTS9002313:") || strings.Contains(answer, "AADSTS90023:")
}
