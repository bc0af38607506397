package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestShippedProdCluster compares the cluster of Pulumi.prod.yaml in full with the expected
// inputs.
func TestShippedProdCluster(t *testing.T) {
	t.Parallel()
	config := shippedProd(t)
	recorded := deploy(t, config)
	tags := object{"environment": "production", "owner": "platform"}
	pool := object{
		"type": "VirtualMachineScaleSets", "enableAutoScaling": true, "vmSize": "Standard_D4s_v5", "osType": "Linux", "osSKU": "AzureLinux",
		"orchestratorVersion": "1.35", "availabilityZones": []any{"1", "2", "3"}, "tags": tags,
	}
	cluster := recorded.One(t, mocks.Cluster)
	cluster.Has(t, object{
		"resourceName": "argocd-dev", "resourceGroupName": "group-name", "location": "westeurope", "dnsPrefix": "argocd-dev", "enableRBAC": true,
		"kubernetesVersion": "1.35", "sku": object{"name": "Base", "tier": "Standard"}, "identity": object{"type": "SystemAssigned"},
		"oidcIssuerProfile": object{"enabled": true},
		"securityProfile":   object{"workloadIdentity": object{"enabled": true}, "imageCleaner": object{"enabled": true, "intervalHours": 48.0}},
		"agentPoolProfiles": []any{mocks.With(pool, object{
			"name": "default", "mode": "System", "count": 3.0, "minCount": 3.0, "maxCount": 5.0, "nodeTaints": []any{"CriticalAddonsOnly=true:NoSchedule"},
		})},
		"autoUpgradeProfile": object{"upgradeChannel": "patch", "nodeOSUpgradeChannel": "NodeImage"},
		"networkProfile": object{
			"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium", "networkPolicy": "cilium",
			"podCidr": "10.244.0.0/16", "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10", "outboundType": "loadBalancer",
		},
		"apiServerAccessProfile":   object{"enablePrivateCluster": false, "authorizedIPRanges": []any{"203.0.113.0/24"}},
		"aadProfile":               object{"managed": true, "enableAzureRBAC": true, "adminGroupObjectIDs": []any{config["argocd-on-aks:group"]}},
		"disableLocalAccounts":     true,
		"nodeResourceGroupProfile": object{"restrictionLevel": "ReadOnly"},
		"supportPlan":              "KubernetesOfficial",
		"tags":                     tags,
	})
	user := recorded.One(t, mocks.AgentPool)
	user.Has(t, mocks.With(pool, object{
		"agentPoolName": "user", "resourceGroupName": "group-name", "resourceName": "cluster-name",
		"mode": "User", "count": 4.0, "minCount": 4.0, "maxCount": 8.0,
	}))
	// Configured properties are not ignored.
	for _, property := range []string{"networkProfile", "kubernetesVersion", "agentPoolProfiles[0].osSKU"} {
		if slices.Contains(cluster.IgnoreChanges, property) {
			t.Errorf("changes of %s are ignored", property)
		}
	}
	window := object{
		"durationHours": 6.0, "startTime": "02:00", "utcOffset": "+01:00",
		"schedule": object{"weekly": object{"dayOfWeek": "Sunday", "intervalWeeks": 1.0}},
	}
	if n := len(recorded.All(mocks.Maintenance)); n != 2 {
		t.Errorf("%d maintenance configurations, want 2", n)
	}
	for name, configName := range map[string]string{"aks-upgrades": "aksManagedAutoUpgradeSchedule", "aks-node-images": "aksManagedNodeOSUpgradeSchedule"} {
		schedule := recorded.Named(t, name)
		schedule.Has(t, object{"resourceGroupName": "group-name", "resourceName": "cluster-name", "configName": configName, "maintenanceWindow": window})
		if schedule.Parent != "aks" || schedule.DeletedWith != "aks-cluster" || !schedule.DeleteBeforeReplace {
			t.Errorf("%s: unexpected options: %+v", name, schedule)
		}
	}
	// Argo CD's pods need the user pool.
	if on := strings.Join(recorded.Named(t, "argocd").DependsOn, " "); !strings.Contains(on, "::aks-pool-user") {
		t.Errorf("Argo CD waits for %s only", on)
	}
	if all := protected(recorded, true); !slices.Contains(all, "aks-cluster") || !slices.Contains(all, "aks-pool-user") {
		t.Errorf("only %v is protected", all)
	}
}

// TestCounts: the registrations and lookups in each preview of the shipped stacks. Each is a
// round trip.
func TestCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config                 map[string]string
		registrations, invokes int
	}{
		"dev":  {walkthrough(nil), 11, 4},
		"prod": {shippedProd(t), 17, 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := deploy(t, c.config)
			if len(recorded.Registrations) != c.registrations || len(recorded.Invokes) != c.invokes {
				t.Errorf("%d registrations and %d invokes, not %d and %d", len(recorded.Registrations), len(recorded.Invokes), c.registrations, c.invokes)
			}
		})
	}
}
