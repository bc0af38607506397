package azuresim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestTwoApplications checks that two applications can trust the same service account, and
// that its tokens sign in only to applications that trust it.
func TestTwoApplications(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	create(t, in.Azure, azuresim.ResourceGroup, properties{"resourceGroupName": "prod", "location": "westeurope"})
	_, cluster := create(t, in.Azure, azuresim.Cluster, hardened())
	issuer := cluster["oidcIssuerProfile"].(properties)["issuerURL"].(string)
	create(t, in.Azure, azuresim.FederatedCredential, credential(in, with("issuer", issuer)))
	// The second application has no redirect URI.
	second, outputs := create(t, in.Azure, azuresim.Application, properties{"displayName": "argocd-repo-server"})
	client := outputs["clientId"].(string)
	signIn := clientCredentials(t, in.Azure, client, issuer)
	wantDenial(t, signIn, "AADSTS700211")
	create(t, in.Azure, azuresim.FederatedCredential, credential(in, all(with("applicationId", second), with("issuer", issuer))))
	wantDenial(t, signIn, "AADSTS7000229")
	create(t, in.Azure, azuresim.ServicePrincipal, properties{"clientId": client})
	wantDenial(t, signIn, "")

	if page := authorize(t, in.Azure, client); !strings.Contains(page, "AADSTS500113") {
		t.Errorf("a user of an application without a redirect URI: %s", page)
	}
	if page := authorize(t, in.Azure, in.clientID); !strings.Contains(page, "Pick an account") {
		t.Errorf("a user of the other: %s", page)
	}
}

// authorize returns the page that the application's users see when they sign in.
func authorize(t *testing.T, a *azuresim.Azure, client string) string {
	t.Helper()
	internet := connect(t, a)
	query := url.Values{"client_id": {client}, "redirect_uri": {"https://localhost:9000/auth/callback"}, "response_type": {"code"}, "scope": {"openid"}}
	response, err := (&http.Client{Transport: internet.Transport()}).Get("https://login.microsoftonline.com/" + a.TenantID + "/oauth2/v2.0/authorize?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
