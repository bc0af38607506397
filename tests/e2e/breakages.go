package e2e

import (
	"context"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Breakage is a wrong value in a working deployment, with its effect on users and the checks that
// find it.
type Breakage struct {
	Name string
	// Object is the type of the object that Change edits.
	Object string
	Change func(inputs resource.PropertyMap)

	// SignIn is the flow that fails with Error. It is nil if users can sign in.
	SignIn func(context.Context, *azuresim.Azure, *azuresim.Internet, *argocd.Server) error
	Error  string
	// Shows is the text in alice's browser after she has pressed Argo CD's sign-in button
	// and Presses. Both are empty if no test opens a browser.
	Presses []string
	Shows   string

	// Symptom begins the row in docs/troubleshooting.md, if there is one.
	Symptom string
	// Check is the check of verify that fails, with Detail. It is empty if verify cannot find the
	// breakage: assignments, consent, roles and the claims of a token are visible only after a
	// sign-in. Entra rejects the dummy code before it checks the federated credential.
	Check, Detail string
	// AzureChecks lists the checks of verify --azure that fail, the first one with AzureDetail.
	AzureChecks []string
	AzureDetail string
}

const alice = "alice@contoso.example"

var (
	settings = []string{"extension settings"}
	bypasses = []string{"ways around sign-in"}
)

// Breakages are the ways in which one wrong value prevents users from signing in or lets
// them do more than they should.
var Breakages = []Breakage{
	{
		Name: "web redirect URI", Object: azuresim.Application, Change: SetList("web", "redirectUris", "https://localhost/auth/callback"),
		SignIn: Web, Error: "AADSTS50011", Shows: "AADSTS50011",
		Symptom: "AADSTS50011 in the browser", Check: "sign-in page", Detail: "AADSTS50011", AzureChecks: []string{"redirect URIs"},
	},
	{
		Name: "no public client", Object: azuresim.Application, Change: Remove("publicClient"),
		SignIn: CLI, Error: "AADSTS50011",
		Symptom: "AADSTS50011 from the CLI", Check: "CLI sign-in", Detail: "AADSTS50011", AzureChecks: []string{"redirect URIs"},
	},
	{
		// The web redirect URI is also missing. verify finds that.
		Name: "CLI redirect URI on the web platform", Object: azuresim.Application, Change: cliOnWeb(),
		SignIn: CLI, Error: "AADSTS7000218",
		Symptom: "AADSTS50011 in the browser", Check: "sign-in page", Detail: "AADSTS50011", AzureChecks: []string{"redirect URIs"},
	},
	{
		Name: "CLI redirect URI on the web platform, beside Argo CD's", Object: azuresim.Application, Change: func(in resource.PropertyMap) {
			cliOnWeb(in["web"].ObjectValue()["redirectUris"].ArrayValue()[0].StringValue())(in)
		},
		SignIn: CLI, Error: "AADSTS7000218",
		Symptom: "AADSTS7000218 from the CLI", AzureChecks: []string{"redirect URIs"},
	},
	{
		Name: "federated issuer without its slash", Object: azuresim.FederatedCredential, Change: Edit("issuer", func(s string) string { return strings.TrimSuffix(s, "/") }),
		SignIn: Web, Error: "AADSTS700211",
		Symptom: "AADSTS700211", AzureChecks: []string{"federated credentials"},
	},
	{
		Name: "federated subject", Object: azuresim.FederatedCredential, Change: Text("subject", "system:serviceaccount:default:argocd-server"),
		SignIn: Web, Error: "AADSTS700213",
		Symptom: "AADSTS700213", AzureChecks: []string{"federated credentials"},
	},
	{
		Name: "federated audience", Object: azuresim.FederatedCredential, Change: func(in resource.PropertyMap) { in["audiences"] = List("https://management.azure.com") },
		SignIn: Web, Error: "AADSTS700212",
		Symptom: "AADSTS700212", AzureChecks: []string{"federated credentials"},
	},
	{
		Name: "workload identity off on the cluster", Object: azuresim.Cluster, Change: Remove("securityProfile"),
		SignIn: Web, Error: "AZURE_FEDERATED_TOKEN_FILE",
		Symptom: "`AZURE_FEDERATED_TOKEN_FILE`", Check: "workload identity", Detail: "AZURE_FEDERATED_TOKEN_FILE", AzureChecks: []string{"cluster"},
	},
	{
		Name: "workload identity off in the extension", Object: azuresim.ArgoExtension, Change: Setting("azure.workloadIdentity.enabled", "false"),
		SignIn: Web, Error: "AZURE_FEDERATED_TOKEN_FILE",
		Symptom: "`AZURE_FEDERATED_TOKEN_FILE`", Check: "workload identity", Detail: "AZURE_FEDERATED_TOKEN_FILE", AzureChecks: settings,
	},
	{
		Name: "group not assigned", Object: azuresim.AppRoleAssignment, Change: Text("principalObjectId", "00000000-0000-0000-0000-000000000001"),
		SignIn: Web, Error: "AADSTS50105", Presses: []string{alice}, Shows: "AADSTS50105",
		Symptom: "AADSTS50105", AzureChecks: []string{"assignments"},
	},
	{
		Name: "permission not granted", Object: azuresim.DelegatedGrant, Change: func(in resource.PropertyMap) { in["claimValues"] = List("User.Read") },
		SignIn: Web, Error: "AADSTS65001",
		Symptom: "AADSTS65001", AzureChecks: []string{"consent"},
	},
	{
		Name: "no groups claim", Object: azuresim.Application, Change: Remove("optionalClaims"),
		SignIn: Web, Error: "without groups", Presses: []string{alice, "User Info"}, Shows: "Username: " + alice,
		Symptom: "signed in, but User Info has no groups", AzureChecks: []string{"groups claim"},
	},
	{
		Name: "no membership claims", Object: azuresim.Application, Change: Remove("groupMembershipClaims"),
		SignIn: Web, Error: "without groups", Presses: []string{alice, "User Info"}, Shows: "Username: " + alice,
		Symptom: "signed in, but User Info has no groups", AzureChecks: []string{"groups claim"},
	},
	{
		Name: "groups claim not requested", Object: azuresim.ArgoExtension, Change: EditSetting(`configs.cm.oidc\.config`, "requestedIDTokenClaims", "ignored"),
		SignIn: Web, Error: "without groups",
		Symptom: "signed in, but User Info has no groups", Check: "scopes and claims", Detail: "does not request the groups claim", AzureChecks: settings,
	},
	{
		Name: "wrong client ID", Object: azuresim.ArgoExtension, Change: EditSetting(`configs.cm.oidc\.config`, "clientID: ", "clientID: 0"),
		SignIn: Web, Error: "AADSTS700016",
		Symptom: "AADSTS700016", Check: "client ID", Detail: `Argo CD has "0`, AzureChecks: settings,
	},
	{
		Name: "wrong tenant", Object: azuresim.ArgoExtension, Change: EditSetting(`configs.cm.oidc\.config`, "microsoftonline.com/", "microsoftonline.com/0"),
		SignIn: Web, Error: "AADSTS90002",
		Symptom: "AADSTS90002", Check: "issuer", Detail: "microsoftonline.com/0", AzureChecks: settings,
	},
	{
		Name: "wrong domain", Object: azuresim.ArgoExtension, Change: Setting("global.domain", "argocd.example.com"),
		SignIn: Web, Error: "Invalid redirect URL",
		Symptom: "`Invalid redirect URL`", Check: "login redirect", Detail: "https://argocd.example.com/auth/callback", AzureChecks: settings,
	},
	{
		// Argo CD has no OIDC settings, so its sign-in page answers 404.
		Name: "unescaped dot", Object: azuresim.ArgoExtension, Change: renameSetting(`configs.cm.oidc\.config`, "configs.cm.oidc.config"),
		SignIn: Web, Error: "not signed in",
		Symptom: "`404 page not found`", Check: "issuer", Detail: "no OIDC settings", AzureChecks: settings,
	},
	{
		Name: "group without a role", Object: azuresim.ArgoExtension, Change: Setting(`configs.rbac.policy\.csv`, ""),
		SignIn: Web, Error: "cannot list applications", Presses: []string{alice, "Settings", "Clusters"}, Shows: "No clusters",
		Symptom: "signed in with groups, but sees nothing", AzureChecks: settings,
	},

	// Users can sign in, and so can others, or with more rights.
	{
		Name: "authentication off", Object: azuresim.ArgoExtension, Change: Setting(`configs.params.server\.disable\.auth`, "true"),
		Check: "anonymous access", Detail: "authentication is disabled",
		AzureChecks: bypasses, AzureDetail: "server.disable.auth: authentication is disabled",
	},
	{
		Name: "anonymous access", Object: azuresim.ArgoExtension, Change: Setting(`configs.cm.users\.anonymous\.enabled`, "true"),
		Check: "anonymous access", Detail: "anonymous access is enabled",
		AzureChecks: bypasses, AzureDetail: "users.anonymous.enabled",
	},
	{
		Name: "built-in admin", Object: azuresim.ArgoExtension, Change: Setting(`configs.cm.admin\.enabled`, "true"),
		Check: "built-in login", Detail: "users with a password",
		AzureChecks: bypasses, AzureDetail: "admin.enabled",
	},
	{
		Name: "admin as default role", Object: azuresim.ArgoExtension, Change: Setting(`configs.rbac.policy\.default`, "role:admin"),
		AzureChecks: bypasses, AzureDetail: "policy.default",
	},
	{
		Name: "Entra's certificate not checked", Object: azuresim.ArgoExtension, Change: Setting(`configs.cm.oidc\.tls\.insecure\.skip\.verify`, "true"),
		AzureChecks: bypasses, AzureDetail: "oidc.tls.insecure.skip.verify",
	},
}

// cliOnWeb moves the CLI's redirect URI to the web platform, below others.
func cliOnWeb(others ...string) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		SetList("web", "redirectUris", append(others, "http://localhost:8085/auth/callback")...)(in)
		Remove("publicClient")(in)
	}
}

// renameSetting renames a setting of the extension.
func renameSetting(from, to resource.PropertyKey) func(resource.PropertyMap) {
	return func(in resource.PropertyMap) {
		withSetting(in, to, in["configurationSettings"].ObjectValue()[from].StringValue())
		delete(in["configurationSettings"].ObjectValue(), from)
	}
}
