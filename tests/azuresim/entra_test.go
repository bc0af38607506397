package azuresim

import (
	"fmt"
	"testing"
)

// tenant is an Azure with an application and its service principal.
type tenant struct {
	*Azure
	application, clientID, principal string
}

func application(change func(properties)) properties {
	inputs := properties{"displayName": "argocd", "web": properties{"redirectUris": []any{"https://localhost:9000/auth/callback"}}}
	change(inputs)
	return inputs
}

func signedUp(t *testing.T) tenant {
	t.Helper()
	a := New()
	id, outputs := create(t, a, tokenApplication, application(with("displayName", "argocd")))
	clientID := fmt.Sprint(outputs["clientId"])
	principal, _ := create(t, a, tokenPrincipal, properties{"clientId": clientID})
	return tenant{Azure: a, application: id, clientID: clientID, principal: principal}
}

func TestApplicationRefusals(t *testing.T) {
	t.Parallel()
	permission := func(app, id string) func(properties) {
		return with("requiredResourceAccesses", []any{properties{"resourceAppId": app, "resourceAccesses": []any{properties{"id": id, "type": "Scope"}}}})
	}
	for name, c := range map[string]struct {
		change        func(properties)
		code, message string
	}{
		"http on the web":        {with("web.redirectUris", []any{"http://argocd.example.com/auth/callback"}), "InvalidRedirectUri", "http://argocd"},
		"a wildcard":             {with("web.redirectUris", []any{"https://*.example.com/auth/callback"}), "InvalidRedirectUri", "*"},
		"a fragment":             {with("web.redirectUris", []any{"https://argocd.example.com/#callback"}), "InvalidRedirectUri", "#"},
		"no name":                {with("displayName", ""), "Request_BadRequest", "displayName"},
		"an owner who is nobody": {with("owners", []any{"nobody"}), "Request_ResourceNotFound", "nobody"},
		"another API":            {permission("somebody-else", "x"), "InvalidAppId", "somebody-else"},
		"an unknown permission":  {permission(graphClientID, "x"), "InvalidPermission", "x"},
		"http on localhost":      {with("web.redirectUris", []any{"http://localhost:9000/auth/callback"}), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := New().Create(tokenApplication, application(c.change))
			if c.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
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
	in := signedUp(t)
	create(t, in.Azure, tokenCredential, credential(in, with("displayName", "server")))
	other := with("subject", "system:serviceaccount:argocd:argocd-repo-server")
	for _, c := range []struct {
		change        func(properties)
		code, message string
	}{
		{with("applicationId", "/applications/none"), "Request_ResourceNotFound", "none"},
		{all(other, with("displayName", "http"), with("issuer", "http://issuer.example/")), "Request_BadRequest", "https"},
		{all(other, with("displayName", "two"), with("audiences", []any{"a", "b"})), "Request_BadRequest", "one audience"},
		{all(other, with("displayName", "ab")), "Request_BadRequest", "3 to 120"},
		{other, "Request_MultipleObjectsWithSameKeyValue", "name"},
		{with("displayName", "again"), "Request_MultipleObjectsWithSameKeyValue", "issuer and subject"},
	} {
		_, _, err := in.Create(tokenCredential, credential(in, c.change))
		refused(t, err, c.code, c.message)
	}
	for i := range 19 {
		create(t, in.Azure, tokenCredential, credential(in, all(with("displayName", fmt.Sprint("cluster-", i)), with("issuer", fmt.Sprintf("https://issuer.example/%d/", i)))))
	}
	_, _, err := in.Create(tokenCredential, credential(in, all(with("displayName", "one more"), with("issuer", "https://issuer.example/more/"))))
	refused(t, err, "Request_BadRequest", "at most 20")
}

func TestAccessRefusals(t *testing.T) {
	t.Parallel()
	in := signedUp(t)
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
	create(t, in.Azure, tokenGrant, grant(with("claimValues", []any{"openid"})))
	create(t, in.Azure, tokenAssignment, assignment(with("resourceObjectId", in.principal)))
	for name, c := range map[string]struct {
		token         string
		inputs        properties
		code, message string
	}{
		"a second service principal":        {tokenPrincipal, properties{"clientId": in.clientID}, "Request_MultipleObjectsWithSameKeyValue", in.clientID},
		"a service principal of nothing":    {tokenPrincipal, properties{"clientId": "none"}, "NoBackingApplicationObject", "none"},
		"consent twice":                     {tokenGrant, grant(with("claimValues", []any{"email"})), "Request_MultipleObjectsWithSameKeyValue", "already exists"},
		"consent for nobody":                {tokenGrant, grant(with("servicePrincipalObjectId", "none")), "Request_ResourceNotFound", "none"},
		"consent to another API":            {tokenGrant, grant(with("resourceServicePrincipalObjectId", "none")), "Request_ResourceNotFound", "none"},
		"consent to an unknown scope":       {tokenGrant, grant(with("claimValues", []any{"Everything"})), "Request_BadRequest", "Everything"},
		"a group assigned twice":            {tokenAssignment, assignment(with("resourceObjectId", in.principal)), "Request_BadRequest", "already exists"},
		"a group that is none":              {tokenAssignment, assignment(with("principalObjectId", "none")), "Request_BadRequest", "none"},
		"a group assigned to nothing":       {tokenAssignment, assignment(with("resourceObjectId", "none")), "Request_ResourceNotFound", "none"},
		"a role that the app does not have": {tokenAssignment, assignment(with("appRoleId", "admin")), "Request_BadRequest", "admin"},
	} {
		_, _, err := in.Create(c.token, c.inputs)
		t.Run(name, func(t *testing.T) { refused(t, err, c.code, c.message) })
	}
}

func TestRegistryRefusals(t *testing.T) {
	t.Parallel()
	in := signedUp(t)
	registry := in.AddRegistry("contoso")
	role := "/subscriptions/" + in.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
	assignment := properties{"scope": registry, "principalId": in.principal, "principalType": "ServicePrincipal", "roleDefinitionId": role}
	for _, c := range []struct {
		key, value, code string
	}{
		{"scope", registry + "x", "ResourceNotFound"},
		{"principalId", "none", "PrincipalNotFound"},
		{"roleDefinitionId", role[:len(role)-1], "RoleDefinitionDoesNotExist"},
		{"roleDefinitionId", "AcrPull", "RoleDefinitionDoesNotExist"},
	} {
		wrong := properties{}
		for key, value := range assignment {
			wrong[key] = value
		}
		wrong[c.key] = c.value
		_, _, err := in.Create(tokenRoleAssignment, wrong)
		refused(t, err, c.code, c.value)
	}
	create(t, in.Azure, tokenRoleAssignment, assignment)
	refused(t, in.Pull("no token", registry), "UNAUTHORIZED", "")
}

// TestRemoval: what lives in an application goes with it.
func TestRemoval(t *testing.T) {
	t.Parallel()
	in := signedUp(t)
	create(t, in.Azure, tokenCredential, credential(in, with("displayName", "server")))
	create(t, in.Azure, tokenAssignment, properties{"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": in.GroupID("Developers"), "resourceObjectId": in.principal})
	in.Remove(tokenApplication)
	if ids := in.IDs(); len(ids) > 0 {
		t.Errorf("left %v", ids)
	}
}
