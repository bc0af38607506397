package verify

import (
	"context"
	"fmt"
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
// accounts that is inferred: docs/internals/simulated-azure.md has the source.
func checkWorkloadIdentity(ctx context.Context, client *http.Client, begun attempt, argocdURL string) Check {
	check := Check{Name: "workload identity", Fix: "kubectl logs deploy/argocd-server -n argocd, can the pods reach Entra? And see https://github.com/OWNER/argocd-on-aks/blob/main/docs/troubleshooting.md"}
	query := url.Values{"code": {worthless}, "state": {begun.target.Query().Get("state")}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, argocdURL+"/auth/callback?"+query.Encode(), nil)
	if err != nil {
		return check.failed(err.Error())
	}
	for _, cookie := range begun.cookies {
		request.AddCookie(cookie)
	}
	response, err := ask(client, request)
	if err != nil {
		return check.failed(err.Error())
	}
	said := strings.TrimSpace(response.body)
	switch {
	case strings.Contains(said, "AZURE_FEDERATED_TOKEN_FILE"):
		check.Fix = "workload identity is off, on the cluster or in the extension: az aks show --query securityProfile; restart the argocd-server pods after turning it on"
		return check.failed(said)
	case codeRefused(said):
		return check.passed("argocd-server misses no token; Entra refused a worthless code first, so not seen: whether it trusts the token")
	case refusal.MatchString(said):
		return check.failed(refused(said))
	case response.StatusCode >= 500 && strings.HasPrefix(response.Header.Get("Content-Type"), "text/html"):
		// Argo CD's own errors are plain text.
		check.Fix = "have what is in front of Argo CD pass on its errors; until then, sign in to see whether it works"
		return check.warned("not seen: what is in front of Argo CD replaces its answer " + response.Status)
	}
	return check.failed(fmt.Sprintf("Argo CD answers %s: %s", response.Status, excerpt(said)))
}

// codeRefused: it was the code that Entra did not like, not who asked. Entra
// calls it invalid_grant (RFC 6749, section 5.2), a code that it cannot read also
// AADSTS9002313 and AADSTS90023.
// https://github.com/MicrosoftDocs/azure-docs/issues/24804
func codeRefused(answer string) bool {
	return strings.Contains(answer, `"invalid_grant"`) || strings.Contains(answer, "AADSTS9002313:") || strings.Contains(answer, "AADSTS90023:")
}
