package e2e

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	verifyazure "github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/tests/azcli"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// allRights are what verify --azure needs, and nothing more.
var allRights = []string{"Application.Read.All", "Directory.Read.All", "Reader", "Policy.Read.All", "Application.ReadWrite.OwnedBy"}

// insider looks into an Azure as one of its callers, and remembers all that it has
// said.
type insider struct {
	azure  *azuresim.Azure
	caller string
	// deployers are those that the caller names.
	deployers []string
	state     []byte
	history   []byte
	client    *http.Client
	printed   bytes.Buffer
}

func newInsider(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet, rights ...string) *insider {
	t.Helper()
	inside := &insider{azure: azure, caller: azure.AddCaller(rights...), client: &http.Client{Transport: internet.Transport()}}
	inside.reload(t, stack)
	return inside
}

// deployerInside is the identity that deploys the stack, which looks itself.
func deployerInside(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet) *insider {
	t.Helper()
	inside := newInsider(t, stack, azure, internet, allRights...)
	inside.caller = azure.SignInDeployer(allRights...)
	return inside
}

// reload reads the stack's state and history again.
func (i *insider) reload(t *testing.T, stack *engine.Stack) {
	t.Helper()
	state, err := stack.ExportJSON(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	history, err := stack.Command(t.Context(), "stack", "history", "--json")
	if err != nil {
		t.Fatal(err)
	}
	i.state, i.history = state, []byte(history)
}

// GetToken is the caller's sign-in.
func (i *insider) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := i.azure.CallerToken(i.caller, strings.TrimSuffix(options.Scopes[0], "/.default"))
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, err
}

func (i *insider) look(t *testing.T) []verify.Check {
	t.Helper()
	deployed, err := verifyazure.ParseState(bytes.NewReader(i.state))
	if err != nil {
		t.Fatal(err)
	}
	if err := deployed.ReadHistory(bytes.NewReader(i.history)); err != nil {
		t.Fatal(err)
	}
	deployed.Deployers = i.deployers
	client, err := verifyazure.NewClient(t.Context(), deployed, i, i.client)
	if err != nil {
		t.Fatal(err)
	}
	checks := verifyazure.Run(t.Context(), client, deployed)
	if err := verify.Print(&i.printed, checks); err != nil {
		t.Fatal(err)
	}
	return checks
}

// failed are the names of the checks that are not OK.
func failed(checks []verify.Check) (names []string) {
	for _, check := range checks {
		if !check.OK {
			names = append(names, check.Name)
		}
	}
	return names
}

// foundBy says which check of verify --azure finds which break of TestEveryBreak.
var foundBy = map[string]string{
	"web redirect URI":                       "redirect URIs",
	"no public client":                       "redirect URIs",
	"CLI redirect URI on the web platform":   "redirect URIs",
	"federated issuer without its slash":     "federated credentials",
	"federated subject":                      "federated credentials",
	"federated audience":                     "federated credentials",
	"workload identity off on the cluster":   "cluster",
	"workload identity off in the extension": "extension settings",
	"group not assigned":                     "assignments",
	"permission not granted":                 "consent",
	"no groups claim":                        "groups claim",
	"no membership claims":                   "groups claim",
	"groups claim not requested":             "extension settings",
	"wrong client ID":                        "extension settings",
	"wrong tenant":                           "extension settings",
	"wrong domain":                           "extension settings",
	"unescaped dot":                          "extension settings",
	"group without a role":                   "extension settings",
}

// drift is what people change or add by hand, and the check that finds it.
var drift = []struct {
	name string
	do   func(*testing.T, *azuresim.Azure) (undo func())
	// by are all checks that find it, detail is what the first says.
	by     []string
	detail string
}{
	{"auth off", changed(azuresim.ArgoExtension, setting(`configs.params.server\.disable\.auth`, "true")), settingsAndDoors, "server.disable.auth: nobody has to sign in"},
	{"auth off by an argument", changed(azuresim.ArgoExtension, setting("server.extraArgs[0]", "--disable-auth")), settingsAndDoors, "server.extraArgs[0]: nobody has to sign in"},
	{"anonymous access", changed(azuresim.ArgoExtension, setting(`configs.cm.users\.anonymous\.enabled`, "true")), settingsAndDoors, "users.anonymous.enabled"},
	{"built-in admin", changed(azuresim.ArgoExtension, setting(`configs.cm.admin\.enabled`, "true")), settingsAndDoors, "admin.enabled"},
	{"admin as default role", changed(azuresim.ArgoExtension, setting(`configs.rbac.policy\.default`, "role:admin")), settingsAndDoors, "policy.default"},
	{"OIDC TLS checks off", changed(azuresim.ArgoExtension, setting(`configs.cm.oidc\.tls\.insecure\.skip\.verify`, "true")), settingsAndDoors, "oidc.tls.insecure.skip.verify"},
	{"a setting added", changed(azuresim.ArgoExtension, setting("server.replicas", "3")), []string{"extension settings"}, "server.replicas is not the stack's"},
	{"a setting taken away", changed(azuresim.ArgoExtension, func(in resource.PropertyMap) {
		settings := in["configurationSettings"].ObjectValue().Copy()
		delete(settings, "redis-ha.enabled")
		in["configurationSettings"] = resource.NewObjectProperty(settings)
	}), []string{"extension settings"}, "redis-ha.enabled is missing"},
	{"a role given by hand", changed(azuresim.ArgoExtension, editSetting(`configs.rbac.policy\.csv`, "role:admin", "role:readonly")), []string{"extension settings"}, `configs.rbac.policy\.csv differs`},
	{"automatic upgrades off", changed(azuresim.ArgoExtension, func(in resource.PropertyMap) {
		in["autoUpgradeMinorVersion"] = resource.NewBoolProperty(false)
	}), []string{"extension"}, "autoUpgradeMinorVersion is false, not true"},
	{"another train", changed(azuresim.ArgoExtension, edit("releaseTrain", func(string) string { return "Stable" })), []string{"extension"}, "releaseTrain is stable, not preview"},
	{"a second federated credential", func(t *testing.T, a *azuresim.Azure) func() {
		return made(t, a, azuresim.FederatedCredential, map[string]any{
			"applicationId": only(t, a, azuresim.Application), "displayName": "pipeline", "audiences": []any{"api://AzureADTokenExchange"},
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
	}}})), []string{"exposed API"}, `scope "sessions" (5b1d2c3e-0000-4000-8000-000000000001) is not the stack's`},
	{"a pre-authorized client", func(t *testing.T, a *azuresim.Azure) func() {
		return a.PreAuthorize(only(t, a, azuresim.Application), "5b1d2c3e-0000-4000-8000-000000000002")
	}, []string{"exposed API"}, "pre-authorized client 5b1d2c3e-0000-4000-8000-000000000002 is not the stack's"},
	{"a known client", changed(azuresim.Application, offered(map[string]any{"knownClientApplications": []any{"5b1d2c3e-0000-4000-8000-000000000003"}})), []string{"exposed API"}, "known client 5b1d2c3e-0000-4000-8000-000000000003 is not the stack's"},
	{"tokens of version 2", changed(azuresim.Application, offered(map[string]any{"requestedAccessTokenVersion": 2})), []string{"exposed API"}, "requestedAccessTokenVersion is 2, not 1"},
	{"claims of others", changed(azuresim.Application, offered(map[string]any{"mappedClaimsEnabled": true})), []string{"exposed API"}, "acceptMappedClaims is true, not false"},
	{"an application ID URI", changed(azuresim.Application, func(in resource.PropertyMap) {
		in["identifierUris"] = list("api://elsewhere")
	}), []string{"exposed API"}, "application ID URI api://elsewhere is not the stack's"},
	{"an app role", changed(azuresim.Application, func(in resource.PropertyMap) {
		in["appRoles"] = resource.NewPropertyValue([]any{map[string]any{
			"id": "5b1d2c3e-0000-4000-8000-000000000004", "value": "admin", "allowedMemberTypes": []any{"User"},
		}})
	}), []string{"assignments"}, "app role admin"},
	{"another group assigned", func(t *testing.T, a *azuresim.Azure) func() { return assigned(t, a, a.GroupID("Developers")) }, []string{"assignments"}, `group "Developers"`},
	{"a user assigned", func(t *testing.T, a *azuresim.Azure) func() { return assigned(t, a, a.UserID("dave")) }, []string{"assignments"}, `user "dave"`},
	{"everybody may sign in", changed(azuresim.ServicePrincipal, func(in resource.PropertyMap) {
		in["appRoleAssignmentRequired"] = resource.NewBoolProperty(false)
	}), []string{"assignments"}, "appRoleAssignmentRequired is false, not true"},
	{"sign-in switched off", changed(azuresim.ServicePrincipal, func(in resource.PropertyMap) {
		in["accountEnabled"] = resource.NewBoolProperty(false)
	}), []string{"assignments"}, "accountEnabled is false, not true"},
	{"a wider consent", changed(azuresim.DelegatedGrant, func(in resource.PropertyMap) {
		in["claimValues"] = list("openid", "profile", "email", "User.Read", "Group.Read.All")
	}), []string{"consent"}, "Group.Read.All is not the stack's"},
	{"a user's wider consent", func(t *testing.T, a *azuresim.Azure) func() {
		return made(t, a, azuresim.DelegatedGrant, map[string]any{
			"servicePrincipalObjectId": only(t, a, azuresim.ServicePrincipal), "resourceServicePrincipalObjectId": a.GraphPrincipal(),
			"userObjectId": a.UserID("dave"), "claimValues": []any{"openid", "Group.Read.All"},
		})
	}, []string{"consent"}, "a user has consented to scope Group.Read.All"},
	{"groups by name, as roles", claims("idTokens", map[string]any{"name": "groups", "essential": true, "additionalProperties": []any{"cloud_displayname", "emit_as_roles"}}),
		[]string{"groups claim"}, "groups (essential) as cloud_displayname, emit_as_roles is not the stack's"},
	{"groups that are not essential", claims("idTokens", map[string]any{"name": "groups"}), []string{"groups claim"}, "groups (essential) is missing"},
	{"groups in access tokens", claims("accessTokens", map[string]any{"name": "groups"}), []string{"groups claim"}, "in access tokens, the optional claim groups is not the stack's"},
	{"groups in SAML tokens", claims("saml2Tokens", map[string]any{"name": "groups"}), []string{"groups claim"}, "in SAML tokens, the optional claim groups is not the stack's"},
	{"a claim of a user's property", claims("idTokens", map[string]any{"name": "roles", "source": "user"}), []string{"groups claim"}, "roles from user is not the stack's"},
	{"sign-in of devices", changed(azuresim.Application, func(in resource.PropertyMap) {
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
	{"a permission that the application asks for", changed(azuresim.Application, func(in resource.PropertyMap) {
		all := slices.Clone(in["requiredResourceAccesses"].ArrayValue())
		in["requiredResourceAccesses"] = resource.NewArrayProperty(append(all, resource.NewPropertyValue(map[string]any{
			"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccesses": []any{map[string]any{"id": "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "type": "Role"}},
		})))
	}), []string{"directory permissions"}, "19dbc75e-c2e2-444c-a770-ec69d8559fc7 (Role) of the API 00000003-0000-0000-c000-000000000000 is not the stack's"},
	{"no permission that the application asks for", changed(azuresim.Application, remove("requiredResourceAccesses")), []string{"directory permissions"}, "is missing"},
	{"a permission of its own", func(_ *testing.T, a *azuresim.Azure) func() {
		const id = "/appRoleAssignment/own"
		for principal := range a.Inputs(azuresim.ServicePrincipal) {
			a.Restore(azuresim.AppRoleAssignment, id, resource.NewPropertyMapFromMap(map[string]any{
				"appRoleId": "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "principalObjectId": principal, "resourceObjectId": a.GraphPrincipal(),
			}), resource.PropertyMap{})
		}
		return func() { a.Delete(id) }
	}, []string{"directory permissions"}, `the app role 19dbc75e-c2e2-444c-a770-ec69d8559fc7 of "Microsoft Graph"`},
	{"a directory role", func(t *testing.T, a *azuresim.Azure) func() {
		return a.AssignDirectoryRole(only(t, a, azuresim.ServicePrincipal), "Global Reader", "/")
	}, []string{"directory permissions"}, `directoryRole "Global Reader"`},
	{"a directory role on one object", func(t *testing.T, a *azuresim.Azure) func() {
		return a.AssignDirectoryRole(only(t, a, azuresim.ServicePrincipal), "Cloud Application Administrator", "/5b1d2c3e-0000-4000-8000-000000000005")
	}, []string{"directory permissions"}, "on /5b1d2c3e-0000-4000-8000-000000000005"},
	{"a group of its own", func(t *testing.T, a *azuresim.Azure) func() {
		return a.AddMember(a.GroupID("Auditors"), only(t, a, azuresim.ServicePrincipal))
	}, []string{"directory permissions"}, `group "Auditors"`},
	{"a claims mapping policy", entraPolicy(azuresim.ServicePrincipal, "claimsMappingPolicies", "everybody is anna"), []string{"policies"}, `the service principal has the claims mapping policy "everybody is anna"`},
	{"a token lifetime policy", entraPolicy(azuresim.Application, "tokenLifetimePolicies", "a day"), []string{"policies"}, `the application has the token lifetime policy "a day"`},
	{"a token lifetime policy of the service principal", entraPolicy(azuresim.ServicePrincipal, "tokenLifetimePolicies", "a day"), []string{"policies"}, `the service principal has the token lifetime policy "a day"`},
	{"a home realm discovery policy", entraPolicy(azuresim.ServicePrincipal, "homeRealmDiscoveryPolicies", "passwords in the cloud"), []string{"policies"}, `the service principal has the home realm discovery policy "passwords in the cloud"`},
	{"a role in Azure", func(t *testing.T, a *azuresim.Azure) func() {
		return made(t, a, azuresim.RoleAssignment, map[string]any{
			"scope": a.AddRegistry("contoso"), "principalId": only(t, a, azuresim.ServicePrincipal), "principalType": "ServicePrincipal",
			"roleDefinitionId": "/subscriptions/" + a.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
		})
	}, []string{"Azure roles"}, "7f951dda-4ed3-4680-a7ca-43fe172d538d on /subscriptions/"},
	{"an application of a lost create", func(t *testing.T, a *azuresim.Azure) func() {
		inputs := a.Inputs(azuresim.Application)[only(t, a, azuresim.Application)]
		return made(t, a, azuresim.Application, inputs.Mappable())
	}, []string{"second application"}, "application with the client ID "},
	{"another tenant's accounts", changed(azuresim.Application, func(in resource.PropertyMap) {
		in["signInAudience"] = resource.NewStringProperty("AzureADMultipleOrgs")
	}), []string{"accounts"}, "signInAudience is AzureADMultipleOrgs"},
	{"tokens in the browser's address", changed(azuresim.Application, func(in resource.PropertyMap) {
		web := in["web"].ObjectValue().Copy()
		web["implicitGrant"] = resource.NewObjectProperty(resource.PropertyMap{"idTokenIssuanceEnabled": resource.NewBoolProperty(true)})
		in["web"] = resource.NewObjectProperty(web)
	}), []string{"accounts"}, "enableIdTokenIssuance is true"},
	{"a single-page redirect URI", changed(azuresim.Application, setList("singlePageApplication", "redirectUris", "https://elsewhere.example/")), []string{"redirect URIs"}, "single-page https://elsewhere.example/"},
}

var settingsAndDoors = []string{"ways around sign-in", "extension settings"}

func changed(object string, change func(resource.PropertyMap)) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() { return breakIt(t, azure, object, change) }
}

func made(t *testing.T, azure *azuresim.Azure, token string, inputs map[string]any) (undo func()) {
	t.Helper()
	id, _, err := azure.Create(token, inputs)
	if err != nil {
		t.Fatal(err)
	}
	return func() { azure.Delete(id) }
}

func offered(properties map[string]any) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) { in["api"] = resource.NewPropertyValue(properties) }
}

// claims sets the optional claims of a kind of token.
func claims(tokens resource.PropertyKey, claim map[string]any) func(*testing.T, *azuresim.Azure) func() {
	return changed(azuresim.Application, func(in resource.PropertyMap) {
		optional := in["optionalClaims"].ObjectValue().Copy()
		optional[tokens] = resource.NewPropertyValue([]any{claim})
		in["optionalClaims"] = resource.NewObjectProperty(optional)
	})
}

func assigned(t *testing.T, azure *azuresim.Azure, principal string) (undo func()) {
	t.Helper()
	return made(t, azure, azuresim.AppRoleAssignment, map[string]any{
		"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": principal, "resourceObjectId": only(t, azure, azuresim.ServicePrincipal),
	})
}

func secret(token, name string, certificate bool) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		remove, err := azure.AddSecret(token, name, certificate)
		if err != nil {
			t.Fatal(err)
		}
		return remove
	}
}

func entraPolicy(token, kind, name string) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		return azure.AssignPolicy(only(t, azure, token), kind, name)
	}
}

func owner(token string) func(*testing.T, *azuresim.Azure) func() {
	return func(t *testing.T, azure *azuresim.Azure) func() {
		return breakIt(t, azure, token, func(in resource.PropertyMap) { in["owners"] = list(azure.Deployer(), azure.UserID("alice")) })
	}
}

// only is the ID of the one object of a type.
func only(t *testing.T, azure *azuresim.Azure, token string) (id string) {
	t.Helper()
	all := azure.Inputs(token)
	if len(all) != 1 {
		t.Fatalf("%d objects of type %s", len(all), token)
	}
	for id = range all {
	}
	return id
}

// TestVerifyAzure: every break and every drift is found by the check that is meant
// to, by no other, and no value of a secret is printed.
func TestVerifyAzure(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	inside := newInsider(t, stack, azure, connect(t, azure), allRights...)
	if checks := inside.look(t); verify.Failed(checks) || len(checks) != 18 {
		t.Errorf("%d checks, failed: %v: %+v", len(checks), failed(checks), checks)
	}
	if len(breaks) != len(foundBy) {
		t.Errorf("%d breaks, and %d are in the table here", len(breaks), len(foundBy))
	}
	for _, c := range breaks {
		t.Run(c.name, func(t *testing.T) {
			defer breakIt(t, azure, c.object, c.change)()
			if got := failed(inside.look(t)); !slices.Equal(got, []string{foundBy[c.name]}) {
				t.Errorf("found by %q, want %q", got, foundBy[c.name])
			}
		})
	}
	for _, c := range drift {
		t.Run(c.name, func(t *testing.T) {
			undo := c.do(t, azure)
			checks := inside.look(t)
			undo()
			got := failed(checks)
			if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(c.by))) {
				t.Errorf("found by %q, want %q", got, c.by)
			}
			failing(t, c.by[0], c.detail)(checks, 1)
		})
	}
	if checks := inside.look(t); verify.Failed(checks) {
		t.Errorf("all is undone, and it fails: %v", failed(checks))
	}
	if printed := inside.printed.String(); strings.Contains(printed, "Qx~") || !strings.Contains(printed, `"for testing"`) {
		t.Errorf("printed the hint of a client secret, or not its name:\n%s", printed)
	}
}

// TestVerifyAzureWell: nothing is wrong with what the program deploys.
func TestVerifyAzureWell(t *testing.T) {
	t.Parallel()
	well := func(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet, what string) {
		t.Helper()
		if _, err := stack.Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		if checks := newInsider(t, stack, azure, internet, allRights...).look(t); verify.Failed(checks) {
			t.Errorf("%s: failed: %v: %+v", what, failed(checks), checks)
		}
	}
	t.Run("prod", func(t *testing.T) {
		stack, azure := open(t, "prod")
		well(t, stack, azure, connect(t, azure), "prod")
	})
	t.Run("one change after another", func(t *testing.T) {
		azure := azuresim.New()
		spoke := addSpoke(t, azure, "orders", false)
		stack, internet := openOn(t, azure, "dev"), connect(t, azure)
		for _, change := range []struct{ key, value string }{
			{"containerRegistry", azure.AddRegistry("contoso")}, {"clusters[0]", spoke}, {"containerRegistry", ""}, {"clusters", ""},
			{"preConsent", "false"}, {"requireAssignment", "false"}, {"defaultRole", "readonly"}, {"extensionVersion", "1.0.3"},
			{`extraSettings["server.replicas"]`, "3"},
		} {
			if err := stack.Set(t.Context(), change.key, change.value); err != nil {
				t.Fatal(err)
			}
			well(t, stack, azure, internet, change.key)
		}
		// As docs/deployments.md recommends it.
		grant := map[string]any{
			"servicePrincipalObjectId": only(t, azure, azuresim.ServicePrincipal), "resourceServicePrincipalObjectId": azure.GraphPrincipal(),
			"claimValues": []any{"openid", "profile", "email", "User.Read"},
		}
		defer made(t, azure, azuresim.DelegatedGrant, grant)()
		well(t, stack, azure, internet, "a consent outside the stack")
	})
}

// TestVerifyAzureAfterRefresh: a refresh writes what it sees into the state that
// this compares with, such as a setting. What follows from outputs, or is wrong
// anyway, is found after it, too.
func TestVerifyAzureAfterRefresh(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	internet := connect(t, azure)
	for _, c := range breaks {
		if c.object == azuresim.FederatedCredential || c.object == azuresim.DelegatedGrant || c.name == "web redirect URI" {
			breakIt(t, azure, c.object, c.change)
		}
	}
	breakIt(t, azure, azuresim.ArgoExtension, setting(`configs.params.server\.disable\.auth`, "true"))
	breakIt(t, azure, azuresim.Application, offered(map[string]any{"requestedAccessTokenVersion": 2}))
	owner(azuresim.Application)(t, azure)
	if _, err := stack.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	wanted := []string{"stack state", "federated credentials", "owners", "exposed API", "redirect URIs", "consent", "ways around sign-in"}
	found := failed(newInsider(t, stack, azure, internet, allRights...).look(t))
	if !slices.Equal(found, wanted) {
		t.Errorf("after a refresh, found by %q, want %q", found, wanted)
	}
	if _, err := stack.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The program keeps owners as they are.
	if found := failed(newInsider(t, stack, azure, internet, allRights...).look(t)); !slices.Equal(found, []string{"owners"}) {
		t.Errorf("after the up that puts the rest back: %q", found)
	}
	breakIt(t, azure, azuresim.Application, func(in resource.PropertyMap) { in["owners"] = list(azure.Deployer()) })
	if found := failed(newInsider(t, stack, azure, internet, allRights...).look(t)); len(found) > 0 {
		t.Errorf("after the up that puts it back: %q", found)
	}
}

// TestVerifyAzureHistory: the state has the program's inputs after a complete up. After any
// other operation of the real CLI, a check says that it may have manual changes.
func TestVerifyAzureHistory(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.completes(t)
	inside := newInsider(t, r.Stack, r.azure, connect(t, r.azure), allRights...)
	const (
		up, refresh, destroy = "up --yes --skip-preview", "refresh --yes --skip-preview", "destroy --yes --skip-preview"
		fine                 = "written by pulumi up at "
	)
	for _, c := range []struct{ command, says string }{
		{"refresh --preview-only", fine}, {"preview --refresh", fine},
		{refresh, `was "refresh"; `}, {"preview", `was "refresh"; `},
		{up + " --target **entra-consent", "was an update of some resources only"},
		{up, fine},
		{refresh + " --target **argocd-extension", `was "refresh"; `},
		{up + " --refresh", fine},
		{"config set domain *", fine}, {up, `was "update" with the result "failed"`},
		{"config set domain localhost:9000", `"failed"`}, {up, fine},
		{destroy + " --target **entra-consent", `was "destroy"`}, {up, fine},
	} {
		command := exec.CommandContext(t.Context(), "pulumi", append(strings.Fields(c.command), "--non-interactive", "--stack", r.Name)...)
		command.Dir, command.Env = r.Dir, r.env
		if output, err := command.CombinedOutput(); err != nil && !strings.Contains(c.says, "failed") {
			t.Fatalf("%s: %v\n%s", c.command, err, output)
		}
		inside.reload(t, r.Stack)
		check, trusted := inside.look(t)[0], c.says == fine
		if check.Name != "stack state" || check.OK != trusted || check.Unseen == trusted || !strings.Contains(check.Detail, c.says) {
			t.Errorf("after %s: %+v", c.command, check)
		}
		if !trusted && !strings.Contains(check.Fix, "pulumi preview --expect-no-changes") {
			t.Errorf("after %s, to do: %s", c.command, check.Fix)
		}
	}
}

// TestVerifyAzureOwners: the identity that deploys is the owner, and no other that the
// state may have. Another identity is warned, unless it names the one that deploys.
func TestVerifyAzureOwners(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	internet := connect(t, azure)
	deployer, other := deployerInside(t, stack, azure, internet), newInsider(t, stack, azure, internet, allRights...)
	told := newInsider(t, stack, azure, internet, allRights...)
	told.deployers = []string{azure.Deployer()}
	wrong := newInsider(t, stack, azure, internet, allRights...)
	wrong.deployers = []string{other.caller}
	const fine, warns, fails = "ok", "warning", "failed"
	wants := func(inside *insider, result, says string) {
		t.Helper()
		for _, check := range inside.look(t) {
			got := map[bool]string{true: fine, false: fails}[check.OK]
			if check.Warning {
				got = warns
			}
			if check.Name == "owners" && (got != result || !strings.Contains(check.Detail, says)) {
				t.Errorf("%s, want %s with %q: %+v", got, result, says, check)
			}
		}
	}
	wants(deployer, fine, azure.Deployer())
	wants(told, fine, azure.Deployer())
	wants(other, warns, azure.Deployer()+" owns the application and is not the signed-in identity")
	wants(wrong, fails, azure.Deployer()+" owns the application")
	// The state has another owner after an adoption or a refresh.
	for _, c := range []struct {
		token   string
		results map[*insider]string
	}{
		{azuresim.Application, map[*insider]string{deployer: fails, told: fails, other: fails, wrong: fails}},
		{azuresim.ServicePrincipal, map[*insider]string{deployer: warns, told: fails, other: warns, wrong: fails}},
	} {
		defer breakIt(t, azure, c.token, func(in resource.PropertyMap) { in["owners"] = list(azure.UserID("alice")) })()
		if _, err := stack.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		for inside, result := range c.results {
			inside.reload(t, stack)
			wants(inside, result, `user "alice"`)
		}
	}
}

// TestVerifyAzureLookAlikes: an application of the same name that is in use is named, and of
// many not all are read.
func TestVerifyAzureLookAlikes(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	inside := deployerInside(t, stack, azure, connect(t, azure))
	own := azure.Inputs(azuresim.Application)[only(t, azure, azuresim.Application)]
	register := func() (clientID string) {
		inputs := own.Copy()
		inputs["owners"] = list(azure.UserID("alice"))
		id, properties, err := azure.Create(azuresim.Application, inputs.Mappable())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { azure.Delete(id) })
		return properties["clientId"].StringValue()
	}
	warns := func(says ...string) {
		t.Helper()
		checks := inside.look(t)
		last := checks[len(checks)-1]
		for _, text := range says {
			if last.Name != "second application" || !last.OK || !last.Warning || !strings.Contains(last.Detail, text) {
				t.Errorf("no warning with %q as the last check: %+v", text, last)
			}
		}
		if verify.Failed(checks) {
			t.Errorf("failed: %q", failed(checks))
		}
	}
	used := register()
	if _, _, err := azure.Create(azuresim.ServicePrincipal, map[string]any{"clientId": used}); err != nil {
		t.Fatal(err)
	}
	warns(used, "which is in use: it has a service principal", `user "alice"`)
	for range 30 {
		register()
	}
	warns("31 of them, of which 11 are not looked at")
}

// TestVerifyAzurePipelines: with pipelines the application is an API, and no more of one
// than they need.
func TestVerifyAzurePipelines(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	release := azure.AddWorkload("release", "https://ci.example", "main")
	stack, internet := openOn(t, azure, "dev"), connect(t, azure)
	for key, value := range map[string]string{"name": "release", "role": "readonly", "principalId": release.ObjectID} {
		set(t, stack, "pipelines[0]."+key, value)
	}
	if _, err := stack.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	inside := newInsider(t, stack, azure, internet, allRights...)
	if checks := inside.look(t); verify.Failed(checks) {
		t.Errorf("failed: %q: %+v", failed(checks), checks)
	}
	for says, change := range map[string]func(resource.PropertyMap){
		"requestedAccessTokenVersion is 1, not 2": offered(map[string]any{"requestedAccessTokenVersion": 1}),
		"api://elsewhere is not the stack's": func(in resource.PropertyMap) {
			in["identifierUris"] = resource.NewArrayProperty(append(in["identifierUris"].ArrayValue(), resource.NewStringProperty("api://elsewhere")))
		},
		"is missing": func(in resource.PropertyMap) { delete(in, "identifierUris") },
	} {
		undo := breakIt(t, azure, azuresim.Application, change)
		failing(t, "exposed API", says)(inside.look(t), 1)
		undo()
	}
}

// TestVerifyAzureUnseen: what a caller may not read is neither OK nor wrong, and
// says what is missing.
func TestVerifyAzureUnseen(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	internet := connect(t, azure)
	inEntra := []string{"federated credentials", "client secrets", "owners", "accounts", "exposed API", "second application", "redirect URIs", "directory permissions", "policies", "groups claim", "assignments", "consent"}
	inAzure := []string{"Azure roles", "extension", "extension settings", "ways around sign-in", "cluster"}
	for name, c := range map[string]struct{ rights, unseen []string }{
		"nothing":                  {nil, slices.Concat(inEntra, inAzure)},
		"Azure alone":              {[]string{"Reader"}, inEntra},
		"Entra alone":              {slices.Concat(allRights[:2], allRights[3:]), inAzure},
		"applications, no consent": {[]string{"Application.Read.All", "Reader"}, []string{"directory permissions", "policies", "consent"}},
		"no federated credentials": {[]string{"Directory.Read.All", "Reader"}, []string{"federated credentials", "policies"}},
		"no policies":              {allRights[:3], []string{"policies"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, check := range newInsider(t, stack, azure, internet, c.rights...).look(t) {
				unseen := slices.Contains(c.unseen, check.Name)
				if check.Unseen != unseen || check.OK == unseen {
					t.Errorf("unseen %v: %+v", unseen, check)
				}
				if unseen && !(strings.Contains(check.Detail, "not permitted") && strings.HasPrefix(check.Fix, "look with the ")) {
					t.Errorf("%s does not say what stood in the way: %+v", check.Name, check)
				}
			}
		})
	}
	t.Run("no application", func(t *testing.T) {
		inside := newInsider(t, stack, azure, internet, allRights...)
		inside.state = bytes.ReplaceAll(inside.state, []byte(`"clientId": "`), []byte(`"clientId": "0`))
		for _, check := range inside.look(t) {
			if slices.Contains(inEntra, check.Name) && (check.OK || check.Unseen || !strings.Contains(check.Detail, "not found")) {
				t.Errorf("%+v", check)
			}
		}
	})
}

// azLogin has the az in a folder signed in as who has these rights.
func azLogin(t *testing.T, azure *azuresim.Azure, dir string, rights ...string) (env []string) {
	t.Helper()
	env, err := azcli.SignIn(azure, dir, rights...)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// TestVerifyAzureCommand: the command, signed in by az, on a stack whose outputs and
// state it asks pulumi for.
func TestVerifyAzureCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	command := filepath.Join(dir, "verify")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", command, "github.com/OWNER/argocd-on-aks/cmd/verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	stack, azure, internet, port := onLocalhost(t)
	start(t, azure, internet, port)
	az := azLogin(t, azure, dir, allRights...)
	verify := func(tenant string) (stdout string, code int) {
		run := exec.CommandContext(t.Context(), command, "--azure", "--stack", "dev", "--wait", "0s")
		run.Dir = stack.Dir
		run.Env = append(slices.Concat(os.Environ(), internet.Env(), az), "TENANT="+tenant)
		for key, value := range stack.Env {
			run.Env = append(run.Env, key+"="+value)
		}
		var stderr bytes.Buffer
		run.Stderr = &stderr
		output, err := run.Output()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return string(output) + stderr.String(), run.ProcessState.ExitCode()
	}
	if printed, code := verify(azure.TenantID); code != 0 || strings.Count(printed, "\n") < 8+16 || !strings.Contains(printed, "ways around sign-in") {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	if printed, code := verify("another"); code != 2 || !strings.Contains(printed, "run az login --tenant "+azure.TenantID) {
		t.Errorf("not signed in: exit code %d:\n%s", code, printed)
	}
	undo := secret(azuresim.Application, "for testing", false)(t, azure)
	if printed, code := verify(azure.TenantID); code != 1 || !strings.Contains(printed, "FAILED  client secrets") {
		t.Errorf("a client secret: exit code %d:\n%s", code, printed)
	}
	undo()
	azLogin(t, azure, dir, "Application.Read.All", "Reader")
	if printed, code := verify(azure.TenantID); code != 1 || strings.Contains(printed, "FAILED") || !strings.Contains(printed, "UNSEEN  consent") {
		t.Errorf("consent may not be read: exit code %d:\n%s", code, printed)
	}
}
