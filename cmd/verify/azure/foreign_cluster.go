package azure

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// foreignCluster returns the properties that are not in the stack, unless Azure sets them by
// default, and different properties that an up cannot change.
func foreignCluster(ctx context.Context, c *Client, found armObject, w Wanted) ([]string, error) {
	wrong := slices.Concat(
		found.unlike(w, "location", "dnsPrefix", "identity.type", "identity.userAssignedIdentities", "diskEncryptionSetID",
			"aadProfile.adminGroupObjectIDs", "disableLocalAccounts"),
		found.unlikeTags(w), added("", found.Properties, w.Inputs, clusterDefaults), found.elsewhere(w), foreignPools(found, w))
	if enabled, is := found.Properties["enableRBAC"].(bool); is && !enabled {
		wrong = append(wrong, "enableRBAC is false")
	}
	for what, path := range map[string]string{
		"it has the extension %q":                   "/providers/Microsoft.KubernetesConfiguration/extensions?api-version=" + extensionAPI,
		"it has the trusted access role binding %q": "/trustedAccessRoleBindings?api-version=" + clusterAPI,
	} {
		all, err := resources[armObject](ctx, c, found.ID+path)
		if err != nil {
			return nil, complete(err)
		}
		for _, one := range all {
			wrong = append(wrong, fmt.Sprintf(what, lastPart(one.ID)))
		}
	}
	others, err := found.attached(ctx, c)
	return append(wrong, others...), complete(err)
}

// attached describes the roles, locks and policy assignments of a cluster and of its node
// resource group. AKS assigns roles on that group to the cluster's own identities.
// https://learn.microsoft.com/azure/aks/concepts-identity
func (o armObject) attached(ctx context.Context, c *Client) ([]string, error) {
	onCluster, err := attached(ctx, c, o.ID)
	if err != nil {
		return nil, err
	}
	var own []string
	for _, path := range []string{"identity.principalId", "identityProfile.kubeletidentity.objectId"} {
		if id, is := o.at(path).(string); is {
			own = append(own, id)
		}
	}
	onNodes, err := attached(ctx, c, o.nodeGroupID(), own...)
	if absentInAzure(err) { // AKS has not created it yet
		err = nil
	}
	return append(onCluster, onNodes...), err
}

// nodeGroupID returns the ID of the node resource group.
func (o armObject) nodeGroupID() string {
	name, _ := o.Properties["nodeResourceGroup"].(string)
	subscription := strings.Join(strings.SplitN(o.ID, "/", 4)[:3], "/")
	return subscription + "/resourceGroups/" + name
}

// elsewhere describes the parts of a cluster in another tenant or resource group.
func (o armObject) elsewhere(w Wanted) (wrong []string) {
	input := func(name string) string { text, _ := w.Inputs[name].(string); return text }
	// AKS truncates the name to 80 characters. https://learn.microsoft.com/azure/aks/faq
	byDefault := "MC_" + input("resourceGroupName") + "_" + input("resourceName") + "_" + o.Location
	want := cmp.Or(input("nodeResourceGroup"), byDefault[:min(len(byDefault), 80)])
	if got, _ := o.Properties["nodeResourceGroup"].(string); got != "" && !SameID(got, want) {
		wrong = append(wrong, fmt.Sprintf("nodeResourceGroup is %s, not %s", got, want))
	}
	if tenant, _ := o.at("aadProfile.tenantID").(string); tenant != "" && w.Tenant != "" && !SameID(tenant, w.Tenant) {
		wrong = append(wrong, "aadProfile.tenantID is "+tenant)
	}
	identities, _ := o.Properties["identityProfile"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(identities)) {
		id, _ := at(identities[name], "resourceId").(string)
		if name != "kubeletidentity" || !isBelow(id, o.nodeGroupID()) {
			wrong = append(wrong, fmt.Sprintf("identityProfile.%s is %s", name, id))
		}
	}
	return wrong
}

// foreignPools compares the node pools in a cluster.
func foreignPools(found armObject, w Wanted) (wrong []string) {
	byName := func(list any) map[string]map[string]any {
		pools := map[string]map[string]any{}
		entries, _ := list.([]any)
		for _, entry := range entries {
			if pool, is := entry.(map[string]any); is {
				name, _ := pool["name"].(string)
				pools[name] = pool
			}
		}
		return pools
	}
	want := byName(w.Inputs["agentPoolProfiles"])
	for name, pool := range byName(found.Properties["agentPoolProfiles"]) {
		asked, known := want[name]
		if !known {
			wrong = append(wrong, fmt.Sprintf("the node pool %q is not in the stack", name))
			continue
		}
		for _, one := range ofPool(pool, asked) {
			wrong = append(wrong, fmt.Sprintf("node pool %q: %s", name, one))
		}
	}
	slices.Sort(wrong)
	return wrong
}

func foreignPool(_ context.Context, _ *Client, found armObject, w Wanted) ([]string, error) {
	return ofPool(found.Properties, w.Inputs), nil
}

// ofPool compares a node pool, including the properties that cannot change. The tags of a pool
// are among its properties.
func ofPool(pool, asked map[string]any) []string {
	found, w := armObject{Properties: pool}, Wanted{Inputs: asked}
	found.Tags, _ = pool["tags"].(map[string]any)
	fixed := []string{"vmSize", "osType", "vnetSubnetID", "podSubnetID"}
	others := maps.Clone(pool)
	for _, name := range fixed {
		delete(others, name)
	}
	return slices.Concat(found.unlike(w, fixed...), found.unlikeTags(w), added("", others, asked, poolDefaults))
}

// added describes the properties of a response that are not in the stack and not defaults of
// Azure. The next up sets those in the stack.
func added(path string, got, want any, defaults map[string][]string) (wrong []string) {
	accepted, known := defaults[path]
	if plain(got) == "" || known && (accepted == nil || slices.Contains(accepted, plain(got))) {
		return nil
	}
	fields, nested := got.(map[string]any)
	asked, alike := want.(map[string]any)
	switch {
	case want != nil && !(nested && alike):
		return nil
	case nested:
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			wrong = append(wrong, added(strings.TrimPrefix(path+"."+name, "."), fields[name], asked[name], defaults)...)
		}
		return wrong
	case strings.HasPrefix(plain(got), "["):
		return []string{path + " is not in the stack"}
	}
	return []string{fmt.Sprintf("%s is %v, which is not in the stack", path, got)}
}

// clusterDefaults are the values, in the form of plain, that AKS returns for properties of a
// cluster that were not set. Nil accepts any value, because the property is read-only, compared
// elsewhere, or gives no access.
// https://github.com/pulumi/pulumi-azure-native,
// provider/pkg/provider/testdata/recorded/TestProviderUpgrade/upgrade-aks-api-version, and
// https://learn.microsoft.com/rest/api/aks/managed-clusters/get. It is not confirmed that AKS
// sets no others.
var clusterDefaults = map[string][]string{
	"provisioningState": nil, "powerState": nil, "maxAgentPools": nil, "resourceUID": nil, "supportPlan": nil,
	"kubernetesVersion": nil, "currentKubernetesVersion": nil,
	"fqdn": nil, "privateFQDN": nil, "azurePortalFQDN": nil, "oidcIssuerProfile.issuerURL": nil, "privateLinkResources": nil,
	"autoScalerProfile": nil, "storageProfile": nil,
	"agentPoolProfiles": nil, "dnsPrefix": nil, "nodeResourceGroup": nil, "identityProfile": nil, "aadProfile.tenantID": nil,
	"aadProfile.adminGroupObjectIDs": nil, "disableLocalAccounts": nil, "diskEncryptionSetID": nil,

	"enableRBAC": {"true"}, "publicNetworkAccess": {"enabled"}, "servicePrincipalProfile.clientId": {"msi"},
	"nodeResourceGroupProfile.restrictionLevel": {"unrestricted"}, "nodeProvisioningProfile.mode": {"manual"},
	"autoUpgradeProfile.nodeOSUpgradeChannel": {"nodeimage"}, "autoUpgradeProfile.upgradeChannel": {"none"},
	"bootstrapProfile.artifactSource": {"direct"},
	"windowsProfile.adminUsername":    {"azureuser"}, "windowsProfile.enableCSIProxy": nil,
	"apiServerAccessProfile.privateDNSZone": {"system"}, "apiServerAccessProfile.enablePrivateClusterPublicFQDN": nil,

	"networkProfile.networkPlugin": {"azure", "kubenet"}, "networkProfile.networkPluginMode": {"overlay"},
	"networkProfile.networkDataplane": {"azure"}, "networkProfile.networkPolicy": {"none"}, "networkProfile.ipFamilies": {"[ipv4]"},
	"networkProfile.podCidr": {"10.244.0.0/16"}, "networkProfile.podCidrs": nil, "networkProfile.dnsServiceIP": nil,
	"networkProfile.serviceCidr": {"10.0.0.0/16"}, "networkProfile.serviceCidrs": nil, "networkProfile.podLinkLocalAccess": {"imds"},
	"networkProfile.loadBalancerSku": {"standard"}, "networkProfile.outboundType": {"loadbalancer"},
	"networkProfile.loadBalancerProfile.backendPoolType":          {"nodeipconfiguration"},
	"networkProfile.loadBalancerProfile.managedOutboundIPs.count": {"1"},
	"networkProfile.loadBalancerProfile.effectiveOutboundIPs":     nil, "networkProfile.loadBalancerProfile.allocatedOutboundPorts": nil,
	"networkProfile.loadBalancerProfile.idleTimeoutInMinutes": nil,
	"networkProfile.natGatewayProfile.effectiveOutboundIPs":   nil, "networkProfile.natGatewayProfile.idleTimeoutInMinutes": nil,
	"networkProfile.natGatewayProfile.managedOutboundIPProfile.count": {"1"},
}

// poolDefaults are the same for a node pool.
// https://learn.microsoft.com/rest/api/aks/agent-pools/get
var poolDefaults = map[string][]string{
	"name": nil, "count": nil, "tags": nil, "provisioningState": nil, "powerState": nil, "eTag": nil, "nodeImageVersion": nil,
	"orchestratorVersion": nil, "currentOrchestratorVersion": nil, "maxPods": nil, "upgradeSettings": nil, "scaleDownMode": nil,
	"osDiskSizeGB": nil, "osDiskType": nil, "kubeletDiskType": nil,
	"type": {"virtualmachinescalesets"}, "mode": {"user"}, "osSKU": {"ubuntu", "azurelinux"}, "workloadRuntime": {"ocicontainer"},
	"scaleSetPriority": {"regular"}, "securityProfile.sshAccess": {"localuser"},
}
