package signin

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"

	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// token redeems an authorization code or a refresh token, or exchanges a workload's token.
func (s *Service) token(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return deny("AADSTS900144", "The request body is malformed: %v", err)
	}
	form := r.PostForm
	clientID := form.Get("client_id")
	if user, _, ok := r.BasicAuth(); ok && clientID == "" {
		clientID, _ = url.QueryUnescape(user)
	}
	switch form.Get("grant_type") {
	case "authorization_code", "refresh_token":
		app := s.application(clientID)
		if app == nil {
			return unknownApplication(clientID)
		}
		if form.Has("refresh_token") {
			return s.renew(w, app, form)
		}
		return s.redeem(w, app, form)
	case "client_credentials":
		c, err := s.caller(clientID)
		if err != nil {
			return err
		}
		if err := s.authenticate(c, form); err != nil {
			return err
		}
		return s.issueAppToken(w, c, form.Get("scope"))
	}
	return deny("AADSTS70003", "The app requested an unsupported grant type '%s'.", form.Get("grant_type")).as(400, "unsupported_grant_type")
}

// redeem checks the code before the client's credentials: docs/internals/simulated-azure.md
// has the source.
func (s *Service) redeem(w http.ResponseWriter, app *store.Object, form url.Values) error {
	granted, exists := s.codes[form.Get("code")]
	switch {
	case !exists || granted.clientID != app.Computed.Text("clientId"):
		return deny("AADSTS70000", "The provided authorization code is invalid, was redeemed already, or belongs to another client.").as(400, "invalid_grant")
	case granted.redirectURI != form.Get("redirect_uri"):
		return deny("AADSTS500112", "The reply address '%s' does not match the reply address '%s' provided when requesting Authorization code.", form.Get("redirect_uri"), granted.redirectURI)
	case granted.challenge != "" && granted.challenge != challengeOf(form.Get("code_verifier")):
		return deny("AADSTS501481", "The Code_Verifier does not match the code_challenge supplied in the authorization request.").as(400, "invalid_grant")
	}
	if err := s.authenticateClient(app, granted, form); err != nil {
		return err // the code stays valid after a failed client authentication
	}
	delete(s.codes, form.Get("code"))
	return s.issueIDToken(w, app, granted)
}

// authenticateClient requires client authentication on the web platform and rejects it for public
// clients.
func (s *Service) authenticateClient(app *store.Object, granted grant, form url.Values) error {
	switch public := registered(app, "publicClient", granted.redirectURI); {
	case !public:
		return s.authenticate(s.callerOf(app), form)
	case form.Get("client_assertion") != "" || form.Get("client_secret") != "":
		return deny("AADSTS700025", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.").as(401, "invalid_client")
	}
	return nil
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// issueIDToken signs the user in. The token contains groups if the application emits them
// (groupMembershipClaims), lists them for ID tokens (optionalClaims) and requests them
// (claims).
func (s *Service) issueIDToken(w http.ResponseWriter, app *store.Object, granted grant) error {
	clientID := app.Computed.Text("clientId")
	claims := jwt.MapClaims{
		"aud": clientID, "sub": subject(granted.user.ObjectID, clientID), "oid": granted.user.ObjectID, "tid": s.directory.TenantID, "ver": "2.0",
		"preferred_username": granted.user.Name, "name": granted.user.Name,
	}
	// Accounts without a mail address have no email claim.
	// https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
	if slices.Contains(granted.scopes, "email") && !granted.user.NoMail {
		claims["email"] = granted.user.Name
	}
	if granted.nonce != "" {
		claims["nonce"] = granted.nonce
	}
	if groups := s.groupsOf(app, granted); len(groups) > maxGroups {
		claims["_claim_names"], claims["_claim_sources"] = map[string]string{"groups": "src1"}, map[string]any{"src1": map[string]string{
			"endpoint": "https://graph.windows.net/" + s.directory.TenantID + "/users/" + granted.user.ObjectID + "/getMemberObjects",
		}}
	} else if len(groups) > 0 {
		claims["groups"] = groups
	}
	if roles := s.rolesClaim(clientID, granted.user); len(roles) > 0 {
		claims["roles"] = roles
	}
	idToken, err := s.Issuer.Sign(s.TokenLife(), claims)
	if err != nil {
		return err
	}
	answer := map[string]any{
		"token_type": "Bearer", "expires_in": 3599, "scope": "openid profile email", "id_token": idToken, "access_token": guid.New(),
	}
	if token := s.newRefreshToken(granted); token != "" {
		answer["refresh_token"] = token
	}
	oidc.Answer(w, http.StatusOK, answer)
	return nil
}

// subject returns an identifier of a user that is different for each application.
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
func subject(user, clientID string) string {
	sum := sha256.Sum256([]byte(user + clientID))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// maxGroups is the maximum number of groups in a JWT. With more, the token contains only a
// reference.
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim
const maxGroups = 200

// groupsOf returns a user's groups of the kind that the application emits.
func (s *Service) groupsOf(app *store.Object, granted grant) []string {
	listed := slices.ContainsFunc(app.Inputs.Maps("optionalClaims.idTokens"), func(claim property.Map) bool {
		return claim.Text("name") == "groups"
	})
	principal := s.principal(app.Computed.Text("clientId"))
	if !listed || !granted.groupsRequested || principal == nil {
		return nil
	}
	switch emitted := app.Inputs.Texts("groupMembershipClaims"); {
	case slices.Contains(emitted, "SecurityGroup"):
		return s.directory.SecurityGroups(granted.user)
	case slices.Contains(emitted, "ApplicationGroup"):
		return s.directory.AssignedGroups(principal, granted.user)
	}
	return nil
}

// rolesClaim returns the app roles of a user and of the user's groups, regardless of the
// groups claim.
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps
func (s *Service) rolesClaim(clientID string, user directory.User) []string {
	principal := s.principal(clientID)
	if principal == nil {
		return nil
	}
	roles, _ := s.directory.AssignedRoles(principal, append(s.directory.AssignedGroups(principal, user), user.ObjectID)...)
	return roles
}
