package azuresim

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// token redeems an authorization code, or takes a workload's token for one of
// the app's own.
func (a *Azure) token(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return deny("AADSTS900144", "The request body is malformed: %v", err)
	}
	form := r.PostForm
	clientID := form.Get("client_id")
	if user, _, ok := r.BasicAuth(); ok && clientID == "" {
		clientID, _ = url.QueryUnescape(user)
	}
	app := a.application(clientID)
	if app == nil {
		return deny("AADSTS700016", "Application with identifier '%s' was not found in the directory 'Contoso'.", clientID).as(400, "unauthorized_client")
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		return a.redeem(w, app, form)
	case "client_credentials":
		if err := a.authenticate(app, form); err != nil {
			return err
		}
		return a.issueAppToken(w, app, form.Get("scope"))
	}
	return deny("AADSTS70003", "The app requested an unsupported grant type '%s'.", form.Get("grant_type")).as(400, "unsupported_grant_type")
}

func (a *Azure) redeem(w http.ResponseWriter, app *object, form url.Values) error {
	granted, exists := a.codes[form.Get("code")]
	clientID := text(app.computed, "clientId")
	switch {
	case !exists || granted.clientID != clientID:
		return deny("AADSTS70000", "The provided authorization code is invalid, was redeemed already, or belongs to another client.").as(400, "invalid_grant")
	case granted.redirectURI != form.Get("redirect_uri"):
		return deny("AADSTS500112", "The reply address '%s' does not match the reply address '%s' provided when requesting Authorization code.", form.Get("redirect_uri"), granted.redirectURI)
	case granted.challenge != "" && granted.challenge != challengeOf(form.Get("code_verifier")):
		return deny("AADSTS501481", "The Code_Verifier does not match the code_challenge supplied in the authorization request.").as(400, "invalid_grant")
	}
	if registered(app.inputs, "publicClient", granted.redirectURI) {
		if form.Get("client_assertion") != "" || form.Get("client_secret") != "" {
			return deny("AADSTS700025", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.").as(401, "invalid_client")
		}
	} else if err := a.authenticate(app, form); err != nil {
		return err // the code stays good: it is the client that failed
	}
	delete(a.codes, form.Get("code"))
	return a.issueIDToken(w, app, granted)
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// authenticate matches a workload's token with the app's federated credentials:
// issuer, subject and audience must all be the same, letter by letter.
func (a *Azure) authenticate(app *object, form url.Values) error {
	assertion := form.Get("client_assertion")
	if assertion == "" || form.Get("client_assertion_type") != jwtBearer {
		return deny("AADSTS7000218", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.").as(401, "invalid_client")
	}
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(assertion, claims); err != nil {
		return deny("AADSTS50027", "JWT token is invalid or malformed.").as(401, "invalid_client")
	}
	issuer, _ := claims.GetIssuer()
	subject, _ := claims.GetSubject()
	audiences, _ := claims.GetAudience()
	if err := a.match(app, issuer, subject, audiences); err != nil {
		return err
	}
	if !a.isCluster(issuer) {
		return deny("AADSTS501661", "Unable to resolve issuer '%s'.", issuer).as(401, "invalid_client")
	}
	_, err := jwt.Parse(assertion, func(*jwt.Token) (any, error) { return &a.signer(issuer).key.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired())
	if err != nil {
		return deny("AADSTS700027", "Client assertion failed signature or lifetime validation: %v", err).as(401, "invalid_client")
	}
	return nil
}

func (a *Azure) match(app *object, issuer, subject string, audiences []string) error {
	sameIssuer, sameSubject := false, false
	for _, credential := range a.all(tokenCredential) {
		if text(credential.inputs, "applicationId") != app.id || text(credential.inputs, "issuer") != issuer {
			continue
		}
		sameIssuer = true
		if text(credential.inputs, "subject") != subject {
			continue
		}
		sameSubject = true
		if slices.ContainsFunc(texts(credential.inputs, "audiences"), func(audience string) bool { return slices.Contains(audiences, audience) }) {
			return nil
		}
	}
	switch {
	case sameSubject:
		return deny("AADSTS700212", "No matching federated identity record found for presented assertion audience '%v'.", audiences).as(401, "invalid_client")
	case sameIssuer:
		return deny("AADSTS700213", "No matching federated identity record found for presented assertion subject '%s'.", subject).as(401, "invalid_client")
	}
	return deny("AADSTS700211", "No matching federated identity record found for presented assertion issuer '%s'.", issuer).as(401, "invalid_client")
}

// issueIDToken signs the user in. Groups are in the token when the application
// emits them (groupMembershipClaims), lists them for ID tokens (optionalClaims)
// and asked for them (claims); of ApplicationGroup, only the assigned ones.
func (a *Azure) issueIDToken(w http.ResponseWriter, app *object, granted codeGrant) error {
	clientID := text(app.computed, "clientId")
	claims := jwt.MapClaims{
		"aud": clientID, "sub": granted.user.ObjectID + "-" + clientID, "oid": granted.user.ObjectID, "tid": a.TenantID, "ver": "2.0",
		"preferred_username": granted.user.Name, "name": granted.user.Name,
	}
	if slices.Contains(granted.scopes, "email") {
		claims["email"] = granted.user.Name
	}
	if granted.nonce != "" {
		claims["nonce"] = granted.nonce
	}
	if groups := a.groupsClaim(app, granted); len(groups) > 0 {
		claims["groups"] = groups
	}
	signer := a.signer(a.tenantIssuer())
	idToken, err := signer.sign(time.Hour, claims)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": 3599, "scope": "openid profile email", "id_token": idToken, "access_token": newGUID(),
	})
	return nil
}

func (a *Azure) groupsClaim(app *object, granted codeGrant) []string {
	listed := slices.ContainsFunc(children(child(app.inputs, "optionalClaims"), "idTokens"), func(claim resource.PropertyMap) bool {
		return text(claim, "name") == "groups"
	})
	principal := a.principal(text(app.computed, "clientId"))
	if !listed || !granted.groupsRequested || principal == nil || !slices.Contains(texts(app.inputs, "groupMembershipClaims"), "ApplicationGroup") {
		return nil
	}
	return a.assignedGroups(principal, granted.user)
}

// issueAppToken is for the resource that a scope names: <resource>/.default.
func (a *Azure) issueAppToken(w http.ResponseWriter, app *object, scope string) error {
	scopes := strings.Fields(scope)
	i := slices.IndexFunc(scopes, func(s string) bool { return strings.HasSuffix(s, "/.default") })
	if i < 0 {
		return deny("AADSTS1002012", "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.", scope).as(400, "invalid_scope")
	}
	token, err := a.signer(a.tenantIssuer()).sign(time.Hour, jwt.MapClaims{"aud": strings.TrimSuffix(scopes[i], "/.default"), "appid": text(app.computed, "clientId")})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": token})
	return nil
}
