package verify

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// dummyCode is an authorization code that Entra has not issued.
const dummyCode = "dummy-code-of-verify"

// checkWorkloadIdentity sends argocd-server a dummy code, as in a redirect from Entra. To
// redeem it, argocd-server needs its service account token: HandleCallback in
// util/oidc/oidc.go of Argo CD v3.2.6.
//
// The response shows whether Entra trusts that token only if Entra checks it before the code.
// The order is not documented. For personal accounts, Entra was measured to check the code
// first; for work accounts that is inferred: docs/internals/simulated-azure.md has the source.
func checkWorkloadIdentity(ctx context.Context, client *http.Client, begun attempt, tenant Check, argocdURL string) Check {
	check := Check{Name: "workload identity", Fix: "see `kubectl logs deploy/argocd-server -n argocd` and check that the pods can reach Entra; see https://github.com/OWNER/argocd-on-aks/blob/main/docs/troubleshooting.md"}
	query := url.Values{"code": {dummyCode}, "state": {begun.target.Query().Get("state")}}
	response, err := getArgoCD(ctx, client, argocdURL+"/auth/callback?"+query.Encode(), begun.cookies...)
	if response.Response != nil && response.StatusCode == http.StatusInternalServerError && err != nil { // Argo CD's status
		check.Fix = "configure the ingress controller to pass on error responses of Argo CD; until then, test with a sign-in"
		return check.warned("unverified: the ingress controller replaces the response " + response.Status + " of Argo CD")
	}
	if err != nil {
		return check.failedBy(err)
	}
	said := strings.TrimSpace(response.body)
	switch {
	case strings.Contains(said, "AZURE_FEDERATED_TOKEN_FILE"):
		check.Fix = "workload identity is off on the cluster or in the extension: check `az aks show --query securityProfile`, and restart the argocd-server pods after turning it on"
		return check.failed(said)
	case codeRefused(said):
		return check.passed("token present; trust unverified: Entra rejected the dummy code")
	case refusal.MatchString(said):
		return check.failed(refused(said))
	}
	return check.failedAfter(tenant, fmt.Sprintf("Argo CD returned %s: %s", response.Status, excerpt(said)))
}

// codeRefused reports whether Entra rejected the code and not the client: with invalid_grant
// (RFC 6749, section 5.2), or for an unreadable code with AADSTS9002313 or AADSTS90023.
// https://github.com/MicrosoftDocs/azure-docs/issues/24804
func codeRefused(answer string) bool {
	return strings.Contains(answer, `"invalid_grant"`) || strings.Contains(answer, "AADSTS9002313:") || strings.Contains(answer, "AADSTS90023:")
}
