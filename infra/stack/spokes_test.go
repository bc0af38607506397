package stack

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

const spokes = `["` + mocks.SpokeID + `"]`

func withSpoke() *mocks.Recorder {
	return &mocks.Recorder{Spoke: mocks.SpokeCluster(nil), Kubeconfig: mocks.Kubeconfig()}
}

// TestClusters: Argo CD signs in to the spoke as a separate application, which has one role
// there, trusts two service accounts and cannot be used by users.
func TestClusters(t *testing.T) {
	t.Parallel()
	recorded := withSpoke()
	exports(t, recorded, map[string]string{"clusters": spokes, "protect": "true"})
	credential := func(account string) object {
		return object{
			"applicationId": "entra-clusters-application-id", "displayName": "argocd-dev-" + account, "audiences": []any{"api://AzureADTokenExchange"},
			"issuer": mocks.IssuerURL, "subject": "system:serviceaccount:argocd:" + account,
		}
	}
	for name, want := range map[string]object{
		"entra-clusters-application":       {"displayName": "argocd-dev-argocd-clusters", "owners": []any{mocks.DeployerID}, "signInAudience": "AzureADMyOrg"},
		"entra-clusters-principal":         {"clientId": mocks.ClustersClientID, "appRoleAssignmentRequired": true, "owners": []any{mocks.DeployerID}},
		"entra-argocd-clusters-server":     credential("argocd-server"),
		"entra-argocd-clusters-controller": credential("argocd-application-controller"),
		"entra-clusters-admin-orders": {
			"scope": mocks.SpokeID, "principalId": "clusters-principal-object", "principalType": "ServicePrincipal",
			"roleDefinitionId": "/subscriptions/" + mocks.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
		},
	} {
		registered := recorded.Named(t, name)
		registered.Has(t, want)
		if registered.Parent != "entra" || registered.Protect {
			t.Errorf("%s is below %s, protected: %v", name, registered.Parent, registered.Protect)
		}
		on := recorded.Named(t, "argocd").DependsOn
		if !slices.ContainsFunc(on, func(urn string) bool { return strings.HasSuffix(urn, "::"+name) }) {
			t.Errorf("Argo CD does not depend on %s, but on %v", name, on)
		}
	}
	for token, want := range map[string]int{mocks.Application: 2, mocks.Principal: 2, mocks.Credential: 3, mocks.RoleAssignment: 1, mocks.Grant: 1, mocks.Assignment: 1} {
		if got := len(recorded.All(token)); got != want {
			t.Errorf("%d of %s, want %d", got, token, want)
		}
	}
	settings := recorded.Settings(t)
	for key, want := range map[string]string{
		"controller.env[0].name": "AZURE_FEDERATED_TOKEN_FILE", "controller.env[0].value": "/var/run/secrets/entra/token",
		"controller.volumeMounts[0].mountPath":                                    "/var/run/secrets/entra",
		"controller.volumes[0].projected.sources[0].serviceAccountToken.audience": "api://AzureADTokenExchange",
		"azure.workloadIdentity.clientId":                                         mocks.ClientID, "azure.workloadIdentity.entraSSOClientId": mocks.ClientID,
	} {
		if settings[key] != want {
			t.Errorf("setting %s: %q, want %q", key, settings[key], want)
		}
	}
}

// TestClusterOutputs: the Secret has the fields for Argo CD and catalogues and no credential,
// and a command applies it.
func TestClusterOutputs(t *testing.T) {
	t.Parallel()
	outputs := exports(t, withSpoke(), map[string]string{"clusters": spokes})
	var secret struct {
		Metadata struct {
			Name, Namespace     string
			Labels, Annotations map[string]string
		}
		StringData map[string]string `yaml:"stringData"`
	}
	if err := yaml.Unmarshal([]byte(outputs["clusterSecrets"]), &secret); err != nil {
		t.Fatal(err)
	}
	var config struct {
		ExecProviderConfig struct {
			Command string
			Args    []string
			Env     map[string]string
		}
		TLSClientConfig map[string]any
	}
	if err := json.Unmarshal([]byte(secret.StringData["config"]), &config); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct{ got, want any }{
		"name":   {secret.Metadata.Name + " in " + secret.Metadata.Namespace, "cluster-" + mocks.SpokeHost + " in argocd"},
		"labels": {secret.Metadata.Labels, map[string]string{"argocd.argoproj.io/secret-type": "cluster", "cluster_name": "Orders"}},
		"annotations": {secret.Metadata.Annotations, map[string]string{
			"cluster_name": "Orders", "subscription_id": mocks.SubscriptionID, "tenant_id": mocks.TenantID, "resource_group": "spokes",
			"location": "westeurope", "oidc_issuer_url": mocks.SpokeIssuerURL,
		}},
		"cluster": {secret.StringData["name"] + " at " + secret.StringData["server"], "Orders at https://" + mocks.SpokeHost + ":443"},
		"command": {append([]string{config.ExecProviderConfig.Command}, config.ExecProviderConfig.Args...), []string{"argocd-k8s-auth", "azure"}},
		"environment": {config.ExecProviderConfig.Env, map[string]string{
			"AAD_LOGIN_METHOD": "workloadidentity", "AAD_ENVIRONMENT_NAME": "AzurePublicCloud", "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
			"AZURE_TENANT_ID": mocks.TenantID, "AZURE_CLIENT_ID": mocks.ClustersClientID,
		}},
		"TLS": {config.TLSClientConfig, map[string]any{"insecure": false, "caData": mocks.CAData()}},
		"how": {outputs["clustersCommand"], `pulumi stack output clusterSecrets --stack dev > clusters.yaml && az aks command invoke --resource-group "group-name" --name cluster-name ` +
			`--command "kubectl apply -f clusters.yaml" --file clusters.yaml`},
	} {
		got, _ := json.Marshal(c.got)
		want, _ := json.Marshal(c.want)
		if string(got) != string(want) {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	china := exports(t, withSpoke(), map[string]string{"clusters": spokes, "cloud": "china", "azure-native:environment": "china", "azuread:environment": "china"})
	for _, want := range []string{"https://login.partner.microsoftonline.cn/", "AzureChinaCloud"} {
		if !strings.Contains(china["clusterSecrets"], want) {
			t.Errorf("no %s in China: %s", want, china["clusterSecrets"])
		}
	}
	if plain := exports(t, &mocks.Recorder{}, nil); plain["clusterSecrets"] != "" || plain["clustersCommand"] != "" {
		t.Errorf("outputs without the key: %v", plain)
	}
}

// TestInvalidClusters: only valid IDs are looked up.
func TestInvalidClusters(t *testing.T) {
	t.Parallel()
	other := strings.Replace(mocks.SpokeID, "/spokes/", "/shops/", 1)
	own := strings.NewReplacer("/spokes/", "/ARGOCD-dev/", "/Orders", "/argocd-dev").Replace(mocks.SpokeID)
	for clusters, want := range map[string]string{
		`["orders"]`:                   `argocd-on-aks:clusters[0] "orders" is not a valid AKS cluster ID`,
		`"` + mocks.SpokeID + `"`:      `argocd-on-aks:clusters must be a list; write it like ["<resource ID of an AKS cluster>"]`,
		`["` + mocks.RegistryID + `"]`: "is not a valid AKS cluster ID",
		`["` + mocks.SpokeID + `","` + strings.ToLower(mocks.SpokeID) + `"]`:    `argocd-on-aks:clusters[1] duplicate "` + strings.ToLower(mocks.SpokeID),
		`["` + mocks.SpokeID + `","` + other + `"]`:                             `argocd-on-aks:clusters[1] "` + other + `" has the same name as another cluster`,
		`["` + strings.Replace(mocks.SpokeID, "Orders", "in-cluster", 1) + `"]`: "has the name that Argo CD reserves for its own cluster",
		`["` + own + `"]`: `argocd-on-aks:clusters[0] "` + own + `" is the cluster that Argo CD runs on, which Argo CD registers as in-cluster`,
	} {
		t.Run(clusters, func(t *testing.T) {
			t.Parallel()
			recorded := withSpoke()
			_ = recorded.Refused(t, walkthrough(map[string]string{"clusters": clusters}), Deploy, want)
			valid := strings.Count(strings.ToLower(clusters), "/managedclusters/") - 1
			if got := strings.Count(strings.Join(recorded.Invokes, " "), mocks.GetCluster); got != max(valid, 0)+1 { // one for the program's own cluster
				t.Errorf("looked up %v", recorded.Invokes)
			}
		})
	}
	t.Run("the existing cluster", func(t *testing.T) {
		t.Parallel()
		recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}
		_ = recorded.Refused(t, onExisting(map[string]string{"clusters": `["` + strings.ToLower(mocks.ClusterID) + `"]`}), Deploy, "is the cluster that Argo CD runs on")
	})
	t.Run("settings that replace the program's", func(t *testing.T) {
		t.Parallel()
		const whole = "would replace all settings below it"
		for key, want := range map[string]string{
			"controller.volumes": whole, "controller.volumeMounts": whole, "controller.env": whole, "controller.env[0].name": "would change the identity",
		} {
			_ = withSpoke().Refused(t, walkthrough(map[string]string{"clusters": spokes, "extraSettings": `{"` + key + `":"AZURE_CLIENT_ID"}`}), Deploy,
				`argocd-on-aks:extraSettings "`+key+`" `+want)
		}
	})
}

// TestBesideClusters: the user's settings for the application controller stay, and the program
// appends its own.
func TestBesideClusters(t *testing.T) {
	t.Parallel()
	recorded := withSpoke()
	exports(t, recorded, map[string]string{"clusters": spokes, "extraSettings": `{
		"controller.env[0].name":"HTTPS_PROXY","controller.env[0].value":"http://proxy.example:3128",
		"controller.volumes[0].name":"a","controller.volumes[1].name":"b","controller.volumeMounts[0].name":"a"}`})
	settings := recorded.Settings(t)
	for key, want := range map[string]string{
		"controller.env[0].name": "HTTPS_PROXY", "controller.env[1].name": "AZURE_FEDERATED_TOKEN_FILE",
		"controller.volumes[1].name": "b", "controller.volumes[2].name": "entra-token", "controller.volumeMounts[1].name": "entra-token",
	} {
		if settings[key] != want {
			t.Errorf("setting %s: %q, want %q", key, settings[key], want)
		}
	}
}

// TestUnfitCluster: a spoke that does not accept Argo CD's token, or whose kubeconfig has a
// credential, is rejected before a resource is created, with the command to fix it.
func TestUnfitCluster(t *testing.T) {
	t.Parallel()
	const enable = "az aks update --resource-group spokes --name Orders --enable-a"
	key := "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCkFBQUEKLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo=" // -----BEGIN PRIVATE KEY-----
	for name, c := range map[string]struct {
		cluster    object
		kubeconfig string
		want       string
	}{
		"not there":              {nil, "", `argocd-on-aks:clusters[0] "` + mocks.SpokeID + `": `},
		"without Entra":          {mocks.SpokeCluster(object{"aadProfile": nil}), "", "does not use Microsoft Entra ID for authentication; run " + enable + "ad --enable-azure-rbac"},
		"with legacy Entra":      {mocks.SpokeCluster(object{"aadProfile": object{"managed": false, "serverAppID": "x"}}), "", "does not use Microsoft Entra ID for authentication"},
		"without Azure RBAC":     {mocks.SpokeCluster(object{"aadProfile": object{"managed": true, "enableAzureRBAC": false}}), "", "does not use Azure RBAC for Kubernetes authorization; run " + enable + "zure-rbac"},
		"of another tenant":      {mocks.SpokeCluster(object{"aadProfile": object{"managed": true, "enableAzureRBAC": true, "tenantID": mocks.LeadsID}}), "", "accepts tokens of tenant " + mocks.LeadsID + " only, but this stack uses tenant " + mocks.TenantID},
		"being deleted":          {mocks.SpokeCluster(object{"provisioningState": "Deleting"}), "", "is being deleted (az aks show --resource-group spokes --name Orders)"},
		"another subscription":   {mocks.SpokeCluster(object{"id": strings.Replace(mocks.SpokeID, mocks.SubscriptionID, mocks.TenantID, 1)}), "", "is not in the provider's subscription: azure-native:subscriptionId selects"},
		"no kubeconfig":          {mocks.SpokeCluster(nil), "hello", "user kubeconfig: does not describe exactly one cluster"},
		"a key":                  {mocks.SpokeCluster(nil), mocks.Kubeconfig("    exec:", "    client-key-data: a2V5\n    exec:"), "contains client-key-data; a kubeconfig with a credential is not accepted"},
		"a token":                {mocks.SpokeCluster(nil), mocks.Kubeconfig("    exec:", "    token: s3cret\n    exec:"), "contains token; a kubeconfig with a credential is not accepted"},
		"another server":         {mocks.SpokeCluster(nil), mocks.Kubeconfig(mocks.SpokeHost, "evil.example"), `server "https://evil.example:443" is neither https://` + mocks.SpokeHost},
		"a server without TLS":   {mocks.SpokeCluster(nil), mocks.Kubeconfig("https:", "http:"), `server "http://` + mocks.SpokeHost + `:443" is neither`},
		"no authority":           {mocks.SpokeCluster(nil), mocks.Kubeconfig(mocks.CAData(), "''"), "certificate-authority-data must hold certificates only"},
		"a key as its authority": {mocks.SpokeCluster(nil), mocks.Kubeconfig(mocks.CAData(), key), "certificate-authority-data must hold certificates only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &mocks.Recorder{Spoke: c.cluster, Kubeconfig: c.kubeconfig}
			err := recorded.Refused(t, walkthrough(map[string]string{"clusters": spokes}), Deploy, c.want)
			if asked := slices.Contains(recorded.Invokes, mocks.ListUserCredentials); asked != (c.kubeconfig != "") {
				t.Errorf("asked for a kubeconfig: %v", asked)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("shows a credential: %v", err)
			}
		})
	}
	private := object{"privateFQDN": "orders.1a2b.privatelink.westeurope.azmk8s.io"}
	recorded := &mocks.Recorder{Spoke: mocks.SpokeCluster(private), Kubeconfig: mocks.Kubeconfig(mocks.SpokeHost, "orders.1a2b.privatelink.westeurope.azmk8s.io")}
	if secrets := exports(t, recorded, map[string]string{"clusters": spokes})["clusterSecrets"]; !strings.Contains(secrets, "server: https://orders.1a2b.privatelink.westeurope.azmk8s.io:443") {
		t.Errorf("a private cluster: %s", secrets)
	}
}
