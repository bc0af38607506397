package azuresim

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Entra's endpoints, strict on the objects that the program deployed. Error
// codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes

// signInError is a refusal that users or apps see, with an AADSTS code.
type signInError struct {
	status              int
	oauth, code, detail string
}

func (e *signInError) Error() string { return e.code + ": " + e.detail }

func deny(code, format string, args ...any) *signInError {
	return &signInError{status: http.StatusBadRequest, oauth: "invalid_request", code: code, detail: fmt.Sprintf(format, args...)}
}

func (e *signInError) as(status int, oauth string) *signInError {
	e.status, e.oauth = status, oauth
	return e
}

// endpoints routes by host: the tenant's login host, and the clusters' issuers.
func (a *Azure) endpoints() http.Handler {
	login, clusters := http.NewServeMux(), http.NewServeMux()
	login.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", a.inTenant(a.tenantDiscovery))
	login.HandleFunc("GET /{tenant}/discovery/v2.0/keys", a.inTenant(a.tenantKeys))
	login.HandleFunc("GET /{tenant}/oauth2/v2.0/authorize", a.inTenant(a.authorize))
	login.HandleFunc("POST /{tenant}/oauth2/v2.0/token", a.inTenant(a.token))
	clusters.HandleFunc("GET /{tenant}/{cluster}/.well-known/openid-configuration", a.clusterDiscovery)
	clusters.HandleFunc("GET /{tenant}/{cluster}/openid/v1/jwks", a.clusterKeys)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if host == loginHost {
			login.ServeHTTP(w, r)
			return
		}
		clusters.ServeHTTP(w, r)
	})
}

// inTenant answers for the one tenant that exists, under the lock.
func (a *Azure) inTenant(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		var err error
		if tenant := r.PathValue("tenant"); tenant != a.TenantID {
			err = deny("AADSTS90002", "Tenant '%s' not found. Check to make sure you have the correct tenant ID.", tenant)
		} else {
			err = handle(w, r)
		}
		if err != nil {
			writeError(w, err)
		}
	}
}

func writeError(w http.ResponseWriter, err error) {
	denied, is := err.(*signInError)
	if !is {
		denied = deny("AADSTS90000", "%v", err).as(http.StatusInternalServerError, "server_error")
	}
	writeJSON(w, denied.status, map[string]string{"error": denied.oauth, "error_description": denied.Error()})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nothing to do
}

func (a *Azure) tenantIssuer() string { return "https://" + loginHost + "/" + a.TenantID + "/v2.0" }

func (a *Azure) tenantDiscovery(w http.ResponseWriter, _ *http.Request) error {
	base := "https://" + loginHost + "/" + a.TenantID
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                a.tenantIssuer(),
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
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

func (a *Azure) tenantKeys(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, a.signer(a.tenantIssuer()).jwks())
	return nil
}

func (a *Azure) clusterDiscovery(w http.ResponseWriter, r *http.Request) {
	a.withCluster(w, r, func(issuer string) any {
		return map[string]any{
			"issuer": issuer, "jwks_uri": issuer + "openid/v1/jwks", "response_types_supported": []string{"id_token"},
			"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		}
	})
}

func (a *Azure) clusterKeys(w http.ResponseWriter, r *http.Request) {
	a.withCluster(w, r, func(issuer string) any { return a.signer(issuer).jwks() })
}

func (a *Azure) withCluster(w http.ResponseWriter, r *http.Request, answer func(issuer string) any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	host, _, _ := strings.Cut(r.Host, ":")
	issuer := "https://" + host + "/" + r.PathValue("tenant") + "/" + r.PathValue("cluster") + "/"
	if !a.isCluster(issuer) {
		http.NotFound(w, r)
		return
	}
	writeJSON(w, http.StatusOK, answer(issuer))
}

// codeGrant is what a user agreed to, until its code is redeemed.
type codeGrant struct {
	user                                    User
	clientID, redirectURI, nonce, challenge string
	scopes                                  []string
	groupsRequested                         bool
}

// authorize is the sign-in page: it lets a person pick the user, and a program
// name it with login_hint.
func (a *Azure) authorize(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	app := a.application(query.Get("client_id"))
	if app == nil {
		return deny("AADSTS700016", "Application with identifier '%s' was not found in the directory 'Contoso'.", query.Get("client_id")).as(400, "unauthorized_client")
	}
	redirect := query.Get("redirect_uri")
	if !registered(app.inputs, "web", redirect) && !registered(app.inputs, "publicClient", redirect) {
		return deny("AADSTS50011", "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application '%s'.", redirect, query.Get("client_id"))
	}
	if query.Get("response_type") != "code" {
		return deny("AADSTS700054", "response_type '%s' is not enabled for the application.", query.Get("response_type")).as(400, "unsupported_response_type")
	}
	user, known := a.directory.user(query.Get("login_hint"))
	if !known {
		return a.pickUser(w, r)
	}
	scopes := strings.Fields(query.Get("scope"))
	if err := a.admit(app, user, scopes, query.Get("consent") == "accept"); err != nil {
		return err
	}
	code := newGUID()
	a.codes[code] = codeGrant{
		user: user, clientID: query.Get("client_id"), redirectURI: redirect, nonce: query.Get("nonce"),
		challenge: query.Get("code_challenge"), scopes: scopes, groupsRequested: asksForGroups(query.Get("claims")),
	}
	target, err := url.Parse(redirect)
	if err != nil {
		return err
	}
	answer := target.Query()
	answer.Set("code", code)
	answer.Set("state", query.Get("state"))
	target.RawQuery = answer.Encode()
	http.Redirect(w, r, target.String(), http.StatusFound)
	return nil
}

// registered compares letter by letter, but for the port of http://localhost:
// https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
func registered(app resource.PropertyMap, platform resource.PropertyKey, redirect string) bool {
	for _, uri := range texts(child(app, platform), "redirectUris") {
		if uri == redirect || (withoutLocalPort(uri) != "" && withoutLocalPort(uri) == withoutLocalPort(redirect)) {
			return true
		}
	}
	return false
}

func withoutLocalPort(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.Hostname() != "localhost" {
		return ""
	}
	return u.Path
}

func (d directory) user(name string) (User, bool) {
	i := slices.IndexFunc(d.users, func(u User) bool { return u.Name == name })
	if i < 0 {
		return User{}, false
	}
	return d.users[i], true
}

var userPage = template.Must(template.New("users").Parse(`<!doctype html><title>Contoso: pick an account</title>
<h1>Pick an account</h1><p>A simulated Entra tenant. Nobody asks for a password.</p>
<ul>{{range .}}<li><a href="{{.Link}}">{{.Name}}</a> {{.Groups}}</li>{{end}}</ul>`))

func (a *Azure) pickUser(w http.ResponseWriter, r *http.Request) error {
	type choice struct{ Name, Link, Groups string }
	var choices []choice
	for _, user := range a.directory.users {
		link := *r.URL
		query := maps.Clone(link.Query())
		query.Set("login_hint", user.Name)
		link.RawQuery = query.Encode()
		var groups []string
		for _, group := range a.directory.groups {
			if slices.Contains(group.Members, user.ObjectID) {
				groups = append(groups, group.DisplayName)
			}
		}
		choices = append(choices, choice{user.Name, link.String(), strings.Join(groups, ", ")})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return userPage.Execute(w, choices)
}

// admit checks that the user may use the app, and that somebody consented.
func (a *Azure) admit(app *object, user User, scopes []string, accepts bool) error {
	principal := a.principal(text(app.computed, "clientId"))
	if principal == nil {
		return deny("AADSTS700016", "Application with identifier '%s' has no service principal in the directory 'Contoso'.", text(app.computed, "clientId")).as(400, "unauthorized_client")
	}
	if required := plain(principal.inputs["appRoleAssignmentRequired"]); required.IsBool() && required.BoolValue() && len(a.assignedGroups(principal, user)) == 0 {
		return deny("AADSTS50105", "Your administrator has configured the application %s to block users unless they are specifically granted ('assigned') access to the application. The signed in user '%s' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.", text(app.inputs, "displayName"), user.Name).as(http.StatusForbidden, "access_denied")
	}
	consented := a.consents[user.ObjectID+principal.id]
	for _, grant := range a.all(tokenGrant) {
		if text(grant.inputs, "servicePrincipalObjectId") == principal.id {
			consented = append(slices.Clone(consented), texts(grant.inputs, "claimValues")...)
		}
	}
	for _, scope := range scopes {
		switch {
		case a.directory.scopes[scope] == "":
			return deny("AADSTS70011", "The provided value for the input parameter 'scope' is not valid: '%s'.", scope).as(400, "invalid_scope")
		case !slices.Contains(consented, scope) && scope != "offline_access" && !accepts:
			return deny("AADSTS65001", "The user or administrator has not consented to use the application with ID '%s' named '%s'. Send an interactive authorization request for this user and resource.", text(app.computed, "clientId"), text(app.inputs, "displayName")).as(http.StatusForbidden, "consent_required")
		}
	}
	if accepts {
		a.consents[user.ObjectID+principal.id] = scopes
	}
	return nil
}

func (a *Azure) principal(clientID string) *object {
	for _, o := range a.all(tokenPrincipal) {
		if text(o.inputs, "clientId") == clientID {
			return o
		}
	}
	return nil
}

// assignedGroups are the groups with an app-role assignment that the user is a
// direct member of: Entra does not look into nested groups.
func (a *Azure) assignedGroups(principal *object, user User) (ids []string) {
	for _, assignment := range a.all(tokenAssignment) {
		if text(assignment.inputs, "resourceObjectId") != principal.id {
			continue
		}
		for _, group := range a.directory.groups {
			if group.ObjectID == text(assignment.inputs, "principalObjectId") && slices.Contains(group.Members, user.ObjectID) {
				ids = append(ids, group.ObjectID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// asksForGroups reads the request parameter claims of OpenID Connect.
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
