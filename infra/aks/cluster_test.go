package aks

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

type object = mocks.Object

// createCluster creates a cluster with settings in JSON.
func createCluster(t *testing.T, settings string) *mocks.Recorder {
	t.Helper()
	var read struct {
		ClusterSettings
		AdminGroups []string
	}
	if err := json.Unmarshal([]byte(settings), &read); err != nil {
		t.Fatal(err)
	}
	args := &AksClusterArgs{Name: "shop", Region: "westus3", ClusterSettings: read.ClusterSettings}
	for _, group := range read.AdminGroups {
		args.AdminGroups = append(args.AdminGroups, pulumi.String(group))
	}
	recorded := (&mocks.Recorder{}).Accepted(t, nil, func(ctx *pulumi.Context) error {
		_, err := NewAksCluster(ctx, "aks", args)
		return err
	})
	return recorded
}

// TestDefaultCluster: the program sends no property that AKS decides by default, so an
// upgrade of the program changes nothing on a running cluster.
func TestDefaultCluster(t *testing.T) {
	t.Parallel()
	recorded := createCluster(t, `{}`)
	for _, token := range []string{mocks.Maintenance, mocks.AgentPool} {
		if found := recorded.All(token); len(found) > 0 {
			t.Errorf("registered %s", token)
		}
	}
	cluster := recorded.One(t, mocks.Cluster)
	// A change of these replaces the cluster; the old one is deleted first.
	want := []string{
		"agentPoolProfiles[*].availabilityZones", "agentPoolProfiles[*].vmSize",
	}
	if got := slices.Sorted(slices.Values(cluster.ReplaceOnChanges)); !slices.Equal(got, want) || !cluster.DeleteBeforeReplace {
		t.Errorf("replaced on changes of %v (deleted first: %v), want %v", got, cluster.DeleteBeforeReplace, want)
	}
}

// TestClusterSettings compares each cluster in full with the default one, except for
// the properties that the setting changes.
func TestClusterSettings(t *testing.T) {
	t.Parallel()
	base := createCluster(t, `{}`).One(t, mocks.Cluster).Inputs
	pool := object{
		"name": "default", "mode": "System", "type": "VirtualMachineScaleSets", "count": 1.0, "vmSize": "Standard_D2s_v5", "osType": "Linux",
		// AKS keeps these if they are omitted.
		"enableAutoScaling": false, "nodeTaints": []any{}, "tags": object{},
	}
	pools := func(more object) any { return []any{mocks.With(pool, more)} }
	for name, c := range map[string]struct {
		cluster string
		want    object
	}{
		"tier":                {`{"tier":"Standard"}`, object{"sku": object{"name": "Base", "tier": "Standard"}}},
		"long-term support":   {`{"tier":"Premium"}`, object{"sku": object{"name": "Base", "tier": "Premium"}, "supportPlan": "AKSLongTermSupport"}},
		"version":             {`{"kubernetesVersion":"1.35.2"}`, object{"kubernetesVersion": "1.35.2", "agentPoolProfiles": pools(object{"orchestratorVersion": "1.35.2"})}},
		"upgrades only":       {`{"upgradeChannel":"stable"}`, object{"autoUpgradeProfile": object{"upgradeChannel": "stable", "nodeOSUpgradeChannel": "NodeImage"}}},
		"node images only":    {`{"nodeOsUpgradeChannel":"SecurityPatch"}`, object{"autoUpgradeProfile": object{"upgradeChannel": "none", "nodeOSUpgradeChannel": "SecurityPatch"}}},
		"private":             {`{"privateCluster":true}`, object{"apiServerAccessProfile": object{"enablePrivateCluster": true}}},
		"Azure RBAC":          {`{"azureRbac":true}`, object{"aadProfile": object{"managed": true, "enableAzureRBAC": true, "adminGroupObjectIDs": []any{}}}},
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
		"administrators": {
			`{"adminGroups":["` + mocks.DevelopersID + `","` + mocks.AdminsID + `"],"disableLocalAccounts":true}`,
			object{"aadProfile": object{"managed": true, "enableAzureRBAC": false, "adminGroupObjectIDs": []any{mocks.DevelopersID, mocks.AdminsID}}, "disableLocalAccounts": true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			createCluster(t, c.cluster).One(t, mocks.Cluster).Has(t, mocks.With(base.Mappable(), c.want))
		})
	}
}

// TestPrivateCluster: turning it on adds a whole profile to an older state.
func TestPrivateCluster(t *testing.T) {
	t.Parallel()
	cluster := createCluster(t, `{"privateCluster":true}`).One(t, mocks.Cluster)
	if !slices.Contains(cluster.ReplaceOnChanges, "apiServerAccessProfile") {
		t.Errorf("replaced on changes of %v", cluster.ReplaceOnChanges)
	}
}

// TestUserPool: the pool has the cluster's OS and version but its own size.
func TestUserPool(t *testing.T) {
	t.Parallel()
	recorded := createCluster(t, `{"minCount":2,"maxCount":3,"osSku":"Ubuntu","kubernetesVersion":"1.35","userPool":{"nodeCount":4}}`)
	pool := recorded.One(t, mocks.AgentPool)
	pool.Has(t, object{
		"agentPoolName": "user", "resourceGroupName": "group-name", "resourceName": "cluster-name", "mode": "User", "type": "VirtualMachineScaleSets",
		"count": 4.0, "vmSize": "Standard_D2s_v5", "osType": "Linux", "osSKU": "Ubuntu", "orchestratorVersion": "1.35",
		"enableAutoScaling": false, "tags": object{},
	})
	if pool.Parent != "aks" || pool.DeletedWith != "aks-cluster" || !pool.DeleteBeforeReplace || len(pool.IgnoreChanges) > 0 {
		t.Errorf("unexpected options: %+v", pool)
	}
	// A change of these replaces the pool.
	if want := []string{"vmSize", "availabilityZones"}; !slices.Equal(pool.ReplaceOnChanges, want) {
		t.Errorf("replaced on changes of %v, want %v", pool.ReplaceOnChanges, want)
	}
}

// TestMaintenanceInUTC: the program sends the default offset explicitly.
func TestMaintenanceInUTC(t *testing.T) {
	t.Parallel()
	recorded := createCluster(t, `{"upgradeChannel":"patch","maintenance":{"day":"Friday","start":"23:30","hours":4}}`)
	for _, schedule := range recorded.All(mocks.Maintenance) {
		if got := schedule.Inputs["maintenanceWindow"].ObjectValue()["utcOffset"].StringValue(); got != "+00:00" {
			t.Errorf("%s: offset %q", schedule.Name, got)
		}
	}
}
