package azuresim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

const pipelineRole = "00000000-0000-0000-0000-00000000000a"

func appRole(change func(properties)) properties {
	role := properties{
		"id": pipelineRole, "value": "pipeline", "displayName": "Pipeline", "description": "A pipeline", "allowedMemberTypes": []any{"Application"},
	}
	change(role)
	return role
}

func unchanged(properties) {}

func manyRoles(n int) []any {
	var roles []any
	for i := range n {
		id := fmt.Sprintf("00000000-0000-0000-0000-%012x", i)
		roles = append(roles, appRole(all(with("id", id), with("value", id))))
	}
	return roles
}

// TestAppRoles checks which app roles an application can declare and which members can be
// assigned to them.
func TestAppRoles(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	uri := "api://" + in.TenantID + "/argocd"
	for name, c := range map[string]attempt{
		"a role":                     {with("appRoles", []any{appRole(unchanged)}), "", ""},
		"a role without a GUID":      {with("appRoles", []any{appRole(with("id", "pipeline"))}), "Request_BadRequest", "not a GUID"},
		"a duplicate ID":             {with("appRoles", []any{appRole(unchanged), appRole(with("value", "x"))}), "Request_BadRequest", "not unique"},
		"a duplicate value":          {with("appRoles", []any{appRole(unchanged), appRole(with("id", in.TenantID))}), "Request_BadRequest", "not unique"},
		"a value with a blank":       {with("appRoles", []any{appRole(with("value", "a pipeline"))}), "Request_BadRequest", "a pipeline"},
		"a value too long":           {with("appRoles", []any{appRole(with("value", strings.Repeat("x", 121)))}), "Request_BadRequest", "not valid"},
		"a role for no member type":  {with("appRoles", []any{appRole(with("allowedMemberTypes", []any{}))}), "Request_BadRequest", "must be User or Application"},
		"a role for a group":         {with("appRoles", []any{appRole(with("allowedMemberTypes", []any{"Group"}))}), "Request_BadRequest", "must be User or Application"},
		"a role without description": {with("appRoles", []any{appRole(with("description", ""))}), "Request_BadRequest", "a description"},
		"700 roles":                  {with("appRoles", manyRoles(700)), "", ""},
		"701 roles":                  {with("appRoles", manyRoles(701)), "Request_BadRequest", "701"},
		"a URI of the tenant":        {with("identifierUris", []any{uri + "-2"}), "", ""},
		"a URI of its client ID":     {with("identifierUris", []any{"api://" + in.clientID}), "", ""},
		"a URI without an ID":        {with("identifierUris", []any{"api://argocd"}), "HostNameNotOnVerifiedDomain", "api://argocd"},
		"a URI of the tenant alone":  {with("identifierUris", []any{"api://" + in.TenantID + "/"}), "HostNameNotOnVerifiedDomain", in.TenantID},
	} {
		err := in.Update(azuresim.Application, in.application, application(c.change))
		t.Run(name, func(t *testing.T) { refused(t, err, c.code, c.message) })
	}
	declared := application(all(with("appRoles", []any{appRole(unchanged)}), with("identifierUris", []any{uri})))
	if err := in.Update(azuresim.Application, in.application, declared); err != nil {
		t.Fatal(err)
	}
	_, _, err := in.Create(azuresim.Application, application(with("identifierUris", []any{uri})))
	refused(t, err, "Request_MultipleObjectsWithSameKeyValue", uri)

	workload := in.AddWorkload("release", "https://ci.example", "main")
	for name, c := range map[string]struct{ role, principal, message string }{
		"a workload":                {pipelineRole, workload.ObjectID, ""},
		"a workload without a role": {"00000000-0000-0000-0000-000000000000", workload.ObjectID, "not found on application"},
		"a user":                    {pipelineRole, in.UserID("alice"), "not found on application"},
		"a group":                   {pipelineRole, in.GroupID("Developers"), "not found on application"},
		"a group without a role":    {"00000000-0000-0000-0000-000000000000", in.GroupID("Developers"), ""},
		"an unknown role":           {in.TenantID, workload.ObjectID, "not found on application"},
		"an unknown principal":      {pipelineRole, in.TenantID, "Not a valid reference update"},
	} {
		_, _, err := in.Create(azuresim.AppRoleAssignment, properties{"appRoleId": c.role, "principalObjectId": c.principal, "resourceObjectId": in.principal})
		code := ""
		if c.message != "" {
			code = "Request_BadRequest"
		}
		t.Run(name, func(t *testing.T) { refused(t, err, code, c.message) })
	}
	before := len(in.IDs())
	if err := in.Update(azuresim.Application, in.application, application(unchanged)); err != nil || len(in.IDs()) != before {
		t.Errorf("without the role: %v, %d objects of %d", err, len(in.IDs()), before)
	}
}

// tokenOf returns an access token of a workload.
func tokenOf(t *testing.T, a *azuresim.Azure, w azuresim.Workload, scope string) (token, denial string) {
	t.Helper()
	internet := connect(t, a)
	assertion, err := a.Assertion(w.Issuer, w.Subject, "api://AzureADTokenExchange")
	if err != nil {
		t.Fatal(err)
	}
	return redeem(t, internet, a.TenantID, w.ClientID, assertion, scope)
}

// redeem requests an application's token with an assertion.
func redeem(t *testing.T, internet *azuresim.Internet, tenant, client, assertion, scope string) (token, denial string) {
	t.Helper()
	response, err := (&http.Client{Transport: internet.Transport()}).PostForm("https://login.microsoftonline.com/"+tenant+"/oauth2/v2.0/token", url.Values{
		"client_id": {client}, "grant_type": {"client_credentials"}, "scope": {scope},
		"client_assertion": {assertion}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Token       string `json:"access_token"`
		Description string `json:"error_description"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Token, answer.Description
}

// claimsOf returns the claims of a workload's token, or Entra's error.
func claimsOf(t *testing.T, a *azuresim.Azure, w azuresim.Workload, scope string) (claims jwt.MapClaims, denial string) {
	t.Helper()
	token, denial := tokenOf(t, a, w, scope)
	claims = jwt.MapClaims{}
	if token != "" {
		if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
			t.Fatal(err)
		}
	}
	return claims, denial
}

// TestAccessTokens checks that issuer and audience follow the version that an application
// requests, that roles follow the assignments, and that a required assignment is enforced.
func TestAccessTokens(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	uri := "api://" + in.TenantID + "/argocd"
	declare := func(version float64) {
		t.Helper()
		declared := application(all(with("appRoles", []any{appRole(unchanged)}), with("identifierUris", []any{uri}), with("api.requestedAccessTokenVersion", version)))
		if err := in.Update(azuresim.Application, in.application, declared); err != nil {
			t.Fatal(err)
		}
	}
	declare(2)
	workload := in.AddWorkload("release", "https://ci.example", "main")
	claims, denial := claimsOf(t, in.Azure, workload, uri+"/.default")
	if denial != "" || claims["roles"] != nil {
		t.Errorf("without an assignment that is required: %s, roles %v", denial, claims["roles"])
	}
	if err := in.Update(azuresim.ServicePrincipal, in.principal, properties{"clientId": in.clientID, "appRoleAssignmentRequired": true}); err != nil {
		t.Fatal(err)
	}
	if _, denial := claimsOf(t, in.Azure, workload, uri+"/.default"); !strings.Contains(denial, "AADSTS501051") {
		t.Errorf("without the required assignment: %q", denial)
	}
	create(t, in.Azure, azuresim.AppRoleAssignment, properties{"appRoleId": pipelineRole, "principalObjectId": workload.ObjectID, "resourceObjectId": in.principal})
	for _, c := range []struct {
		version                    float64
		resource, issuer, audience string
	}{
		{2, uri, "https://login.microsoftonline.com/" + in.TenantID + "/v2.0", in.clientID},
		{2, in.clientID, "https://login.microsoftonline.com/" + in.TenantID + "/v2.0", in.clientID},
		{1, uri, "https://sts.windows.net/" + in.TenantID + "/", uri},
		{1, in.clientID, "https://sts.windows.net/" + in.TenantID + "/", in.clientID},
	} {
		declare(c.version)
		claims, denial := claimsOf(t, in.Azure, workload, c.resource+"/.default")
		roles, _ := claims["roles"].([]any)
		if denial != "" || claims["iss"] != c.issuer || claims["aud"] != c.audience || claims["sub"] != workload.ObjectID ||
			claims["ver"] != fmt.Sprintf("%.1f", c.version) || !slices.Equal(roles, []any{"pipeline"}) {
			t.Errorf("%+v: %s%v", c, denial, claims)
		}
	}
	if _, denial := claimsOf(t, in.Azure, workload, "api://unknown/.default"); !strings.Contains(denial, "AADSTS500011") {
		t.Errorf("unknown resource: %q", denial)
	}
}
