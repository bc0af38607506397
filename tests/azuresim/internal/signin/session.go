package signin

import (
	"net/http"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// cookie is that of a browser that somebody has signed in with, who is not asked
// again while the session lasts.
const cookie = "ESTSAUTH"

// sessionLife is how long a session lasts that is not used; each use begins it anew.
// Who wants to stay signed in has 90 days.
// https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes
const sessionLife = 24 * time.Hour

// session is Entra's own, of a browser.
type session struct {
	user string
	ends time.Time
}

// whoIs is the account of a sign-in: picked on the page, or of the browser's session
// unless the page is asked for.
func (s *Service) whoIs(r *http.Request) string {
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

func (s *Service) remember(w http.ResponseWriter, user string) {
	id := guid.New()
	s.sessions[id] = session{user: user, ends: s.directory.Now().Add(sessionLife)}
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: id, Path: "/", Secure: true, HttpOnly: true})
}

// signOut ends the browser's session. It leads on to a redirect URI of an application,
// and says so to who names another place.
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
	return show(w, page{SignedOut: true})
}
