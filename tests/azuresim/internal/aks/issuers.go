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

// IssuerDomain is the domain of the clusters' issuers, with a leading dot.
const IssuerDomain = ".oic.prod-aks.azure.com"

// IssuerURL returns a cluster's issuer, or "".
func IssuerURL(cluster *store.Object) string {
	return cluster.Computed.Text("oidcIssuerProfile.issuerURL")
}

// Issuer returns the cluster issuer with a URL, or nil.
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

// MintToken returns the token that a cluster projects into a pod. The workload identity
// webhook requests it from the API server.
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

// SigningKey returns the key with which a cluster signs service account tokens.
func (s *Service) SigningKey(issuerURL string) (*rsa.PrivateKey, error) {
	issuer := s.Issuer(issuerURL)
	if issuer == nil {
		return nil, fmt.Errorf("no cluster has the issuer %q", issuerURL)
	}
	return issuer.Key(), nil
}

// Handler serves the issuers' discovery documents and keys.
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
