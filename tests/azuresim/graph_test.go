package azuresim_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// graphClient calls Microsoft Graph as one caller.
type graphClient struct {
	*http.Client
	token, userAgent string
}

// do sends a request and returns the status, the response's JSON, and its headers.
func (c graphClient) do(t *testing.T, method, path string, body properties) (status int, answer properties, header http.Header) {
	t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, graphAPI+path, strings.NewReader(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("User-Agent", c.userAgent)
	response, err := c.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return response.StatusCode, answer, response.Header
}

// code returns the error code of a response.
func code(answer properties) string {
	problem, _ := answer["error"].(properties)
	return fmt.Sprint(problem["code"])
}

func deployer(t *testing.T, a *azuresim.Azure, permissions ...string) graphClient {
	t.Helper()
	return caller(t, a, a.SignInDeployer(permissions...))
}

func caller(t *testing.T, a *azuresim.Azure, id string) graphClient {
	t.Helper()
	token, err := a.CallerToken(id, graphAPI)
	if err != nil {
		t.Fatal(err)
	}
	return graphClient{Client: &http.Client{Transport: connect(t, a).Transport()}, token: token, userAgent: "test"}
}

var writerPermissions = []string{
	"Application.ReadWrite.OwnedBy", "Application.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Group.Read.All",
}

// TestGraphWrites registers an application in Microsoft Graph, changes it, reads it, and
// deletes it with all that belongs to it.
func TestGraphWrites(t *testing.T) {
	t.Parallel()
	a := azuresim.New()
	graph := deployer(t, a, writerPermissions...)
	post := func(path string, body properties) properties {
		t.Helper()
		status, answer, _ := graph.do(t, "POST", path, body)
		if status != 201 {
			t.Fatalf("POST %s: %d %v", path, status, answer)
		}
		return answer
	}
	app := post("/beta/applications", properties{
		"displayName": "Argo CD", "signInAudience": "AzureADMyOrg", "groupMembershipClaims": "ApplicationGroup", "notes": nil,
		"web":                    properties{"redirectUris": []string{"https://localhost:9000/auth/callback"}},
		"requiredResourceAccess": []any{properties{"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": []any{properties{"id": a.Scope("openid"), "type": "Scope"}}}},
		"optionalClaims":         properties{"idToken": []any{properties{"name": "groups", "essential": true}}},
		"owners@odata.bind":      []string{graphAPI + "/v1.0/" + a.TenantID + "/directoryObjects/" + a.Deployer()},
	})
	at := "/beta/applications/" + app["id"].(string)
	principal := post("/v1.0/servicePrincipals", properties{"appId": app["appId"], "appRoleAssignmentRequired": true})
	post(at+"/federatedIdentityCredentials", properties{"name": "argocd", "issuer": "https://issuer.example", "subject": "s", "audiences": []string{"api://AzureADTokenExchange"}})
	grant := post("/v1.0/oauth2PermissionGrants", properties{"clientId": principal["id"], "resourceId": a.GraphPrincipal(), "consentType": "AllPrincipals", "scope": "openid email"})
	assigned := properties{"principalId": a.GroupID("Developers"), "resourceId": principal["id"], "appRoleId": "00000000-0000-0000-0000-000000000000"}
	post("/v1.0/servicePrincipals/"+principal["id"].(string)+"/appRoleAssignedTo", assigned)

	if status, _, _ := graph.do(t, "PATCH", at, properties{"displayName": "Renamed", "groupMembershipClaims": nil}); status != 204 {
		t.Errorf("PATCH: %d", status)
	}
	if status, _, _ := graph.do(t, "PATCH", "/v1.0/oauth2PermissionGrants/"+grant["id"].(string), properties{"scope": "openid"}); status != 204 {
		t.Errorf("PATCH of the grant: %d", status)
	}
	_, read, _ := graph.do(t, "GET", at, nil)
	if read["displayName"] != "Renamed" || read["groupMembershipClaims"] != nil || !reflect.DeepEqual(read["web"].(properties)["redirectUris"], []any{"https://localhost:9000/auth/callback"}) {
		t.Errorf("after the change: %v", read)
	}
	for _, grant := range a.Inputs(azuresim.DelegatedGrant) {
		if len(grant["claimValues"].ArrayValue()) != 1 {
			t.Errorf("grant after the change: %v", grant)
		}
	}
	if status, _, _ := graph.do(t, "DELETE", at, nil); status != 204 || len(a.IDs()) != 0 {
		t.Errorf("DELETE: %d, left: %v", status, a.IDs())
	}
}

// TestGraphRefusals checks the rules of Microsoft Graph for writes and lookups.
func TestGraphRefusals(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	graph := deployer(t, in.Azure, writerPermissions...)
	at, object := "/v1.0"+in.application, properties{"displayName": "Argo CD"}
	role := properties{"id": "3f1f5a5e-9d9c-4a57-8b12-0b6a3c1f0a11", "value": "sync", "displayName": "Sync", "description": "Sync", "allowedMemberTypes": []any{"Application"}}
	if err := in.Update(azuresim.Application, in.application, properties{"displayName": "Argo CD", "owners": []any{in.Deployer()}, "appRoles": []any{role}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		graph        graphClient
		method, path string
		body         properties
		code         string
	}{
		"no permission":             {caller(t, in.Azure, in.AddCaller("Application.Read.All")), "POST", "/beta/applications", object, "Authorization_RequestDenied"},
		"not an owner":              {caller(t, in.Azure, in.AddCaller("Application.ReadWrite.OwnedBy")), "PATCH", at, object, "Authorization_RequestDenied"},
		"all applications":          {caller(t, in.Azure, in.AddCaller("Application.ReadWrite.All")), "PATCH", at, object, "<nil>"},
		"no name":                   {graph, "POST", "/beta/applications", properties{}, "Request_BadRequest"},
		"no application":            {graph, "PATCH", "/v1.0/applications/none", object, "Request_ResourceNotFound"},
		"a principal of nothing":    {graph, "POST", "/v1.0/servicePrincipals", properties{"appId": "none"}, "NoBackingApplicationObject"},
		"an enabled app role":       {graph, "PATCH", at, properties{"appRoles": []any{}}, "CannotDeleteOrUpdateEnabledEntitlement"},
		"a bad credential":          {graph, "POST", at + "/federatedIdentityCredentials", properties{"name": "n"}, "Request_BadRequest"},
		"no consent permission":     {caller(t, in.Azure, in.AddCaller("Application.ReadWrite.All")), "POST", "/v1.0/oauth2PermissionGrants", properties{}, "Authorization_RequestDenied"},
		"no assignment permission":  {caller(t, in.Azure, in.AddCaller("Application.ReadWrite.All")), "POST", "/v1.0/servicePrincipals/" + in.principal + "/appRoleAssignedTo", properties{}, "Authorization_RequestDenied"},
		"an owner twice":            {graph, "POST", at + "/owners/$ref", properties{"@odata.id": graphAPI + "/v1.0/directoryObjects/" + in.Deployer()}, "Request_BadRequest"},
		"not among the owners":      {graph, "GET", at + "/owners/none/$ref", nil, "Request_ResourceNotFound"},
		"an owner":                  {graph, "GET", at + "/owners/" + in.Deployer() + "/$ref", nil, "<nil>"},
		"a group by name":           {graph, "GET", "/beta/groups?$filter=displayName%20eq%20'Developers'", nil, "<nil>"},
		"a quote in a group's name": {graph, "GET", "/beta/groups?$filter=displayName%20eq%20'Bob's'", nil, "Request_BadRequest"},
		"no such group":             {graph, "GET", "/beta/groups/none", nil, "Request_ResourceNotFound"},
		"groups, no permission":     {caller(t, in.Azure, in.AddCaller("Application.Read.All")), "GET", "/beta/groups?$filter=displayName%20eq%20'Developers'", nil, "Authorization_RequestDenied"},
		"no grant":                  {graph, "DELETE", "/v1.0/oauth2PermissionGrants/none", nil, "Request_ResourceNotFound"},
		"principals, all of them":   {graph, "GET", "/v1.0/servicePrincipals", nil, "Request_BadRequest"},
	} {
		t.Run(name, func(t *testing.T) {
			if status, answer, _ := c.graph.do(t, c.method, c.path, c.body); code(answer) != c.code {
				t.Errorf("%d %v, want %s", status, answer, c.code)
			}
		})
	}
}

// TestGraphLag checks that requests reach replicas that lack a new object or a change.
func TestGraphLag(t *testing.T) {
	t.Parallel()
	a := azuresim.New()
	graph := deployer(t, a, writerPermissions...)
	a.SetReadLag(azuresim.Application, azuresim.ReadLag{Creates: 2, Updates: 1})
	_, app, _ := graph.do(t, "POST", "/beta/applications", properties{"displayName": "Argo CD"})
	at := "/beta/applications/" + app["id"].(string)
	for i, want := range []int{404, 404, 200} {
		if status, _, _ := graph.do(t, "GET", at, nil); status != want {
			t.Errorf("read %d: %d, want %d", i, status, want)
		}
	}
	graph.do(t, "PATCH", at, properties{"displayName": "Renamed"})
	for i, want := range []string{"Argo CD", "Renamed"} {
		if _, read, _ := graph.do(t, "GET", at, nil); read["displayName"] != want {
			t.Errorf("read %d after the change: %v, want %s", i, read["displayName"], want)
		}
	}
}

// TestGraphFaults checks that faults affect only the requests of the azuread plugin, and how
// they look there.
func TestGraphFaults(t *testing.T) {
	t.Parallel()
	a := azuresim.New()
	graph := deployer(t, a, writerPermissions...)
	a.Inject(azuresim.Fault{Verb: "create", Type: azuresim.Application, Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "try later"}})
	a.Inject(azuresim.Fault{Verb: "create", Type: azuresim.Application, Err: &azuresim.Error{Status: 504, Code: "GatewayTimeout", Message: "lost"}, After: true})
	for i, c := range []struct {
		userAgent  string
		status     int
		retryAfter string
		exist      int
	}{{"verify", 201, "", 1}, {"terraform-provider-azuread/dev", 429, "1", 1}, {"terraform-provider-azuread/dev", 504, "", 2}, {"terraform-provider-azuread/dev", 201, "", 3}} {
		graph.userAgent = c.userAgent
		status, _, header := graph.do(t, "POST", "/beta/applications", properties{"displayName": "Argo CD"})
		if exist := len(a.IDs()); status != c.status || header.Get("Retry-After") != c.retryAfter || exist != c.exist {
			t.Errorf("request %d: %d, Retry-After %q, %d applications; want %+v", i, status, header.Get("Retry-After"), exist, c)
		}
	}
	if operations := a.Operations(); len(operations) != 3 {
		t.Errorf("operations: %v", operations)
	}
}
