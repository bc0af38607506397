package signin

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// refreshTokenLife is the lifetime of a refresh token. Each use returns a new token; the old one
// stays valid. https://learn.microsoft.com/entra/identity-platform/refresh-tokens
const refreshTokenLife = 90 * 24 * time.Hour

// refreshToken is the data of a refresh token.
type refreshToken struct {
	grant
	ends time.Time
}

// newRefreshToken returns a refresh token if the client asked for offline_access.
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-offline_access-scope
func (s *Service) newRefreshToken(granted grant) string {
	if !slices.Contains(granted.scopes, "offline_access") {
		return ""
	}
	token := guid.New()
	s.refreshTokens[token] = refreshToken{granted, s.directory.Now().Add(refreshTokenLife)}
	return token
}

// renew issues new tokens without user interaction if the user can still sign in. Clients
// on the web platform authenticate again. Inferred: the ID token contains the groups that
// the first request asked for.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
func (s *Service) renew(w http.ResponseWriter, app *store.Object, form url.Values) error {
	known, exists := s.refreshTokens[form.Get("refresh_token")]
	switch {
	case !exists || known.clientID != app.Computed.Text("clientId"):
		return deny("AADSTS70000", "Provided grant is invalid or malformed.").as(400, "invalid_grant")
	case !s.directory.Now().Before(known.ends):
		return deny("AADSTS700082", "The refresh token has expired due to inactivity.").as(400, "invalid_grant")
	}
	if err := s.authenticateClient(app, known.grant, form); err != nil {
		return err
	}
	if err := s.checkAccess(app, known.user, known.scopes, false); err != nil {
		return err
	}
	return s.issueIDToken(w, app, known.grant)
}
