// Package signin is Entra's sign-in for one tenant, strict on the objects in its
// directory. Error codes:
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

// Host is where everybody signs in.
const Host = "login.microsoftonline.com"

// Service signs in the users and the applications of one tenant.
type Service struct {
	// Issuer signs the tenant's tokens.
	Issuer *oidc.Issuer
	// TokenLife is how long ID tokens are good.
	TokenLife func() time.Duration
	// Reaches says whether a host answers.
	Reaches func(host string) bool

	base      string
	directory *directory.Service
	clusters  *aks.Service
	codes     map[string]grant
	sessions  map[string]session
	renewals  map[string]renewal
	consents  map[string][]string
	// others are issuers beside the clusters', by URL: those of pipelines.
	others map[string]*oidc.Issuer

	throttled bool
}

// New returns the sign-in to a directory. It trusts the clusters' issuers.
func New(entra *directory.Service, clusters *aks.Service) *Service {
	base := "https://" + Host + "/" + entra.TenantID
	return &Service{
		Issuer: oidc.NewIssuer(base + "/v2.0"), TokenLife: func() time.Duration { return time.Hour }, Reaches: func(string) bool { return true },
		base: base, directory: entra, clusters: clusters, codes: map[string]grant{}, sessions: map[string]session{}, renewals: map[string]renewal{}, consents: map[string][]string{}, others: map[string]*oidc.Issuer{},
	}
}

// Assertion is what another issuer than the clusters', such as that of a CI, says of
// a subject. It is there from now on.
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

// application is the one with a client ID, as soon as the sign-in knows of it.
func (s *Service) application(clientID string) *store.Object {
	if app := s.directory.Application(clientID); s.directory.Replicated(app) {
		return app
	}
	return nil
}

// principal is the service principal with a client ID, as soon as the sign-in
// knows of it.
func (s *Service) principal(clientID string) *store.Object {
	if principal := s.directory.Principal(clientID); s.directory.Replicated(principal) {
		return principal
	}
	return nil
}

// inTenant answers for the one tenant that exists.
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

// instance is what the Azure SDKs ask first: which cloud a host belongs to.
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
