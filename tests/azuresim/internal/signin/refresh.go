package signin

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// renewalLife is how long a refresh token is good. Each use gives another one, and
// leaves the former good. https://learn.microsoft.com/entra/identity-platform/refresh-tokens
const renewalLife = 90 * 24 * time.Hour

// renewal is what a refresh token stands for.
type renewal struct {
	grant
	ends time.Time
}

// newRefreshToken is for who has asked for offline_access, and for nobody else.
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-offline_access-scope
func (s *Service) newRefreshToken(granted grant) string {
	if !slices.Contains(granted.scopes, "offline_access") {
		return ""
	}
	token := guid.New()
	s.renewals[token] = renewal{granted, s.directory.Now().Add(renewalLife)}
	return token
}

// renew gives a user new tokens without asking, if they may still sign in. A client
// on the web platform proves itself as for the first ones.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
// That the token has the groups again, which the first request has asked for, is
// inferred.
func (s *Service) renew(w http.ResponseWriter, app *store.Object, form url.Values) error {
	known, exists := s.renewals[form.Get("refresh_token")]
	switch {
	case !exists || known.clientID != app.Computed.Text("clientId"):
		return deny("AADSTS70000", "Provided grant is invalid or malformed.").as(400, "invalid_grant")
	case !s.directory.Now().Before(known.ends):
		return deny("AADSTS700082", "The refresh token has expired due to inactivity.").as(400, "invalid_grant")
	}
	if err := s.prove(app, known.grant, form); err != nil {
		return err
	}
	if err := s.admit(app, known.user, known.scopes, false); err != nil {
		return err
	}
	return s.issueIDToken(w, app, known.grant)
}
