package commands

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// register creates an application as another tool would. It returns the ID and the
// client ID.
func register(t *testing.T, azure *azuresim.Azure, inputs map[string]any) (id, client string) {
	t.Helper()
	id, answer := e2e.New(t, azure, azuresim.Application, inputs)
	return id, answer["clientId"].StringValue()
}

// plantedApplications are the changes of an attacker to an application that looks like the stack's. In most
// tenants any user can register one, and its name and redirect URIs are known:
// https://learn.microsoft.com/entra/fundamentals/users-default-permissions
var plantedApplications = []struct {
	name string
	// inputs changes the properties of the stack's application. after changes the created object.
	inputs func(azure *azuresim.Azure, in map[string]any)
	after  func(t *testing.T, azure *azuresim.Azure, id, client string)
	// says is the output of recover about it.
	says string
}{
	{"another owner", func(a *azuresim.Azure, in map[string]any) { in["owners"] = []any{a.UserID("alice")} }, nil, `user "alice"`},
	{"one more owner", func(a *azuresim.Azure, in map[string]any) { in["owners"] = []any{a.Deployer(), a.UserID("alice")} }, nil, `user "alice"`},
	{"no owner", func(_ *azuresim.Azure, in map[string]any) { delete(in, "owners") }, nil, "is not an owner"},
	{"a client secret", nil, func(_ *testing.T, a *azuresim.Azure, id, _ string) { a.AddSecretTo(id, "backup", false) }, `client secret "backup"`},
	{"a certificate", nil, func(_ *testing.T, a *azuresim.Azure, id, _ string) { a.AddSecretTo(id, "CN=backup", true) }, `certificate "CN=backup"`},
	{"a federated credential", nil, func(t *testing.T, a *azuresim.Azure, id, _ string) {
		_ = e2e.Create(t, a, azuresim.FederatedCredential, map[string]any{
			"applicationId": id, "displayName": "argocd-dev-argocd-server", "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": "https://elsewhere.example/", "subject": "system:serviceaccount:argocd:argocd-server",
		})
	}, "https://elsewhere.example/"},
	{"a service principal", nil, func(t *testing.T, a *azuresim.Azure, _, client string) {
		_ = e2e.Create(t, a, azuresim.ServicePrincipal, map[string]any{"clientId": client, "owners": []any{a.Deployer()}})
	}, "service principal"},
	{"a scope", offering(map[string]any{"oauth2PermissionScopes": []any{map[string]any{
		"id": "5b1d2c3e-0000-4000-8000-000000000001", "value": "sessions", "type": "User", "enabled": true,
		"adminConsentDescription": "x", "adminConsentDisplayName": "x",
	}}}), nil, `scope "sessions"`},
	{"mapped claims", offering(map[string]any{"mappedClaimsEnabled": true}), nil, "acceptMappedClaims is true"},
	{"a known client", offering(map[string]any{"knownClientApplications": []any{"5b1d2c3e-0000-4000-8000-000000000002"}}), nil, "known client 5b1d2c3e-0000-4000-8000-000000000002"},
	{"another token version", offering(map[string]any{"requestedAccessTokenVersion": 2}), nil, "requestedAccessTokenVersion is 2"},
	{"a pre-authorized client", nil, func(_ *testing.T, a *azuresim.Azure, id, _ string) {
		a.PreAuthorize(id, "5b1d2c3e-0000-4000-8000-000000000003")
	}, "pre-authorized client 5b1d2c3e-0000-4000-8000-000000000003"},
	{"a token lifetime policy", nil, func(_ *testing.T, a *azuresim.Azure, id, _ string) {
		a.AssignPolicy(id, "tokenLifetimePolicies", "a day")
	}, `token lifetime policy "a day"`},
	{"an application ID URI", func(a *azuresim.Azure, in map[string]any) {
		in["identifierUris"] = []any{"api://" + a.TenantID + "/other"}
	}, nil, "application ID URI"},
	{"an app role", func(_ *azuresim.Azure, in map[string]any) {
		in["appRoles"] = []any{map[string]any{
			"id": "5b1d2c3e-0000-4000-8000-000000000004", "value": "admin", "displayName": "x", "description": "x", "allowedMemberTypes": []any{"User"},
		}}
	}, nil, "app role"},
	{"a single-page redirect URI", func(_ *azuresim.Azure, in map[string]any) {
		in["singlePageApplication"] = map[string]any{"redirectUris": []any{"https://elsewhere.example/"}}
	}, nil, "single-page"},
	{"a public client", func(_ *azuresim.Azure, in map[string]any) {
		in["publicClient"] = map[string]any{"redirectUris": []any{"http://localhost:8085/auth/callback", "https://elsewhere.example/cli"}}
	}, nil, "https://elsewhere.example/cli"},
	{"accounts of other tenants", func(_ *azuresim.Azure, in map[string]any) { in["signInAudience"] = "AzureADMultipleOrgs" }, nil, "signInAudience is AzureADMultipleOrgs"},
	{"the implicit flow", func(_ *azuresim.Azure, in map[string]any) {
		in["web"].(map[string]any)["implicitGrant"] = map[string]any{"idTokenIssuanceEnabled": true}
	}, nil, "enableIdTokenIssuance is true"},
	{"a fallback public client", func(_ *azuresim.Azure, in map[string]any) { in["fallbackPublicClientEnabled"] = true }, nil, "isFallbackPublicClient is true"},
}

func offering(properties map[string]any) func(*azuresim.Azure, map[string]any) {
	return func(_ *azuresim.Azure, in map[string]any) { in["api"] = properties }
}

// TestRecoverPlanted checks that recover adopts the application of a lost create, and none that
// another identity registered with the same name and redirect URIs.
func TestRecoverPlanted(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.lose(t, azuresim.Application)
	ours := e2e.Only(t, r.azure, azuresim.Application)
	inputs, client := r.azure.Inputs(azuresim.Application)[ours], r.azure.Answers(azuresim.Application)[ours]["clientId"].StringValue()
	planted, ids := map[string]string{}, []string{}
	for _, plant := range plantedApplications {
		in := inputs.Mappable()
		if plant.inputs != nil {
			plant.inputs(r.azure, in)
		}
		id, clientID := register(t, r.azure, in)
		if plant.after != nil {
			plant.after(t, r.azure, id, clientID)
		}
		planted[plant.name], ids = clientID, append(ids, id)
	}
	printed := r.recover(t, 0, "ADOPT        entra-application: application with the client ID "+client)
	for _, plant := range plantedApplications {
		line := regexp.MustCompile(`(?m)^FOREIGN      entra-application: .*` + planted[plant.name] + `.*$`).FindString(printed)
		if !strings.Contains(line, plant.says) {
			t.Errorf("%s: %q, want %q", plant.name, line, plant.says)
		}
	}
	for _, id := range ids {
		for _, belongs := range slices.Concat(r.azure.IDsOf(azuresim.FederatedCredential), r.azure.IDsOf(azuresim.ServicePrincipal)) {
			if strings.HasPrefix("/applications/"+belongs, id+"/") || r.azure.Inputs(azuresim.ServicePrincipal)[belongs]["clientId"].DeepEquals(r.azure.Answers(azuresim.Application)[id]["clientId"]) {
				r.azure.Delete(belongs)
			}
		}
		r.azure.Delete(id)
	}
	r.wantComplete(t)
	if got := e2e.Only(t, r.azure, azuresim.Application); got != ours {
		t.Errorf("the stack has the application %s, not %s", got, ours)
	}
}
