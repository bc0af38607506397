// Package signin simulates Entra's sign-in endpoints for a tenant. A sign-in succeeds only
// if the objects of the directory allow it. Error codes:
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
package signin

import (
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Host is Entra's sign-in host.
const Host = "login.microsoftonline.com"

// Service signs in the users and applications of a tenant.
type Service struct {
	// Issuer signs the tenant's tokens.
	Issuer *oidc.Issuer
	// TokenLife returns the lifetime of ID tokens.
	TokenLife func() time.Duration
	// Reachable reports whether a host answers.
	Reachable func(host string) bool

	base          string
	directory     *directory.Service
	clusters      *aks.Service
	codes         map[string]grant
	sessions      map[string]session
	refreshTokens map[string]refreshToken
	consents      map[string][]string
	// others are issuers that are not clusters', such as pipelines', by URL.
	others map[string]*oidc.Issuer

	throttled bool
}

// New returns the sign-in for a directory. It trusts the clusters' issuers.
func New(entra *directory.Service, clusters *aks.Service) *Service {
	base := "https://" + Host + "/" + entra.TenantID
	return &Service{
		Issuer: oidc.NewIssuer(base + "/v2.0"), TokenLife: func() time.Duration { return time.Hour }, Reachable: func(string) bool { return true },
		base: base, directory: entra, clusters: clusters, codes: map[string]grant{}, sessions: map[string]session{}, refreshTokens: map[string]refreshToken{}, consents: map[string][]string{}, others: map[string]*oidc.Issuer{},
	}
}

// Assertion returns a token about a subject of an issuer that is not a cluster's, such as a
// CI system's. It creates the issuer on first use.
func (s *Service) Assertion(issuer, subject, audience string) (string, error) {
	if s.others[issuer] == nil {
		s.others[issuer] = oidc.NewIssuer(issuer)
	}
	return s.others[issuer].Sign(5*time.Minute, jwt.MapClaims{"sub": subject, "aud": audience})
}

// Handler serves the tenant's endpoints.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /common/discovery/instance", s.instance)
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", s.unlessThrottled(s.inTenant(s.discovery)))
	mux.HandleFunc("GET /{tenant}/discovery/v2.0/keys", s.unlessThrottled(s.inTenant(s.keys)))
	mux.HandleFunc("GET /{tenant}/oauth2/v2.0/authorize", s.inTenant(s.authorize))
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", s.unlessThrottled(s.inTenant(s.token)))
	mux.HandleFunc("GET /{tenant}/oauth2/v2.0/logout", s.inTenant(s.signOut))
	return mux
}

// application returns the application with a client ID once it has been replicated, or nil.
func (s *Service) application(clientID string) *store.Object {
	if app := s.directory.Application(clientID); s.directory.Replicated(app) {
		return app
	}
	return nil
}

// principal returns the service principal with a client ID once it has been replicated, or
// nil.
func (s *Service) principal(clientID string) *store.Object {
	if principal := s.directory.Principal(clientID); s.directory.Replicated(principal) {
		return principal
	}
	return nil
}

// inTenant rejects requests for other tenants.
func (s *Service) inTenant(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var err error
		if tenant := r.PathValue("tenant"); tenant != s.directory.TenantID {
			err = deny("AADSTS90002", "Tenant '%s' not found. Check to make sure you have the correct tenant ID.", tenant)
		} else {
			err = handle(w, r)
		}
		if err != nil {
			writeError(w, err)
		}
	}
}

func (s *Service) discovery(w http.ResponseWriter, _ *http.Request) error {
	oidc.Answer(w, http.StatusOK, map[string]any{
		"issuer":                                s.Issuer.URL,
		"authorization_endpoint":                s.base + "/oauth2/v2.0/authorize",
		"token_endpoint":                        s.base + "/oauth2/v2.0/token",
		"end_session_endpoint":                  s.base + "/oauth2/v2.0/logout",
		"jwks_uri":                              s.base + "/discovery/v2.0/keys",
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"claims_supported":                      []string{"sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "email"},
	})
	return nil
}

// instance answers instance discovery: the cloud of a host.
// https://github.com/AzureAD/microsoft-authentication-library-for-go,
// apps/internal/oauth/ops/authority/authority.go
func (s *Service) instance(w http.ResponseWriter, _ *http.Request) {
	oidc.Answer(w, http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": s.Issuer.URL + "/.well-known/openid-configuration", "api-version": "1.1",
		"metadata": []map[string]any{{"preferred_network": Host, "preferred_cache": Host, "aliases": []string{Host}}},
	})
}

func (s *Service) keys(w http.ResponseWriter, _ *http.Request) error {
	oidc.Answer(w, http.StatusOK, s.Issuer.KeySet())
	return nil
}
