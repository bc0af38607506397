package commands

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// manualChange is a manual change with the checks of verify --azure that find it. The first one fails
// with detail.
type manualChange struct {
	name   string
	do     func(*testing.T, *azuresim.Azure) (undo func())
	by     []string
	detail string
}

// drift lists the manual changes beside e2e.Breakages.
var drift = []manualChange{
	{"auth off by an argument", changed(azuresim.ArgoExtension, e2e.Setting("server.extraArgs[0]", "--disable-auth")), []string{"ways around sign-in"}, "server.extraArgs[0]: authentication is disabled"},
	{"a setting added", changed(azuresim.ArgoExtension, e2e.Setting("server.replicas", "3")), []string{"extension settings"}, "server.replicas is not in the stack"},
	{"a setting removed", changed(azuresim.ArgoExtension, func(in resource.PropertyMap) {
		settings := in["configurationSettings"].ObjectValue().Copy()
		delete(settings, "redis-ha.enabled")
		in["configurationSettings"] = resource.NewObjectProperty(settings)
	}), []string{"extension settings"}, "redis-ha.enabled is missing"},
	{"a role granted by hand", changed(azuresim.ArgoExtension, e2e.EditSetting(`configs.rbac.policy\.csv`, "role:admin", "role:readonly")), []string{"extension settings"}, `configs.rbac.policy\.csv differs`},
	{"automatic upgrades off", changed(azuresim.ArgoExtension, func(in resource.PropertyMap) {
		in["autoUpgradeMinorVersion"] = resource.NewBoolProperty(false)
	}), []string{"extension"}, "autoUpgradeMinorVersion is false, not true"},
	{"another release train", changed(azuresim.ArgoExtension, e2e.Edit("releaseTrain", func(string) string { return "Stable" })), []string{"extension"}, "releaseTrain is stable, not preview"},
	{"a second federated credential", func(t *testing.T, a *azuresim.Azure) func() {
		return e2e.Create(t, a, azuresim.FederatedCredential, map[string]any{
			"applicationId": e2e.Only(t, a, azuresim.Application), "displayName": "pipeline", "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": "https://token.actions.githubusercontent.com", "subject": "repo:someone/else:ref:refs/heads/main",
		})
	}, []string{"federated credentials"}, "repo:someone/else"},
	{"a client secret", secret(azuresim.Application, "for testing", false), []string{"client secrets"}, `application has a client secret "for testing"`},
	{"a certificate", secret(azuresim.Application, "CN=build", true), []string{"client secrets"}, `application has a certificate "CN=build"`},
	{"a client secret of the service principal", secret(azuresim.ServicePrincipal, "old", false), []string{"client secrets"}, `service principal has a client secret "old"`},
	{"a certificate of the service principal", secret(azuresim.ServicePrincipal, "SAML", true), []string{"client secrets"}, `service principal has a certificate "SAML"`},
	{"another owner", owner(azuresim.Application), []string{"owners"}, `user "alice"`},
	{"another owner of the service principal", owner(azuresim.ServicePrincipal), []string{"owners"}, `user "alice"`},
	{"an exposed scope", changed(azuresim.Application, offered(map[string]any{"oauth2PermissionScopes": []any{map[string]any{
		"id": "5b1d2c3e-0000-4000-8000-000000000001", "value": "sessions", "type": "User", "enabled": true,
	}}})), []string{"exposed API"}, `scope "sessions" (5b1d2c3e-0000-4000-8000-000000000001) is not in the stack`},
	{"a pre-authorized client", func(t *testing.T, a *azuresim.Azure) func() {
		return a.PreAuthorize(e2e.Only(t, a, azuresim.Application), "5b1d2c3e-0000-4000-8000-000000000002")
	}, []string{"exposed API"}, "pre-authorized client 5b1d2c3e-0000-4000-8000-000000000002 is not in the stack"},
	{"a known client", changed(azuresim.Application, offered(map[string]any{"knownClientApplications": []any{"5b1d2c3e-0000-4000-8000-000000000003"}})), []string{"exposed API"}, "known client 5b1d2c3e-0000-4000-8000-000000000003 is not in the stack"},
	{"version 2 tokens", changed(azuresim.Application, offered(map[string]any{"requestedAccessTokenVersion": 2})), []string{"exposed API"}, "requestedAccessTokenVersion is 2, not 1"},
	{"mapped claims", changed(azuresim.Application, offered(map[string]any{"mappedClaimsEnabled": true})), []string{"exposed API"}, "acceptMappedClaims is true, not false"},
	{"an application ID URI", changed(azuresim.Application, func(in resource.PropertyMap) {
		in["identifierUris"] = e2e.List("api://elsewhere")
	}), []string{"exposed API"}, "application ID URI api://elsewhere is not in the stack"},
	{"an app role", changed(azuresim.Application, func(in resource.PropertyMap) {
		in["appRoles"] = resource.NewPropertyValue([]any{map[string]any{
			"id": "5b1d2c3e-0000-4000-8000-000000000004", "value": "admin", "allowedMemberTypes": []any{"User"},
		}})
	}), []string{"assignments"}, "app role admin"},
	{"another group assigned", func(t *testing.T, a *azuresim.Azure) func() { return e2e.Assign(t, a, a.GroupID("Developers")) }, []string{"assignments"}, `group "Developers"`},
	{"a user assigned", func(t *testing.T, a *azuresim.Azure) func() { return e2e.Assign(t, a, a.UserID("dave")) }, []string{"assignments"}, `user "dave"`},
	{"assignment not required", changed(azuresim.ServicePrincipal, func(in resource.PropertyMap) {
		in["appRoleAssignmentRequired"] = resource.NewBoolProperty(false)
	}), []string{"assignments"}, "appRoleAssignmentRequired is false, not true"},
	{"sign-in disabled", changed(azuresim.ServicePrincipal, func(in resource.PropertyMap) {
		in["accountEnabled"] = resource.NewBoolProperty(false)
	}), []string{"assignments"}, "accountEnabled is false, not true"},
	{"a wider consent", changed(azuresim.DelegatedGrant, func(in resource.PropertyMap) {
		in["claimValues"] = e2e.List("openid", "profile", "email", "User.Read", "Group.Read.All")
	}), []string{"consent"}, "Group.Read.All is not in the stack"},
	{"a user's wider consent", func(t *testing.T, a *azuresim.Azure) func() {
		return e2e.Create(t, a, azuresim.DelegatedGrant, map[string]any{
			"servicePrincipalObjectId": e2e.Only(t, a, azuresim.ServicePrincipal), "resourceServicePrincipalObjectId": a.GraphPrincipal(),
			"userObjectId": a.UserID("dave"), "claimValues": []any{"openid", "Group.Read.All"},
		})
	}, []string{"consent"}, "a user has consented to the scope Group.Read.All"},
	{"groups by name, as roles", claims("idTokens", map[string]any{"name": "groups", "essential": true, "additionalProperties": []any{"cloud_displayname", "emit_as_roles"}}),
		[]string{"groups claim"}, "groups (essential) as cloud_displayname, emit_as_roles is not in the stack"},
	{"groups claim not essential", claims("idTokens", map[string]any{"name": "groups"}), []string{"groups claim"}, "groups (essential) is missing"},
	{"groups in access tokens", claims("accessTokens", map[string]any{"name": "groups"}), []string{"groups claim"}, "in access tokens, the optional claim groups is not in the stack"},
	{"groups in SAML tokens", claims("saml2Tokens", map[string]any{"name": "groups"}), []string{"groups claim"}, "in SAML tokens, the optional claim groups is not in the stack"},
	{"a claim from a user attribute", claims("idTokens", map[string]any{"name": "roles", "source": "user"}), []string{"groups claim"}, "roles from user is not in the stack"},
	{"device sign-in", changed(azuresim.Application, func(in resource.PropertyMap) {
		in["deviceOnlyAuthEnabled"] = resource.NewBoolProperty(true)
	}), []string{"accounts"}, "isDeviceOnlyAuthSupported is true"},
	{"a logout URL", changed(azuresim.Application, func(in resource.PropertyMap) {
		web := in["web"].ObjectValue().Copy()
		web["logoutUrl"] = resource.NewStringProperty("https://elsewhere.example/")
		in["web"] = resource.NewObjectProperty(web)
	}), []string{"accounts"}, "logoutUrl is https://elsewhere.example/"},
	{"sign-in by SAML", changed(azuresim.ServicePrincipal, func(in resource.PropertyMap) {
		in["preferredSingleSignOnMode"] = resource.NewStringProperty("saml")
	}), []string{"accounts"}, `preferredSingleSignOnMode is "saml"`},
	{"an additional API permission", changed(azuresim.Application, func(in resource.PropertyMap) {
		all := slices.Clone(in["requiredResourceAccesses"].ArrayValue())
		in["requiredResourceAccesses"] = resource.NewArrayProperty(append(all, resource.NewPropertyValue(map[string]any{
			"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccesses": []any{map[string]any{"id": "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "type": "Role"}},
		})))
	}), []string{"directory permissions"}, "19dbc75e-c2e2-444c-a770-ec69d8559fc7 (Role) of the API 00000003-0000-0000-c000-000000000000 is not in the stack"},
	{"no API permission", changed(azuresim.Application, e2e.Remove("requiredResourceAccesses")), []string{"directory permissions"}, "is missing"},
	{"an application permission", func(_ *testing.T, a *azuresim.Azure) func() {
		const id = "/appRoleAssignment/own"
		for principal := range a.Inputs(azuresim.ServicePrincipal) {
			a.Restore(azuresim.AppRoleAssignment, id, resource.NewPropertyMapFromMap(map[string]any{
				"appRoleId": "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "principalObjectId": principal, "resourceObjectId": a.GraphPrincipal(),
			}), resource.PropertyMap{})
		}
		return func() { a.Delete(id) }
	}, []string{"directory permissions"}, `the app role 19dbc75e-c2e2-444c-a770-ec69d8559fc7 of "Microsoft Graph"`},
	{"a directory role", func(t *testing.T, a *azuresim.Azure) func() {
		return a.AssignDirectoryRole(e2e.Only(t, a, azuresim.ServicePrincipal), "Global Reader", "/")
	}, []string{"directory permissions"}, `directoryRole "Global Reader"`},
	{"a directory role on one object", func(t *testing.T, a *azuresim.Azure) func() {
		return a.AssignDirectoryRole(e2e.Only(t, a, azuresim.ServicePrincipal), "Cloud Application Administrator", "/5b1d2c3e-0000-4000-8000-000000000005")
	}, []string{"directory permissions"}, "on /5b1d2c3e-0000-4000-8000-000000000005"},
	{"a group membership", func(t *testing.T, a *azuresim.Azure) func() {
		return a.AddMember(a.GroupID("Auditors"), e2e.Only(t, a, azuresim.ServicePrincipal))
	}, []string{"directory permissions"}, `group "Auditors"`},
	{"a claims mapping policy", entraPolicy(azuresim.ServicePrincipal, "claimsMappingPolicies", "everybody is anna"), []string{"policies"}, `the service principal has the claims mapping policy "everybody is anna"`},
	{"a token lifetime policy", entraPolicy(azuresim.Application, "tokenLifetimePolicies", "a day"), []string{"policies"}, `the application has the token lifetime policy "a day"`},
	{"a token lifetime policy of the service principal", entraPolicy(azuresim.ServicePrincipal, "tokenLifetimePolicies", "a day"), []string{"policies"}, `the service principal has the token lifetime policy "a day"`},
	{"a home realm discovery policy", entraPolicy(azuresim.ServicePrincipal, "homeRealmDiscoveryPolicies", "passwords in the cloud"), []string{"policies"}, `the service principal has the home realm discovery policy "passwords in the cloud"`},
	{"a role in Azure", func(t *testing.T, a *azuresim.Azure) func() {
		return e2e.Create(t, a, azuresim.RoleAssignment, map[string]any{
			"scope": a.AddRegistry("contoso"), "principalId": e2e.Only(t, a, azuresim.ServicePrincipal), "principalType": "ServicePrincipal",
			"roleDefinitionId": "/subscriptions/" + a.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
		})
	}, []string{"Azure roles"}, "7f951dda-4ed3-4680-a7ca-43fe172d538d on /subscriptions/"},
	{"an application of a lost create", func(t *testing.T, a *azuresim.Azure) func() {
		inputs := a.Inputs(azuresim.Application)[e2e.Only(t, a, azuresim.Application)]
		return e2e.Create(t, a, azuresim.Application, inputs.Mappable())
	}, []string{"second application"}, "application with the client ID "},
	{"accounts of other tenants", changed(azuresim.Application, func(in resource.PropertyMap) {
		in["signInAudience"] = resource.NewStringProperty("AzureADMultipleOrgs")
	}), []string{"accounts"}, "signInAudience is AzureADMultipleOrgs"},
	{"implicit flow", changed(azuresim.Application, func(in resource.PropertyMap) {
		web := in["web"].ObjectValue().Copy()
		web["implicitGrant"] = resource.NewObjectProperty(resource.PropertyMap{"idTokenIssuanceEnabled": resource.NewBoolProperty(true)})
		in["web"] = resource.NewObjectProperty(web)
	}), []string{"accounts"}, "enableIdTokenIssuance is true"},
	{"a single-page redirect URI", changed(azuresim.Application, e2e.SetList("singlePageApplication", "redirectUris", "https://elsewhere.example/")), []string{"redirect URIs"}, "single-page https://elsewhere.example/"},
}

// claims sets the optional claims of a kind of token.
func claims(tokens resource.PropertyKey, claim map[string]any) func(*testing.T, *azuresim.Azure) func() {
	return changed(azuresim.Application, func(in resource.PropertyMap) {
		optional := in["optionalClaims"].ObjectValue().Copy()
		optional[tokens] = resource.NewPropertyValue([]any{claim})
		in["optionalClaims"] = resource.NewObjectProperty(optional)
	})
}
