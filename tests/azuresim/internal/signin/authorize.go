package signin

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// grant is the user's authorization until its code is redeemed.
type grant struct {
	user                                    directory.User
	clientID, redirectURI, nonce, challenge string
	scopes                                  []string
	groupsRequested                         bool
}

// authorize handles a browser's request: it shows a page or redirects back to the
// application.
func (s *Service) authorize(w http.ResponseWriter, r *http.Request) error {
	err := s.signIn(w, r)
	if denied, is := errors.AsType[*denial](err); is {
		return showError(w, r, denied)
	}
	return err
}

// signIn lets users pick an account and programs name it with login_hint.
func (s *Service) signIn(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	app, err := s.client(query)
	if err != nil {
		return err
	}
	user, known := s.directory.User(s.account(r))
	if !known {
		return s.pickUser(w, r, app)
	}
	scopes := strings.Fields(query.Get("scope"))
	if err := s.checkAccess(app, user, scopes, query.Get("consent") == "accept"); err != nil {
		return err
	}
	s.newSession(w, user.Name)
	target, err := url.Parse(query.Get("redirect_uri"))
	if err != nil {
		return err
	}
	answer := target.Query()
	answer.Set("code", s.newCode(user, scopes, query))
	answer.Set("state", query.Get("state"))
	target.RawQuery = answer.Encode()
	http.Redirect(w, r, target.String(), http.StatusFound)
	return nil
}

// client returns the application of a sign-in request.
func (s *Service) client(query url.Values) (*store.Object, error) {
	clientID, redirect := query.Get("client_id"), query.Get("redirect_uri")
	app := s.application(clientID)
	switch {
	case app == nil:
		return nil, unknownApplication(clientID)
	case !hasRedirectURI(app):
		return nil, deny("AADSTS500113", "No reply address is registered for the application.")
	case !registered(app, "web", redirect) && !registered(app, "publicClient", redirect):
		return nil, deny("AADSTS50011", "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application '%s'.", redirect, clientID)
	case query.Get("response_type") != "code":
		return nil, deny("AADSTS700054", "response_type '%s' is not enabled for the application.", query.Get("response_type")).as(400, "unsupported_response_type")
	}
	return app, nil
}

func unknownApplication(clientID string) error {
	return deny("AADSTS700016", "Application with identifier '%s' was not found in the directory 'Contoso'.", clientID).as(400, "unauthorized_client")
}

// checkAccess checks assignment and consent.
func (s *Service) checkAccess(app *store.Object, user directory.User, scopes []string, accepts bool) error {
	clientID, name := app.Computed.Text("clientId"), app.Inputs.Text("displayName")
	principal := s.principal(clientID)
	if principal == nil {
		return deny("AADSTS700016", "Application with identifier '%s' has no service principal in the directory 'Contoso'.", clientID).as(400, "unauthorized_client")
	}
	if principal.Inputs.Flag("appRoleAssignmentRequired") && !s.directory.Assigned(principal, user) {
		return deny("AADSTS50105", "Your administrator has configured the application %s to block users unless they are specifically granted ('assigned') access to the application. The signed in user '%s' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.", name, user.Name).as(http.StatusForbidden, "access_denied")
	}
	own := user.ObjectID + principal.ID
	consented := slices.Concat(s.consents[own], s.directory.Consented(principal), []string{"offline_access"})
	for _, scope := range scopes {
		switch {
		case s.directory.Scope(scope) == "":
			return deny("AADSTS70011", "The provided value for the input parameter 'scope' is not valid: '%s'.", scope).as(400, "invalid_scope")
		case !slices.Contains(consented, scope) && !accepts:
			return deny("AADSTS65001", "The user or administrator has not consented to use the application with ID '%s' named '%s'. Send an interactive authorization request for this user and resource.", clientID, name).as(http.StatusForbidden, "consent_required")
		}
	}
	if accepts {
		s.consents[own] = scopes
	}
	return nil
}

func (s *Service) newCode(user directory.User, scopes []string, query url.Values) string {
	code := guid.New()
	s.codes[code] = grant{
		user: user, clientID: query.Get("client_id"), redirectURI: query.Get("redirect_uri"), nonce: query.Get("nonce"),
		challenge: query.Get("code_challenge"), scopes: scopes, groupsRequested: asksForGroups(query.Get("claims")),
	}
	return code
}

// asksForGroups parses OpenID Connect's claims request parameter.
func asksForGroups(claims string) bool {
	var request struct {
		IDToken map[string]any `json:"id_token"`
	}
	if json.Unmarshal([]byte(claims), &request) != nil {
		return false
	}
	_, asks := request.IDToken["groups"]
	return asks
}
