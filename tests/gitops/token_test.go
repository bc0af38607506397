package gitops

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/cluster"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestToken checks that a key of the simulated issuer verifies the API server's token for
// argocd-server, and that Entra accepts this token and rejects others.
func TestToken(t *testing.T) {
	t.Parallel()
	m := deployed(t)
	m.install(t)
	installed := e2e.Installed(t, m.azure)
	mint := func(from *cluster.Cluster, serviceAccount, audience string) string {
		t.Helper()
		token, err := from.Token(t.Context(), installed.Namespace, serviceAccount, audience)
		e2e.NoError(t, err)
		return token
	}
	token := mint(m.cluster, "argocd-server", argocd.Audience)
	m.published(t, installed, token)
	for name, c := range map[string]struct{ token, code string }{
		"argocd-server":           {token, ""},
		"another service account": {mint(m.cluster, "argocd-repo-server", argocd.Audience), "AADSTS700213"},
		"another audience":        {mint(m.cluster, "argocd-server", installed.Issuer), "AADSTS700212"},
		"another API server":      {mint(foreign(t, installed), "argocd-server", argocd.Audience), "AADSTS700027"},
	} {
		if code := m.redeem(t, c.token); code != c.code {
			t.Errorf("%s: Entra returns %q, want %q", name, code, c.code)
		}
	}
}

// foreign starts an API server with the same issuer and another signing key.
func foreign(t *testing.T, installed azuresim.Extension) *cluster.Cluster {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	e2e.NoError(t, err)
	other, err := cluster.Start(t.Context(), installed.Issuer, key, t.TempDir())
	e2e.NoError(t, err)
	e2e.AtEnd(t, other.Stop)
	namespace := map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": installed.Namespace}}
	account := map[string]any{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": map[string]any{"name": "argocd-server", "namespace": installed.Namespace}}
	e2e.NoError(t, other.Apply(t.Context(), namespace, account))
	return other
}

// published checks a token with the issuer's key of the same ID, as Entra does.
func (m *team) published(t *testing.T, installed azuresim.Extension, token string) {
	t.Helper()
	client := &http.Client{Transport: m.internet.Transport()}
	answer, err := client.Get(installed.Issuer + "openid/v1/jwks")
	e2e.NoError(t, err)
	defer answer.Body.Close()
	var keys jose.JSONWebKeySet
	e2e.NoError(t, json.NewDecoder(answer.Body).Decode(&keys))
	signed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	e2e.NoError(t, err)
	key := keys.Key(signed.Signatures[0].Header.KeyID)
	if len(key) != 1 {
		t.Fatalf("got %d published keys with the key ID of the token, want 1", len(key))
	}
	if _, err := signed.Verify(key[0]); err != nil {
		t.Error(err)
	}
}

// redeem presents a token to Entra as argocd-server. It returns the error code, if any.
func (m *team) redeem(t *testing.T, token string) string {
	t.Helper()
	form := url.Values{
		"client_id": {m.clientID}, "grant_type": {"client_credentials"}, "scope": {"https://graph.microsoft.com/.default"},
		"client_assertion": {token}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
	}
	client := &http.Client{Transport: m.internet.Transport()}
	answer, err := client.PostForm("https://login.microsoftonline.com/"+m.azure.TenantID+"/oauth2/v2.0/token", form)
	e2e.NoError(t, err)
	defer answer.Body.Close()
	var problem struct {
		Description string `json:"error_description"`
	}
	e2e.NoError(t, json.NewDecoder(answer.Body).Decode(&problem))
	if problem.Description == "" && answer.StatusCode != http.StatusOK {
		t.Errorf("status %s without an error description", answer.Status)
	}
	code, _, _ := strings.Cut(problem.Description, ":")
	return code
}
