package azuresim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// graph is the client ID of Microsoft Graph.
const graph = "00000003-0000-0000-c000-000000000000"

// tenant is an Azure with an application and its service principal.
type tenant struct {
	*azuresim.Azure
	application, clientID, principal string
}

func application(change func(properties)) properties {
	inputs := properties{"displayName": "argocd", "web": properties{"redirectUris": []any{"https://localhost:9000/auth/callback"}}}
	change(inputs)
	return inputs
}

func newTenant(t *testing.T) tenant {
	t.Helper()
	a := azuresim.New()
	id, outputs := create(t, a, azuresim.Application, application(with("displayName", "argocd")))
	clientID := fmt.Sprint(outputs["clientId"])
	principal, _ := create(t, a, azuresim.ServicePrincipal, properties{"clientId": clientID})
	return tenant{Azure: a, application: id, clientID: clientID, principal: principal}
}

func manyURIs(n int) []any {
	var uris []any
	for i := range n {
		uris = append(uris, fmt.Sprintf("https://argocd-%d.example.com/auth/callback", i))
	}
	return uris
}

func TestApplicationRefusals(t *testing.T) {
	t.Parallel()
	permission := func(app, id string) func(properties) {
		return with("requiredResourceAccesses", []any{properties{"resourceAppId": app, "resourceAccesses": []any{properties{"id": id, "type": "Scope"}}}})
	}
	for name, c := range map[string]attempt{
		"http on the web":       {with("web.redirectUris", []any{"http://argocd.example.com/auth/callback"}), "InvalidRedirectUri", "http://argocd"},
		"a wildcard":            {with("web.redirectUris", []any{"https://*.example.com/auth/callback"}), "InvalidRedirectUri", "*"},
		"a fragment":            {with("web.redirectUris", []any{"https://argocd.example.com/#callback"}), "InvalidRedirectUri", "#"},
		"256 redirect URIs":     {with("web.redirectUris", manyURIs(256)), "", ""},
		"257 redirect URIs":     {with("web.redirectUris", manyURIs(257)), "Request_BadRequest", "257"},
		"no name":               {with("displayName", ""), "Request_BadRequest", "displayName"},
		"a name too long":       {with("displayName", strings.Repeat("x", 257)), "Request_BadRequest", "displayName"},
		"a long name in Greek":  {with("displayName", strings.Repeat("λ", 256)), "", ""},
		"an unknown owner":      {with("owners", []any{"unknown"}), "Request_ResourceNotFound", "unknown"},
		"another API":           {permission("other-api", "x"), "InvalidAppId", "other-api"},
		"an unknown permission": {permission(graph, "x"), "InvalidPermission", "x"},
		"http on localhost":     {with("web.redirectUris", []any{"http://localhost:9000/auth/callback"}), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := azuresim.New().Create(azuresim.Application, application(c.change))
			refused(t, err, c.code, c.message)
		})
	}
}

func credential(in tenant, change func(properties)) properties {
	inputs := properties{
		"applicationId": in.application, "displayName": "server", "audiences": []any{"api://AzureADTokenExchange"},
		"issuer": "https://issuer.example/", "subject": "system:serviceaccount:argocd:argocd-server",
	}
	change(inputs)
	return inputs
}

func TestCredentialRefusals(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	create(t, in.Azure, azuresim.FederatedCredential, credential(in, with("displayName", "server")))
	other := with("subject", "system:serviceaccount:argocd:argocd-repo-server")
	for _, c := range []attempt{
		{with("applicationId", "/applications/none"), "Request_ResourceNotFound", "none"},
		{all(other, with("displayName", "http"), with("issuer", "http://issuer.example/")), "Request_BadRequest", "https"},
		{all(other, with("displayName", "two"), with("audiences", []any{"a", "b"})), "Request_BadRequest", "one audience"},
		{all(other, with("displayName", "ab")), "Request_BadRequest", "3 to 120"},
		{all(other, with("displayName", strings.Repeat("x", 121))), "Request_BadRequest", "3 to 120"},
		{all(other, with("displayName", "argo cd")), "Request_BadRequest", "stand in a URL"},
		{all(other, with("applicationId", in.principal)), "Request_ResourceNotFound", in.principal},
		{other, "Request_MultipleObjectsWithSameKeyValue", "name server"},
		{with("displayName", "again"), "InvalidFederatedIdentityCredentialValue", "issuer and subject"},
	} {
		_, _, err := in.Create(azuresim.FederatedCredential, credential(in, c.change))
		refused(t, err, c.code, c.message)
	}
	for i := range 19 {
		create(t, in.Azure, azuresim.FederatedCredential, credential(in, all(with("displayName", fmt.Sprint("cluster-", i)), with("issuer", fmt.Sprintf("https://issuer.example/%d/", i)))))
	}
	_, _, err := in.Create(azuresim.FederatedCredential, credential(in, all(with("displayName", "one-more"), with("issuer", "https://issuer.example/more/"))))
	refused(t, err, "Request_BadRequest", "at most 20")
}

func TestAccessRefusals(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	grant := func(change func(properties)) properties {
		inputs := properties{"servicePrincipalObjectId": in.principal, "resourceServicePrincipalObjectId": in.GraphPrincipal(), "claimValues": []any{"openid"}}
		change(inputs)
		return inputs
	}
	assignment := func(change func(properties)) properties {
		inputs := properties{"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": in.GroupID("Developers"), "resourceObjectId": in.principal}
		change(inputs)
		return inputs
	}
	create(t, in.Azure, azuresim.DelegatedGrant, grant(with("claimValues", []any{"openid"})))
	create(t, in.Azure, azuresim.AppRoleAssignment, assignment(with("resourceObjectId", in.principal)))
	for name, c := range map[string]struct {
		token         string
		inputs        properties
		code, message string
	}{
		"a second service principal":         {azuresim.ServicePrincipal, properties{"clientId": in.clientID}, "Request_MultipleObjectsWithSameKeyValue", in.clientID},
		"a principal without an application": {azuresim.ServicePrincipal, properties{"clientId": "none"}, "NoBackingApplicationObject", "none"},
		"duplicate consent":                  {azuresim.DelegatedGrant, grant(with("claimValues", []any{"email"})), "Request_MultipleObjectsWithSameKeyValue", "already exists"},
		"consent for an unknown principal":   {azuresim.DelegatedGrant, grant(with("servicePrincipalObjectId", "none")), "Request_ResourceNotFound", "none"},
		"consent for an application":         {azuresim.DelegatedGrant, grant(with("servicePrincipalObjectId", in.application)), "Request_ResourceNotFound", in.application},
		"a group assigned to an application": {azuresim.AppRoleAssignment, assignment(with("resourceObjectId", in.application)), "Request_ResourceNotFound", in.application},
		"consent for an unknown API":         {azuresim.DelegatedGrant, grant(with("resourceServicePrincipalObjectId", "none")), "Request_ResourceNotFound", "none"},
		"consent to an unknown scope":        {azuresim.DelegatedGrant, grant(with("claimValues", []any{"Everything"})), "Request_BadRequest", "Everything"},
		"a group assigned twice":             {azuresim.AppRoleAssignment, assignment(with("resourceObjectId", in.principal)), "Request_BadRequest", "already exists"},
		"an unknown group":                   {azuresim.AppRoleAssignment, assignment(with("principalObjectId", "none")), "Request_BadRequest", "none"},
		"an unknown service principal":       {azuresim.AppRoleAssignment, assignment(with("resourceObjectId", "none")), "Request_ResourceNotFound", "none"},
		"a role that is not declared":        {azuresim.AppRoleAssignment, assignment(with("appRoleId", "admin")), "Request_BadRequest", "admin"},
	} {
		_, _, err := in.Create(c.token, c.inputs)
		t.Run(name, func(t *testing.T) { refused(t, err, c.code, c.message) })
	}
}

// TestRemoval checks that deleting an application deletes the objects inside it.
func TestRemoval(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	create(t, in.Azure, azuresim.FederatedCredential, credential(in, with("displayName", "server")))
	create(t, in.Azure, azuresim.AppRoleAssignment, properties{"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": in.GroupID("Developers"), "resourceObjectId": in.principal})
	in.Remove(azuresim.Application)
	if ids := in.IDs(); len(ids) > 0 {
		t.Errorf("left %v", ids)
	}
}
