package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/verify"
)

// state is the part of the output of pulumi stack export that is read.
const state = `{"version": 3, "deployment": {"resources": [
	{"type": "pulumi:pulumi:Stack", "urn": "urn:stack", "outputs": {"clientId": "app", "tenantId": "tenant", "redirectUris": ["https://argocd.example.com/auth/callback", "http://localhost:8085/auth/callback"],
		"entraIssuerUrl": "https://login.microsoftonline.com/tenant/v2.0", "oidcIssuerUrl": "https://issuer/"}},
	{"type": "azuread:index/application:Application", "urn": "urn:entra-application", "id": "/applications/1", "inputs": {"displayName": "argocd", "groupMembershipClaims": ["ApplicationGroup"], "owners": ["anna"]}, "outputs": {"clientId": "app"}},
	{"type": "azuread:index/application:Application", "urn": "urn:registry-application", "id": "/applications/2", "inputs": {"displayName": "argocd-registry", "owners": ["anna"]}, "outputs": {"clientId": "other"}},
	{"type": "azuread:index/servicePrincipal:ServicePrincipal", "urn": "urn:principal", "id": "p1", "inputs": {"clientId": "app", "appRoleAssignmentRequired": true, "owners": ["ben"]}},
	{"type": "azuread:index/servicePrincipal:ServicePrincipal", "urn": "urn:registry-principal", "id": "p2", "inputs": {"clientId": "other"}},
	{"type": "azure-native:authorization:RoleAssignment", "urn": "urn:pull", "id": "r", "inputs": {"principalId": "P2", "scope": "/subscriptions/s/registry", "roleDefinitionId": "/x/pull"}},
	{"type": "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant", "urn": "urn:consent", "id": "g", "inputs": {"servicePrincipalObjectId": "p1"}},
	{"type": "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential", "urn": "urn:entra-argocd-server", "id": "c1", "inputs": {"applicationId": "/applications/1"}},
	{"type": "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential", "urn": "urn:entra-argocd-registry", "id": "c2", "inputs": {"applicationId": "/applications/2"}},
	{"type": "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential", "urn": "urn:entra-old-server", "id": "c3", "delete": true, "inputs": {"applicationId": "/applications/1"}},
	{"type": "azure-native:kubernetesconfiguration:Extension", "urn": "urn:extension", "id": "/subscriptions/s/cluster/providers/Microsoft.KubernetesConfiguration/extensions/argocd",
		"inputs": {"autoUpgradeMinorVersion": true, "releaseTrain": "Preview",
			"configurationProtectedSettings": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"},
			"configurationSettings": {"global.domain": "argocd.example.com", "configs.rbac.policy\\.default": "",
				"configs.rbac.policy\\.csv": "p, role:deployer, applications, get, g/*, allow\ng, \"22222222-2222-2222-2222-22222222BBBB\", role:deployer\ng, \"11111111-1111-1111-1111-11111111aaaa\", role:admin\ng, \"11111111-1111-1111-1111-11111111aaaa\", role:readonly\ng, \"argocd-pipeline:release\", role:admin\ng, \"ci\", role:deployer\n"}}}
]}}`

func deployed(t *testing.T) *Stack {
	t.Helper()
	s, err := ParseState(strings.NewReader(state))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func connected(t *testing.T, s *Stack, credential azcore.TokenCredential, transport policy.Transporter) *Client {
	t.Helper()
	client, err := NewClient(t.Context(), s, credential, transport)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestParseState(t *testing.T) {
	t.Parallel()
	s := deployed(t)
	if got := s.groups(); !slices.Equal(got, []string{"11111111-1111-1111-1111-11111111aaaa", "22222222-2222-2222-2222-22222222bbbb"}) {
		t.Errorf("groups %v", got)
	}
	if s.clusterID() != "/subscriptions/s/cluster" || len(s.Applications) != 2 {
		t.Fatalf("%+v", s)
	}
	users, registry := s.Applications[0], s.Applications[1]
	if !users.AssignmentRequired || !users.Consent || !slices.Equal(users.Owners, []string{"anna", "ben"}) || !slices.Equal(users.Components, []string{"server"}) {
		t.Errorf("application %+v", users)
	}
	if registry.Consent || !slices.Equal(registry.Components, []string{"repo-server"}) || len(users.Roles) > 0 || !slices.Equal(registry.Roles, []Role{{"/subscriptions/s/registry", "/x/pull"}}) {
		t.Errorf("the registry's application %+v", registry)
	}
	for name, c := range map[string]struct{ state, want string }{
		"no state":    {"no", "must be the output of `pulumi stack export`"},
		"no stack":    {`{"deployment": {}}`, "no extension; run pulumi up first"},
		"no outputs":  {strings.Replace(state, `"clientId": "app", "tenantId"`, `"x": "", "y"`, 1), "no output clientId"},
		"other types": {strings.Replace(state, `"autoUpgradeMinorVersion": true`, `"autoUpgradeMinorVersion": "yes"`, 1), "urn:extension"},
	} {
		if _, err := ParseState(strings.NewReader(c.state)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// answers are documents by URL, and the requests with their tokens.
type answers struct {
	documents map[string]string
	asked     []string
}

// Do returns 400 for URLs without a document.
func (a *answers) Do(request *http.Request) (*http.Response, error) {
	a.asked = append(a.asked, request.URL.String()+" "+request.Header.Get("Authorization"))
	document, exists := a.documents[request.URL.String()]
	status := http.StatusOK
	if !exists {
		status, document = http.StatusBadRequest, `{"error": {"code": "BadRequest", "message": "hidden"}}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(document)), Request: request}, nil
}

type token string

func (t token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(t), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

const (
	extensionURL = "https://management.azure.com/subscriptions/s/cluster/providers/Microsoft.KubernetesConfiguration/extensions/argocd?api-version=2023-05-01"
	ownersURL    = "https://graph.microsoft.com/v1.0/applications(appId='app')/owners"
)

// run performs all checks on documents. It returns them by name, and printed as text and JSON.
func run(t *testing.T, a *answers) (checks map[string]verify.Check, printed string) {
	t.Helper()
	client := connected(t, deployed(t), token("secret-token"), a)
	all := Run(t.Context(), client, deployed(t))
	var text bytes.Buffer
	if err := verify.Print(&text, all); err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(&text).Encode(all); err != nil {
		t.Fatal(err)
	}
	checks = map[string]verify.Check{}
	for _, check := range all {
		checks[check.Name] = check
	}
	return checks, text.String()
}

// TestValuesNotPrinted: settings are printed by name only, and tokens are not printed.
func TestValuesNotPrinted(t *testing.T) {
	t.Parallel()
	checks, printed := run(t, &answers{documents: map[string]string{extensionURL: `{"properties": {
		"configurationSettings": {"global.domain": "hush1", "configs.secret.argocdServerAdminPassword": "hush2", "server.extraArgs": "{--disable-auth,hush3}"},
		"configurationProtectedSettings": {"configs.secret.githubSecret": "hush4", "configs.secret.empty": null}}}`}})
	if found := checks["extension settings"]; found.OK || found.Unseen || found.Detail != strings.Join([]string{
		`configs.rbac.policy\.csv is missing`, "configs.secret.argocdServerAdminPassword is not in the stack", "global.domain differs",
	}, "; ") {
		t.Errorf("%+v", found)
	}
	if found := checks["ways around sign-in"]; found.OK || found.Detail != "server.extraArgs: authentication is disabled" {
		t.Errorf("%+v", found)
	}
	for _, hidden := range []string{"hush", "hidden", "secret-token"} {
		if strings.Contains(printed, hidden) {
			t.Errorf("printed %s:\n%s", hidden, printed)
		}
	}
}

// TestProtectedSettings: keys are compared if both the state and Azure show them.
func TestProtectedSettings(t *testing.T) {
	t.Parallel()
	const hidden = `"configurationProtectedSettings": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}`
	for name, c := range map[string]struct {
		inState, answered string
		wrong             []string
		seen              string
	}{
		"encrypted as a whole": {hidden, `{"a": null}`, nil, "1 protected setting with encrypted keys"},
		"not returned":         {hidden, `null`, nil, "changes with kubectl"},
		"value by value":       {`"configurationProtectedSettings": {"a": {"4dabf18193072939515e22adb298388d": "x"}}`, `{"a": null}`, nil, "changes with kubectl"},
		"another":              {`"configurationProtectedSettings": {"a": {}}`, `{"b": null}`, []string{"protected setting a is missing", "protected setting b is not in the stack"}, ""},
		"none in the stack":    {`"x": 0`, `{"b": null}`, []string{"protected setting b is not in the stack"}, ""},
	} {
		s, err := ParseState(strings.NewReader(strings.Replace(state, hidden, c.inState, 1)))
		if err != nil {
			t.Fatal(err)
		}
		found := installed{Installation: s.Extension}
		if err := json.Unmarshal([]byte(c.answered), &found.Protected); err != nil {
			t.Fatal(err)
		}
		if f := settings(found, nil, s); !slices.Equal(f.wrong, c.wrong) || !strings.Contains(f.seen, c.seen) {
			t.Errorf("%s: %q, %s", name, f.wrong, f.seen)
		}
	}
}

func TestCluster(t *testing.T) {
	t.Parallel()
	const url = "https://management.azure.com/subscriptions/s/cluster?api-version=2025-01-01"
	for document, want := range map[string]string{
		`{"properties": {"oidcIssuerProfile": {"enabled": true, "issuerURL": "https://issuer/"}, "securityProfile": {"workloadIdentity": {"enabled": true}}}}`: "issuer and workload identity are on",
		`{"properties": {"oidcIssuerProfile": {"enabled": true, "issuerURL": "https://issuer"}, "securityProfile": {"workloadIdentity": {"enabled": true}}}}`:  "OIDC issuer is https://issuer, not https://issuer/",
		`{"properties": {"oidcIssuerProfile": {"enabled": false, "issuerURL": "https://issuer/"}, "securityProfile": {}}}`:                                     "OIDC issuer enabled is false, not true; workload identity enabled is false, not true",
	} {
		checks, _ := run(t, &answers{documents: map[string]string{url: document}})
		if check := checks["cluster"]; check.Detail != want || check.OK != strings.HasSuffix(want, "are on") || check.Unseen {
			t.Errorf("%s: %+v", document, check)
		}
	}
}

// TestFailedRequests: failed requests make checks inconclusive.
func TestFailedRequests(t *testing.T) {
	t.Parallel()
	checks, _ := run(t, &answers{})
	if len(checks) != 1+4+13+12 {
		t.Errorf("%d checks", len(checks))
	}
	delete(checks, "stack state") // needs no request
	for _, check := range checks {
		if check.OK || !check.Unseen || check.Fix != "retry" || !strings.Contains(check.Detail, "returned 400 BadRequest") {
			t.Errorf("%+v", check)
		}
	}
}

// cutOff records the hosts of requests, and fails them.
type cutOff struct{ hosts []string }

func (c *cutOff) Do(request *http.Request) (*http.Response, error) {
	c.hosts = append(c.hosts, request.URL.Host)
	return nil, errors.New("connection refused")
}

// TestUnreachableHost: an unreachable host gets one request, and all checks that need it name it.
func TestUnreachableHost(t *testing.T) {
	t.Parallel()
	cut := &cutOff{}
	client := connected(t, deployed(t), token("t"), cut)
	for _, check := range Run(t.Context(), client, deployed(t))[1:] { // the first checks the state
		named := strings.Contains(check.Detail, "Microsoft Graph cannot be reached at graph.microsoft.com: connection refused") ||
			strings.Contains(check.Detail, "Azure cannot be reached at management.azure.com: connection refused")
		if check.OK || !check.Unseen || !named {
			t.Errorf("%+v", check)
		}
	}
	if slices.Sort(cut.hosts); !slices.Equal(cut.hosts, []string{"graph.microsoft.com", "management.azure.com"}) {
		t.Errorf("asked %q", cut.hosts)
	}
}

// TestOtherHosts: the caller's token is not sent to another host in a link to the next page.
func TestOtherHosts(t *testing.T) {
	t.Parallel()
	a := &answers{documents: map[string]string{ownersURL: `{"value": [], "@odata.nextLink": "https://graph.microsoft.com.elsewhere.example/v1.0/owners"}`}}
	checks, _ := run(t, a)
	if check := checks["owners"]; !check.Unseen || !strings.Contains(check.Detail, "another host") {
		t.Errorf("%+v", check)
	}
	if slices.ContainsFunc(a.asked, func(address string) bool { return strings.Contains(address, "elsewhere") }) {
		t.Errorf("asked %v", a.asked)
	}
}

func TestClouds(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"login.microsoftonline.us":         "https://graph.microsoft.us/v1.0/applications(appId='app') Bearer t",
		"login.partner.microsoftonline.cn": "https://microsoftgraph.chinacloudapi.cn/v1.0/applications(appId='app') Bearer t",
	} {
		s, a := deployed(t), &answers{}
		s.EntraIssuerURL = "https://" + host + "/tenant/v2.0"
		client := connected(t, s, token("t"), a)
		if Run(t.Context(), client, s); !slices.Contains(a.asked, want) {
			t.Errorf("%s: asked %v", host, a.asked)
		}
	}
	s := deployed(t)
	s.EntraIssuerURL = "https://elsewhere.example/"
	if _, err := NewClient(t.Context(), s, token("t"), &answers{}); err == nil {
		t.Error("signs in to an unknown cloud")
	}
}

// TestUnlike: Azure's spelling and defaults are not differences.
func TestUnlike(t *testing.T) {
	t.Parallel()
	var found armObject
	if err := json.Unmarshal([]byte(`{"location": "West US 3", "tags": {"Owner": "platform"}, "identity": {"type": "SystemAssigned", "principalId": "p"},
		"properties": {"dnsPrefix": "a", "zones": ["2", "1"], "addonProfiles": {"azurepolicy": {"enabled": false, "config": null}}, "ssh": {"keys": ["k"]}}}`), &found); err != nil {
		t.Fatal(err)
	}
	wanted := Wanted{Inputs: map[string]any{
		"location": "westus3", "tags": map[string]any{"owner": "platform"}, "identity": map[string]any{"type": "systemassigned"},
		"dnsPrefix": "b", "zones": []any{"1", "2"}, "disableLocalAccounts": false, "size": "s",
	}}
	if wrong := append(found.unlike(wanted, "location", "identity.type", "zones", "addonProfiles", "disableLocalAccounts"), found.unlikeTags(wanted)...); len(wrong) > 0 {
		t.Errorf("%q", wrong)
	}
	want := []string{"dnsPrefix is a, not b", "ssh differs from the stack", "size differs from the stack"}
	if wrong := found.unlike(wanted, "dnsPrefix", "ssh", "size"); !slices.Equal(wrong, want) {
		t.Errorf("%q, want %q", wrong, want)
	}
	if wrong := found.unlikeTags(Wanted{Inputs: map[string]any{"tags": map[string]any{"team": "x"}}}); !slices.Equal(wrong, []string{`tag "team" is missing`, `tag "owner" is "platform"`}) {
		t.Errorf("%q", wrong)
	}
}

// TestObjectID: a token that is not a JWT has no object ID.
func TestObjectID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "opaque": "", "a.b": "", "a.!.c": "", "a.e30.c": "",
		"a.eyJvaWQiOiAiNDIifQ.c": "42",
	} {
		if got := objectID(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestForeignNames: a foreign name cannot hide the text around it.
func TestForeignNames(t *testing.T) {
	t.Parallel()
	name := "x\" is fine, \u3164" + strings.Repeat(" ", 300) + strings.Repeat("y", 300)
	names := []string{credential{Name: name}.String(), object{Name: name}.String()}
	names = append(names, exposedAPI(application{API: webAPI{Scopes: []struct {
		ID    string `json:"id"`
		Value string `json:"value"`
	}{{Value: name}}}}, nil, Application{}).wrong...)
	for _, text := range names {
		if len(text) > 200 || !strings.Contains(text, `x\" is fine, \u3164 yyy`) || !strings.Contains(text, `y… (cut)"`) {
			t.Errorf("%q", text)
		}
	}
}

// TestAfterRefresh: a refresh writes manual changes to the inputs in a state, but does not
// change the expected objects.
func TestAfterRefresh(t *testing.T) {
	t.Parallel()
	const group, added = "11111111-1111-1111-1111-11111111aaaa", "22222222-2222-2222-2222-22222222bbbb"
	assignment := func(urn, principal, role string) string {
		return `{"type": "azuread:index/appRoleAssignment:AppRoleAssignment", "urn": "` + urn + `", "id": "a", "inputs": {"resourceObjectId": "p1", "principalObjectId": "` + principal + `", "appRoleId": "` + role + `"}},`
	}
	text := state
	for old, refreshed := range map[string]string{
		`"groupMembershipClaims": ["ApplicationGroup"]`: `"groupMembershipClaims": ["SecurityGroup"], "appRoles": [{"id": "r", "value": "admin"}]`,
		`{"clientId": "other"}`:                         `{"clientId": "other", "appRoleAssignmentRequired": false}`,
		`{"type": "azuread:index/servicePrincipalDelegated`: assignment("urn:x::entra-group-"+group, added, azure.DefaultAppRole) + assignment("urn:x::entra-pipeline", "w", "r") +
			`{"type": "azuread:index/servicePrincipalDelegated`,
	} {
		text = strings.Replace(text, old, refreshed, 1)
	}
	s, err := ParseState(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	users, registry := s.Applications[0], s.Applications[1]
	if users.SecurityGroups || len(users.AppRoles)+len(users.Pipelines) > 0 || !slices.Equal(users.Groups, []string{group}) || !registry.AssignmentRequired {
		t.Errorf("%+v, %+v", users, registry)
	}
	client, err := NewClient(t.Context(), s, token("t"), &answers{documents: map[string]string{
		"https://graph.microsoft.com/v1.0/servicePrincipals/p1/appRoleAssignedTo": `{"value": [
			{"principalId": "` + group + `", "principalType": "Group"}, {"principalId": "` + added + `", "principalType": "Group", "principalDisplayName": "Evil"}]}`,
	}})
	if err != nil {
		t.Fatal(err)
	}
	f := assignments(t.Context(), client, users, s.groups(), application{}, principal{ID: "p1", Enabled: true, AssignmentRequired: true}, nil)
	if want := []string{`group "Evil" (` + added + `) is assigned outside the stack`}; !slices.Equal(f.wrong, want) {
		t.Errorf("%q, want %q", f.wrong, want)
	}
}
