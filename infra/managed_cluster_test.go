package infra

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

const (
	clusterToken     = "azure-native:containerservice/v20250101:ManagedCluster"
	poolToken        = "azure-native:containerservice/v20250101:AgentPool"
	maintenanceToken = "azure-native:containerservice/v20250101:MaintenanceConfiguration"
)

type object = map[string]any

// with is a copy of an object with more properties, or others.
func with(o, more object) object {
	all := maps.Clone(o)
	maps.Copy(all, more)
	return all
}

// TestShippedProdCluster compares all that Pulumi.prod.yaml makes of the cluster
// with what AKS shall get.
func TestShippedProdCluster(t *testing.T) {
	t.Parallel()
	mocks := &recorder{}
	if err := mocks.run(shippedProd(t), Deploy); err != nil {
		t.Fatal(err)
	}
	tags := object{"environment": "production", "owner": "platform"}
	pool := object{
		"type": "VirtualMachineScaleSets", "enableAutoScaling": true, "vmSize": "Standard_D4s_v5", "osType": "Linux", "osSKU": "AzureLinux",
		"orchestratorVersion": "1.35", "availabilityZones": []any{"1", "2", "3"}, "tags": tags,
	}
	cluster := mocks.one(t, clusterToken)
	cluster.has(t, object{
		"resourceName": "argocd-dev", "resourceGroupName": "group-name", "location": "westeurope", "dnsPrefix": "argocd-dev", "enableRBAC": true,
		"kubernetesVersion": "1.35", "sku": object{"name": "Base", "tier": "Standard"}, "identity": object{"type": "SystemAssigned"},
		"oidcIssuerProfile": object{"enabled": true},
		"securityProfile":   object{"workloadIdentity": object{"enabled": true}, "imageCleaner": object{"enabled": true, "intervalHours": 48.0}},
		"agentPoolProfiles": []any{with(pool, object{
			"name": "default", "mode": "System", "count": 3.0, "minCount": 3.0, "maxCount": 5.0, "nodeTaints": []any{"CriticalAddonsOnly=true:NoSchedule"},
		})},
		"autoUpgradeProfile": object{"upgradeChannel": "patch", "nodeOSUpgradeChannel": "NodeImage"},
		"networkProfile": object{
			"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium", "networkPolicy": "cilium",
			"podCidr": "10.244.0.0/16", "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10", "outboundType": "loadBalancer",
		},
		"apiServerAccessProfile":   object{"enablePrivateCluster": false, "authorizedIPRanges": []any{"203.0.113.0/24"}},
		"aadProfile":               object{"managed": true, "enableAzureRBAC": true, "adminGroupObjectIDs": []any{adminsID}},
		"disableLocalAccounts":     true,
		"nodeResourceGroupProfile": object{"restrictionLevel": "ReadOnly"},
		"tags":                     tags,
	})
	user := mocks.one(t, poolToken)
	user.has(t, with(pool, object{
		"agentPoolName": "user", "resourceGroupName": "group-name", "resourceName": "cluster-name",
		"mode": "User", "count": 4.0, "minCount": 4.0, "maxCount": 8.0,
	}))
	// The autoscaler's sizes are not undone by the next deployment.
	if !slices.Equal(cluster.ignoreChanges, []string{"agentPoolProfiles[0].count"}) || !slices.Equal(user.ignoreChanges, []string{"count"}) {
		t.Errorf("ignored changes: %v of the cluster, %v of the user pool", cluster.ignoreChanges, user.ignoreChanges)
	}
	window := object{
		"durationHours": 6.0, "startTime": "02:00", "utcOffset": "+01:00",
		"schedule": object{"weekly": object{"dayOfWeek": "Sunday", "intervalWeeks": 1.0}},
	}
	if n := len(mocks.all(maintenanceToken)); n != 2 {
		t.Errorf("%d maintenance configurations, want 2", n)
	}
	for name, config := range map[string]string{"aks-upgrades": "aksManagedAutoUpgradeSchedule", "aks-node-images": "aksManagedNodeOSUpgradeSchedule"} {
		schedule := mocks.named(t, name)
		schedule.has(t, object{"resourceGroupName": "group-name", "resourceName": "cluster-name", "configName": config, "maintenanceWindow": window})
		if schedule.parent != "aks" || schedule.deletedWith != "aks-cluster" || !schedule.deleteBeforeReplace {
			t.Errorf("%s: unexpected options: %+v", name, schedule)
		}
	}
	for _, r := range mocks.registrations {
		if !r.protect {
			t.Errorf("%s is not protected", r.name)
		}
	}
}

// TestWalkthroughHasNoMore: without a setting AKS decides, so an upgrade of this
// program changes nothing on a running cluster.
func TestWalkthroughHasNoMore(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, nil)
	for _, token := range []string{maintenanceToken, poolToken} {
		if found := mocks.all(token); len(found) > 0 {
			t.Errorf("registered %s", token)
		}
	}
	cluster := mocks.one(t, clusterToken)
	if len(cluster.ignoreChanges) > 0 {
		t.Errorf("ignores changes of %v", cluster.ignoreChanges)
	}
	// AKS refuses to change these, so the cluster is replaced, its name freed first.
	want := []string{
		"agentPoolProfiles[*].availabilityZones", "agentPoolProfiles[*].vmSize", "apiServerAccessProfile.enablePrivateCluster",
		"networkProfile.dnsServiceIP", "networkProfile.networkPlugin", "networkProfile.podCidr", "networkProfile.serviceCidr",
	}
	if got := slices.Sorted(slices.Values(cluster.replaceOnChanges)); !slices.Equal(got, want) || !cluster.deleteBeforeReplace {
		t.Errorf("replaced on changes of %v (deleted first: %v), want %v", got, cluster.deleteBeforeReplace, want)
	}
}

// TestClusterSettings compares the cluster in full with the walkthrough's, but
// for what the setting is there to change.
func TestClusterSettings(t *testing.T) {
	t.Parallel()
	base := deploy(t, nil).one(t, clusterToken).inputs
	pool := object{"name": "default", "mode": "System", "type": "VirtualMachineScaleSets", "count": 1.0, "vmSize": "Standard_D2s_v5", "osType": "Linux"}
	pools := func(more object) any { return []any{with(pool, more)} }
	for name, c := range map[string]struct {
		cluster string
		want    object
	}{
		"tier":                {`{"tier":"Standard"}`, object{"sku": object{"name": "Base", "tier": "Standard"}}},
		"long-term support":   {`{"tier":"Premium"}`, object{"sku": object{"name": "Base", "tier": "Premium"}, "supportPlan": "AKSLongTermSupport"}},
		"version":             {`{"kubernetesVersion":"1.35.2"}`, object{"kubernetesVersion": "1.35.2", "agentPoolProfiles": pools(object{"orchestratorVersion": "1.35.2"})}},
		"upgrades only":       {`{"upgradeChannel":"stable"}`, object{"autoUpgradeProfile": object{"upgradeChannel": "stable"}}},
		"node images only":    {`{"nodeOsUpgradeChannel":"SecurityPatch"}`, object{"autoUpgradeProfile": object{"nodeOSUpgradeChannel": "SecurityPatch"}}},
		"private":             {`{"privateCluster":true}`, object{"apiServerAccessProfile": object{"enablePrivateCluster": true}}},
		"Azure RBAC":          {`{"azureRbac":true}`, object{"aadProfile": object{"managed": true, "enableAzureRBAC": true}}},
		"node resource group": {`{"lockNodeResourceGroup":true}`, object{"nodeResourceGroupProfile": object{"restrictionLevel": "ReadOnly"}}},
		"size and system":     {`{"vmSize":"Standard_D8s_v5","osSku":"Ubuntu"}`, object{"agentPoolProfiles": pools(object{"vmSize": "Standard_D8s_v5", "osSKU": "Ubuntu"})}},
		"count and zones":     {`{"nodeCount":3,"zones":[1,3]}`, object{"agentPoolProfiles": pools(object{"count": 3.0, "availabilityZones": []any{"1", "3"}})}},
		"autoscaling":         {`{"minCount":2,"maxCount":5}`, object{"agentPoolProfiles": pools(object{"count": 2.0, "enableAutoScaling": true, "minCount": 2.0, "maxCount": 5.0})}},
		"a user pool":         {`{"userPool":{}}`, object{"agentPoolProfiles": pools(object{"nodeTaints": []any{"CriticalAddonsOnly=true:NoSchedule"}})}},
		"network": {
			`{"network":{"plugin":"azure","pluginMode":"overlay","dataplane":"azure","policy":"calico","podCidr":"10.250.0.0/16","outboundType":"managedNATGateway"}}`,
			object{"networkProfile": object{
				"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "azure", "networkPolicy": "calico",
				"podCidr": "10.250.0.0/16", "outboundType": "managedNATGateway",
				// The SDK's defaults.
				"serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10",
			}},
		},
		"administrators by name and by ID": {
			`{"adminGroups":["Developers","` + adminsID + `"],"disableLocalAccounts":true}`,
			object{"aadProfile": object{"managed": true, "enableAzureRBAC": false, "adminGroupObjectIDs": []any{developersID, adminsID}}, "disableLocalAccounts": true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mocks := deploy(t, map[string]string{"cluster": c.cluster})
			mocks.one(t, clusterToken).has(t, with(base.Mappable(), c.want))
			// Who administers the cluster has no role in Argo CD for that.
			if groups := mocks.all("azuread:index/appRoleAssignment:AppRoleAssignment"); len(groups) != 1 {
				t.Errorf("%d groups may sign in to Argo CD, want the admins alone", len(groups))
			}
		})
	}
}

// TestPrivateCluster: turned on, it brings a whole profile where there was none.
func TestPrivateCluster(t *testing.T) {
	t.Parallel()
	cluster := deploy(t, map[string]string{"cluster": `{"privateCluster":true}`}).one(t, clusterToken)
	if !slices.Contains(cluster.replaceOnChanges, "apiServerAccessProfile") {
		t.Errorf("replaced on changes of %v", cluster.replaceOnChanges)
	}
}

// TestUserPool: the pool has the cluster's system and version but its own size,
// and Argo CD is not installed before it is there.
func TestUserPool(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, map[string]string{"cluster": `{"minCount":2,"maxCount":3,"osSku":"Ubuntu","kubernetesVersion":"1.35","userPool":{"nodeCount":4}}`})
	pool := mocks.one(t, poolToken)
	pool.has(t, object{
		"agentPoolName": "user", "resourceGroupName": "group-name", "resourceName": "cluster-name", "mode": "User", "type": "VirtualMachineScaleSets",
		"count": 4.0, "vmSize": "Standard_D2s_v5", "osType": "Linux", "osSKU": "Ubuntu", "orchestratorVersion": "1.35",
	})
	if pool.parent != "aks" || pool.deletedWith != "aks-cluster" || !pool.deleteBeforeReplace || len(pool.ignoreChanges) > 0 {
		t.Errorf("unexpected options: %+v", pool)
	}
	// AKS refuses to change these.
	if want := []string{"vmSize", "availabilityZones"}; !slices.Equal(pool.replaceOnChanges, want) {
		t.Errorf("replaced on changes of %v, want %v", pool.replaceOnChanges, want)
	}
	if on := strings.Join(mocks.named(t, "argocd").dependsOn, " "); !strings.Contains(on, "::aks-user-pool") {
		t.Errorf("Argo CD depends on %s only", on)
	}
}

// TestMaintenanceInUTC: AKS's own standard would be the same, but hidden.
func TestMaintenanceInUTC(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, map[string]string{"cluster": `{"upgradeChannel":"patch","maintenance":{"day":"Friday","start":"23:30","hours":4}}`})
	for _, schedule := range mocks.all(maintenanceToken) {
		if got := schedule.inputs["maintenanceWindow"].ObjectValue()["utcOffset"].StringValue(); got != "+00:00" {
			t.Errorf("%s: offset %q", schedule.name, got)
		}
	}
}

// TestNames: each of the config key names lands on its resource, and what
// follows from name stays.
func TestNames(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, map[string]string{
		"name":              "gitops",
		"names":             `{"resourceGroup":"myResourceGroup","cluster":"myAKSCluster","application":"Argo CD","federatedCredential":"argocd-sso"}`,
		"containerRegistry": registryOfTest,
	})
	for name, want := range map[string]struct{ property, value string }{
		"aks-group":                {"resourceGroupName", "myResourceGroup"},
		"aks-cluster":              {"resourceName", "myAKSCluster"},
		"entra-application":        {"displayName", "Argo CD"},
		"entra-gitops-server":      {"displayName", "argocd-sso"},
		"entra-gitops-repo-server": {"displayName", "gitops-argocd-repo-server"},
	} {
		if got := mocks.named(t, name).inputs[resource.PropertyKey(want.property)]; got.StringValue() != want.value {
			t.Errorf("%s: %s is %v, want %s", name, want.property, got, want.value)
		}
	}
	if got := mocks.named(t, "aks-cluster").inputs["dnsPrefix"].StringValue(); got != "myAKSCluster" {
		t.Errorf("dnsPrefix %s", got)
	}
}

func TestBadNames(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]string{
		`{"resourceGroup":"my group"}`:  `argocd-on-aks:names.resourceGroup "my group" must be 1 to 54`,
		`{"cluster":"my_cluster"}`:      `argocd-on-aks:names.cluster "my_cluster" must be 1 to 54`,
		`{"app":"Argo CD"}`:             `argocd-on-aks:names cannot be read (json: unknown field "app")`,
		`{"cluster":{"name":"argocd"}}`: `argocd-on-aks:names cannot be read (json: cannot unmarshal object`,
	} {
		t.Run(names, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"names": names}, want)
		})
	}
}
