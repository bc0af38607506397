package signin

import (
	"net/http"

	"argocd-on-aks/tests/azuresim/internal/store"
)

// session is the cookie of a browser that somebody has signed in with, who is not
// asked again then.
const session = "ESTSAUTH"

// whoIs is the account of a sign-in: picked on the page, or of the browser's session
// unless the page is asked for.
func whoIs(r *http.Request) string {
	query := r.URL.Query()
	cookie, err := r.Cookie(session)
	if picked := query.Get("login_hint"); picked != "" || err != nil || query.Get("prompt") == "select_account" {
		return picked
	}
	return cookie.Value
}

func remember(w http.ResponseWriter, user string) {
	http.SetCookie(w, &http.Cookie{Name: session, Value: user, Path: "/", Secure: true, HttpOnly: true})
}

// signOut ends the browser's session. It leads on to a redirect URI of an application,
// and says so to who names another place.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
func (s *Service) signOut(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, &http.Cookie{Name: session, Path: "/", MaxAge: -1})
	target := r.URL.Query().Get("post_logout_redirect_uri")
	if s.directory.FindApplication(func(app *store.Object) bool { return registered(app, "web", target) }) != nil {
		http.Redirect(w, r, target, http.StatusFound)
		return nil
	}
	return show(w, page{SignedOut: true})
}
