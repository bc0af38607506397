package aks

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// IssuerDomain is the domain of the clusters' issuers, with its dot.
const IssuerDomain = ".oic.prod-aks.azure.com"

// IssuerURL returns a cluster's issuer, "" if it has none.
func IssuerURL(cluster *store.Object) string {
	return cluster.Computed.Text("oidcIssuerProfile.issuerURL")
}

// Issuer returns the issuer that a cluster publishes under a URL, nil if there
// is none.
func (s *Service) Issuer(url string) *oidc.Issuer {
	cluster := s.objects.Find(Cluster, func(o *store.Object) bool { return IssuerURL(o) == url })
	if url == "" || cluster == nil {
		return nil
	}
	if s.issuers[url] == nil {
		s.issuers[url] = oidc.NewIssuer(url)
	}
	return s.issuers[url]
}

// MintToken issues the token that a cluster projects into a pod: what the
// workload identity webhook asks the API server for.
func (s *Service) MintToken(issuerURL, namespace, serviceAccount string) (string, error) {
	issuer := s.Issuer(issuerURL)
	if issuer == nil {
		return "", fmt.Errorf("no cluster has the issuer %q", issuerURL)
	}
	return issuer.Sign(time.Hour, jwt.MapClaims{
		"sub": "system:serviceaccount:" + namespace + ":" + serviceAccount,
		"aud": []string{"api://AzureADTokenExchange"},
	})
}

// SigningKey is what a cluster's API server signs its service accounts' tokens with.
func (s *Service) SigningKey(issuerURL string) (*rsa.PrivateKey, error) {
	issuer := s.Issuer(issuerURL)
	if issuer == nil {
		return nil, fmt.Errorf("no cluster has the issuer %q", issuerURL)
	}
	return issuer.Key(), nil
}

// Handler serves the clusters' issuers.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{tenant}/{cluster}/.well-known/openid-configuration", s.publish(discovery))
	mux.HandleFunc("GET /{tenant}/{cluster}/openid/v1/jwks", s.publish(func(issuer *oidc.Issuer) any { return issuer.KeySet() }))
	return mux
}

func discovery(issuer *oidc.Issuer) any {
	return map[string]any{
		"issuer": issuer.URL, "jwks_uri": issuer.URL + "openid/v1/jwks", "response_types_supported": []string{"id_token"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
	}
}

func (s *Service) publish(document func(*oidc.Issuer) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.Host, ":")
		issuer := s.Issuer("https://" + host + "/" + r.PathValue("tenant") + "/" + r.PathValue("cluster") + "/")
		if issuer == nil {
			http.NotFound(w, r)
			return
		}
		oidc.Answer(w, http.StatusOK, document(issuer))
	}
}
