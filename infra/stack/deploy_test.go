package stack

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

const (
	azureNative = "2.92.3"
	azureAD     = "5.53.7"
)

// TestDeployMatchesGuide compares all registrations of the walkthrough with the guide.
func TestDeployMatchesGuide(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, nil)
	for token, want := range map[string]struct{ name, version, parent string }{
		"argocd-on-aks:infra:AksCluster":    {"aks", "", "argocd-on-aks-dev"},
		"argocd-on-aks:infra:EntraApp":      {"entra", "", "argocd-on-aks-dev"},
		"argocd-on-aks:infra:ArgoExtension": {"argocd", "", "argocd-on-aks-dev"},
		mocks.ResourceGroup:                 {"aks-group", azureNative, "aks"},
		mocks.Cluster:                       {"aks-cluster", azureNative, "aks"},
		mocks.Extension:                     {"argocd-extension", azureNative, "argocd"},
		mocks.Application:                   {"entra-application", azureAD, "entra"},
		mocks.Principal:                     {"entra-principal", azureAD, "entra"},
		mocks.Grant:                         {"entra-consent", azureAD, "entra"},
		mocks.Assignment:                    {"entra-group-" + mocks.AdminsID, azureAD, "entra"},
		mocks.Credential:                    {"entra-argocd-server", azureAD, "entra"},
	} {
		got := recorded.One(t, token)
		if got.Name != want.name || got.Version != want.version || got.Parent != want.parent {
			t.Errorf("%s: got name %q, version %q, parent %q; want %v", token, got.Name, got.Version, got.Parent, want)
		}
		if got.Protect {
			t.Errorf("%s is protected", token)
		}
	}
	slices.Sort(recorded.Invokes)
	if want := []string{
		mocks.GetCluster, "azuread:index/getClientConfig:getClientConfig", "azuread:index/getGroup:getGroup", "azuread:index/getServicePrincipal:getServicePrincipal",
	}; !slices.Equal(recorded.Invokes, want) {
		t.Errorf("invokes: got %v, want %v", recorded.Invokes, want)
	}
}

func TestDeployInputs(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{"tags": `{"owner":"platform"}`})
	tags := map[string]any{"owner": "platform"}
	scope := func(id string) any { return map[string]any{"id": id, "type": "Scope"} }
	for token, want := range map[string]map[string]any{
		mocks.ResourceGroup: {"resourceGroupName": "argocd-dev", "location": "westus3", "tags": tags},
		mocks.Cluster: {
			"resourceName": "argocd-dev", "resourceGroupName": "group-name", "location": "westus3", "dnsPrefix": "argocd-dev", "enableRBAC": true,
			"sku": map[string]any{"name": "Base", "tier": "Free"}, "identity": map[string]any{"type": "SystemAssigned"},
			"oidcIssuerProfile": map[string]any{"enabled": true},
			"securityProfile":   map[string]any{"workloadIdentity": map[string]any{"enabled": true}, "imageCleaner": map[string]any{"enabled": false}},
			"agentPoolProfiles": []any{map[string]any{
				"name": "default", "mode": "System", "type": "VirtualMachineScaleSets", "count": 1.0, "vmSize": "Standard_D2s_v5", "osType": "Linux", "tags": tags,
				"enableAutoScaling": false, "nodeTaints": []any{},
			}},
			"tags": tags,
			// Not in the guide: AKS's defaults, because AKS keeps the value of an omitted property.
			"supportPlan": "KubernetesOfficial", "disableLocalAccounts": false,
			"apiServerAccessProfile":   map[string]any{"enablePrivateCluster": false, "authorizedIPRanges": []any{}},
			"autoUpgradeProfile":       map[string]any{"upgradeChannel": "none", "nodeOSUpgradeChannel": "NodeImage"},
			"nodeResourceGroupProfile": map[string]any{"restrictionLevel": "Unrestricted"},
		},
		mocks.Application: {
			"displayName": "argocd-dev", "owners": []any{mocks.DeployerID}, "signInAudience": "AzureADMyOrg", "groupMembershipClaims": []any{"ApplicationGroup"},
			"web":                      map[string]any{"redirectUris": []any{"https://localhost:9000/auth/callback"}},
			"publicClient":             map[string]any{"redirectUris": []any{"http://localhost:8085/auth/callback"}},
			"requiredResourceAccesses": []any{map[string]any{"resourceAppId": mocks.GraphID, "resourceAccesses": []any{scope("scope-1"), scope("scope-2"), scope("scope-3"), scope("scope-4")}}},
			"optionalClaims":           map[string]any{"idTokens": []any{map[string]any{"name": "groups", "essential": true}}},
		},
		mocks.Principal: {"clientId": mocks.ClientID, "appRoleAssignmentRequired": true, "owners": []any{mocks.DeployerID}},
		mocks.Grant: {
			"servicePrincipalObjectId": "principal-object", "resourceServicePrincipalObjectId": "graph-object",
			"claimValues": []any{"openid", "profile", "email", "User.Read"},
		},
		mocks.Assignment: {
			"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": mocks.AdminsID, "resourceObjectId": "principal-object",
		},
		mocks.Credential: {
			"applicationId": "entra-application-id", "displayName": "argocd-dev-argocd-server", "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": mocks.IssuerURL, "subject": "system:serviceaccount:argocd:argocd-server",
		},
	} {
		recorded.One(t, token).Has(t, want)
	}
}

func TestExtensionInputs(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, nil)
	settings := recorded.Settings(t)
	extension := recorded.One(t, mocks.Extension)
	delete(extension.Inputs, "configurationSettings")
	extension.Has(t, object{
		"resourceGroupName": "group-name", "clusterName": "cluster-name", "clusterRp": "Microsoft.ContainerService", "clusterResourceName": "managedClusters",
		"extensionName": "argocd", "extensionType": "Microsoft.ArgoCD", "releaseTrain": "Preview", "autoUpgradeMinorVersion": true,
		"scope": map[string]any{"cluster": map[string]any{"releaseNamespace": "argocd"}},
	})
	if got := recorded.One(t, "argocd-on-aks:infra:ArgoExtension").DeletedWith; got != "aks-cluster" {
		t.Errorf("deleted with %q, want the cluster", got)
	}
	oidc := settings[`configs.cm.oidc\.config`]
	delete(settings, `configs.cm.oidc\.config`)
	for key, value := range map[string]string{
		"azure.workloadIdentity.enabled": "true", "azure.workloadIdentity.clientId": mocks.ClientID, "azure.workloadIdentity.entraSSOClientId": mocks.ClientID,
		"redis-ha.enabled": "false", "global.domain": "localhost:9000", `configs.cm.admin\.enabled`: "false",
		`configs.rbac.policy\.csv`: "g, \"" + mocks.AdminsID + "\", role:admin\n",
		// Not in the guide: the chart's defaults.
		"server.ingress.enabled": "false", `configs.params.server\.insecure`: "false", `configs.rbac.policy\.default`: "",
	} {
		if settings[key] != value {
			t.Errorf("setting %s: got %q, want %q", key, settings[key], value)
		}
		delete(settings, key)
	}
	if len(settings) > 0 {
		t.Errorf("settings that are not in the guide: %v", settings)
	}
	checkOIDC(t, oidc, "https://login.microsoftonline.com/"+mocks.TenantID+"/v2.0")
}

func checkOIDC(t *testing.T, config, issuer string) {
	t.Helper()
	var got map[string]any
	if err := yaml.Unmarshal([]byte(config), &got); err != nil {
		t.Fatal(err)
	}
	azure, _ := got["azure"].(map[string]any)
	claims, _ := got["requestedIDTokenClaims"].(map[string]any)
	groups, _ := claims["groups"].(map[string]any)
	scopes, _ := got["requestedScopes"].([]any)
	if got["name"] != "Microsoft Entra ID" || got["issuer"] != issuer || got["clientID"] != mocks.ClientID || azure["useWorkloadIdentity"] != true ||
		groups["essential"] != true || !slices.Equal(scopes, []any{"openid", "profile", "email"}) || len(got) != 6 {
		t.Errorf("oidc.config:\n%s", config)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config map[string]string
		holds  func(t *testing.T, recorded *mocks.Recorder) bool
	}{
		"requireAssignment off": {map[string]string{"requireAssignment": "false"}, func(t *testing.T, m *mocks.Recorder) bool {
			return !m.One(t, mocks.Principal).Inputs["appRoleAssignmentRequired"].BoolValue()
		}},
		"groupClaims security": {map[string]string{"groupClaims": "security", "requireAssignment": "false"}, func(t *testing.T, m *mocks.Recorder) bool {
			claims := m.One(t, mocks.Application).Inputs["groupMembershipClaims"].ArrayValue()
			return len(claims) == 1 && claims[0].StringValue() == "SecurityGroup" && len(m.All(mocks.Assignment)) == 0 &&
				m.Settings(t)[`configs.rbac.policy\.csv`] == "g, \""+mocks.AdminsID+"\", role:admin\n"
		}},
		"groupClaims assigned": {map[string]string{"groupClaims": "assigned"}, func(t *testing.T, m *mocks.Recorder) bool {
			return len(m.All(mocks.Assignment)) == 1
		}},
		"accounts": {map[string]string{"accounts": `[{"name":"ci","role":"readonly"}]`}, func(t *testing.T, m *mocks.Recorder) bool {
			settings := m.Settings(t)
			return settings[`configs.cm.accounts\.ci`] == "apiKey" &&
				settings[`configs.rbac.policy\.csv`] == "g, \""+mocks.AdminsID+"\", role:admin\ng, \"ci\", role:readonly\n"
		}},
		"preConsent off": {map[string]string{"preConsent": "false"}, func(_ *testing.T, m *mocks.Recorder) bool { return len(m.All(mocks.Grant)) == 0 }},
		"stable train": {map[string]string{"releaseTrain": "Stable"}, func(t *testing.T, m *mocks.Recorder) bool {
			return m.One(t, mocks.Extension).Inputs["releaseTrain"].StringValue() == "Stable"
		}},
		"pinned version turns off auto-upgrade": {map[string]string{"extensionVersion": "1.0.2"}, func(t *testing.T, m *mocks.Recorder) bool {
			in := m.One(t, mocks.Extension).Inputs
			return in["version"].StringValue() == "1.0.2" && !in["autoUpgradeMinorVersion"].BoolValue()
		}},
		"name": {map[string]string{"name": "gitops"}, func(t *testing.T, m *mocks.Recorder) bool {
			return m.One(t, mocks.ResourceGroup).Inputs["resourceGroupName"].StringValue() == "gitops"
		}},
		"government cloud": {map[string]string{"cloud": "usgovernment", "azuread:environment": "usgovernment", "azure-native:environment": "usgovernment"}, func(t *testing.T, m *mocks.Recorder) bool {
			return strings.Contains(m.Settings(t)[`configs.cm.oidc\.config`], "issuer: https://login.microsoftonline.us/"+mocks.TenantID+"/v2.0")
		}},
		"defaultRole": {map[string]string{"defaultRole": "readonly"}, func(t *testing.T, m *mocks.Recorder) bool {
			return m.Settings(t)[`configs.rbac.policy\.default`] == "role:readonly"
		}},
		"extraSettings": {map[string]string{"extraSettings": `{"server.replicas":"2"}`}, func(t *testing.T, m *mocks.Recorder) bool {
			return m.Settings(t)["server.replicas"] == "2"
		}},
		"roles and policies": {map[string]string{
			"roles": `[{"group":"Developers","role":"deployer"}]`, "policies": `["p, role:deployer, applications, sync, shop/*, allow"]`,
		}, func(t *testing.T, m *mocks.Recorder) bool {
			return m.Settings(t)[`configs.rbac.policy\.csv`] == "p, role:deployer, applications, sync, shop/*, allow\n"+
				"g, \""+mocks.AdminsID+"\", role:admin\ng, \""+mocks.DevelopersID+"\", role:deployer\n" &&
				len(m.All(mocks.Assignment)) == 2
		}},
		"a group in two roles is assigned once": {map[string]string{"roles": `[{"group":"` + mocks.AdminsID + `","role":"admin"}]`}, func(_ *testing.T, m *mocks.Recorder) bool {
			return len(m.All(mocks.Assignment)) == 1
		}},
		"protect": {map[string]string{"protect": "true", "containerRegistry": mocks.RegistryID}, func(_ *testing.T, m *mocks.Recorder) bool {
			return slices.Equal(protected(m, true), []string{
				"aks", "aks-cluster", "aks-group", "argocd", "argocd-extension", "entra", "entra-application", "entra-principal",
			}) && slices.Equal(protected(m, false), []string{
				"entra-argocd-registry", "entra-argocd-server", "entra-consent", "entra-group-" + mocks.AdminsID,
				"entra-registry-application", "entra-registry-principal", "entra-registry-pull",
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if recorded := deploy(t, c.config); !c.holds(t, recorded) {
				t.Errorf("config %v does not have the effect", c.config)
			}
		})
	}
}

// protected returns the names of the protected resources, or of the others.
func protected(m *mocks.Recorder, is bool) (names []string) {
	for _, r := range m.Registrations {
		if r.Protect == is && r.Token != "pulumi:pulumi:Stack" {
			names = append(names, r.Name)
		}
	}
	slices.Sort(names)
	return names
}

// TestArgoWaitsForAccess: pulumi destroy of a protected stack fails at Argo CD, before the
// engine deletes the resources that Argo CD depends on.
func TestArgoWaitsForAccess(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, map[string]string{
		"protect": "true", "containerRegistry": mocks.RegistryID,
		"cluster": `{"maintenance": {"day": "Sunday", "start": "02:00", "hours": 4}}`,
	})
	on := strings.Join(recorded.Named(t, "argocd").DependsOn, " ") + " "
	for _, name := range protected(recorded, false) {
		if !strings.Contains(on, "::"+name+" ") {
			t.Errorf("Argo CD does not depend on %s, but on %s", name, on)
		}
	}
}

// TestAppDoesNotWaitForCluster: the application and the cluster are created concurrently; only
// the federated credential and Argo CD need the cluster.
func TestAppDoesNotWaitForCluster(t *testing.T) {
	t.Parallel()
	recorded := deploy(t, nil)
	for _, r := range recorded.Registrations {
		waits := strings.Contains(strings.Join(r.DependsOn, " "), "ManagedCluster")
		needs := strings.HasSuffix(r.Token, "Extension") || strings.HasSuffix(r.Token, "FederatedIdentityCredential")
		if waits != needs {
			t.Errorf("%s depends on the cluster: %v, want %v", r.Name, waits, needs)
		}
	}
}

func TestOutputsOfShippedStacks(t *testing.T) {
	t.Parallel()
	common := []string{"resourceGroupName", "clusterName", "oidcIssuerUrl", "tenantId", "entraIssuerUrl", "clientId", "argocdUrl", "redirectUris", "getCredentialsCommand", "loginCommand", "readme", "access", "settings"}
	for domain, want := range map[string][]string{
		"localhost:9000":     append([]string{"portForwardCommand"}, common...),
		"argocd.example.com": common,
	} {
		exported := slices.Sorted(maps.Keys(exports(t, &mocks.Recorder{}, map[string]string{"domain": domain})))
		slices.Sort(want)
		if !slices.Equal(exported, want) {
			t.Errorf("%s: outputs %v, want %v", domain, exported, want)
		}
	}
}

// TestSchemaMatchesLoader: mocks do not apply the schema of Pulumi.yaml, so the test compares
// its keys with those that the loader reads and the stack files set.
func TestSchemaMatchesLoader(t *testing.T) {
	t.Parallel()
	declared := configKeys(t, "../../Pulumi.yaml")
	source, err := os.ReadFile("config.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range declared {
		if !strings.Contains(string(source), `("`+key+`"`) {
			t.Errorf("Pulumi.yaml declares %s, which config.go does not read", key)
		}
	}
	for _, file := range []string{"../../Pulumi.dev.yaml", "../../Pulumi.prod.yaml"} {
		for _, key := range configKeys(t, file) {
			if !slices.Contains(declared, key) {
				t.Errorf("%s sets %s, which Pulumi.yaml does not declare", file, key)
			}
		}
	}
}

func configKeys(t *testing.T, file string) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(configOf(t, file)))
}
