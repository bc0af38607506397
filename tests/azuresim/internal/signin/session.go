package signin

import (
	"net/http"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// cookie is the session cookie. A browser that sends it is not asked to pick an account.
const cookie = "ESTSAUTH"

// sessionLife is the lifetime of an unused session; each use renews it. Sessions with "Stay
// signed in" last 90 days.
// https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes
const sessionLife = 24 * time.Hour

// session is a browser session at Entra.
type session struct {
	user string
	ends time.Time
}

// account returns the account that was picked on the page, or the session's account unless
// the request asks for the page.
func (s *Service) account(r *http.Request) string {
	query := r.URL.Query()
	if picked := query.Get("login_hint"); picked != "" || query.Get("prompt") == "select_account" {
		return picked
	}
	found, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	if current := s.sessions[found.Value]; s.directory.Now().Before(current.ends) {
		return current.user
	}
	return ""
}

func (s *Service) newSession(w http.ResponseWriter, user string) {
	id := guid.New()
	s.sessions[id] = session{user: user, ends: s.directory.Now().Add(sessionLife)}
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: id, Path: "/", Secure: true, HttpOnly: true})
}

// signOut ends the browser's session. It redirects to a registered redirect URI, and shows
// a page for other addresses.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
func (s *Service) signOut(w http.ResponseWriter, r *http.Request) error {
	if found, err := r.Cookie(cookie); err == nil {
		delete(s.sessions, found.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1})
	target := r.URL.Query().Get("post_logout_redirect_uri")
	if s.directory.FindApplication(func(app *store.Object) bool { return registered(app, "web", target) }) != nil {
		http.Redirect(w, r, target, http.StatusFound)
		return nil
	}
	return render(w, page{SignedOut: true})
}
