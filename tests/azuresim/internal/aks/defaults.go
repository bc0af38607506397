package aks

import (
	"cmp"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// defaultVersion is the Kubernetes that a cluster gets that names none.
const defaultVersion = "1.35"

// values is how the tables below write properties.
type values = map[string]any

// Answer is what AKS answers: what was sent, over its defaults, and all pools.
// The defaults are those of a cluster whose answer is recorded in
// https://github.com/pulumi/pulumi-azure-native,
// provider/pkg/provider/testdata/recorded/TestProviderUpgrade/upgrade-aks-api-version.
func (s *Service) Answer(cluster *store.Object) property.Map {
	in := cluster.Inputs
	all := in.Over(property.From(s.clusterDefaults(in)))
	all = cluster.Computed.Over(all)
	var pools []property.Map
	for _, pool := range s.Pools(cluster) {
		pools = append(pools, pool.Over(property.From(poolDefaults(all, pool))))
	}
	all["agentPoolProfiles"] = property.List(pools)
	return all
}

func (s *Service) clusterDefaults(in property.Map) values {
	name, version := in.Text("resourceName"), kubernetesVersion(in)
	fqdn := in.Text("dnsPrefix") + "-" + guid.Of(name)[:8]
	defaults := values{
		"kubernetesVersion": version, "currentKubernetesVersion": patch(version), "supportPlan": "KubernetesOfficial",
		"enableRBAC": true, "sku": values{"name": "Base", "tier": "Free"},
		"fqdn": fqdn + ".hcp." + in.Text("location") + ".azmk8s.io", "azurePortalFQDN": fqdn + ".portal.hcp." + in.Text("location") + ".azmk8s.io",
		"nodeResourceGroup":         nodeResourceGroup(in),
		"identityProfile":           values{"kubeletidentity": s.kubeletIdentity(in)},
		"servicePrincipalProfile":   values{"clientId": "msi"},
		"networkProfile":            networkDefaults(in.Map("networkProfile")),
		"oidcIssuerProfile":         values{"enabled": false},
		"securityProfile":           values{},
		"workloadAutoScalerProfile": values{},
		"autoUpgradeProfile":        values{"nodeOSUpgradeChannel": "NodeImage"},
		"metricsProfile":            values{"costAnalysis": values{"enabled": false}},
		"bootstrapProfile":          values{"artifactSource": "Direct"},
		"storageProfile": values{
			"diskCSIDriver": values{"enabled": true}, "fileCSIDriver": values{"enabled": true}, "snapshotController": values{"enabled": true},
		},
		"powerState": values{"code": "Running"}, "maxAgentPools": 100,
	}
	if in.Text("networkProfile.networkPlugin") == "azure" {
		// Said by https://github.com/Azure/AKS/issues/1545 of clusters that are
		// sent with the plugin azure; not confirmed for overlay.
		defaults["windowsProfile"] = values{"adminUsername": "azureuser", "enableCSIProxy": true}
	}
	if in.Flag("apiServerAccessProfile.enablePrivateCluster") {
		// https://learn.microsoft.com/azure/aks/private-clusters
		defaults["privateFQDN"] = fqdn + "." + guid.Of("zone of "+name) + ".privatelink." + in.Text("location") + ".azmk8s.io"
	}
	if in.Flag("aadProfile.managed") {
		defaults["aadProfile"] = values{"tenantID": s.directory.TenantID, "enableAzureRBAC": false} // not confirmed
	}
	return defaults
}

// networkDefaults are those of a cluster that names no network: Azure CNI
// overlay. One that names a plugin without a mode has nodes and pods in a subnet.
func networkDefaults(in property.Map) values {
	pods, services := cmp.Or(in.Text("podCidr"), "10.244.0.0/16"), cmp.Or(in.Text("serviceCidr"), "10.0.0.0/16")
	defaults := values{
		"networkPlugin": "azure", "networkDataplane": "azure", "networkPolicy": "none", "ipFamilies": []any{"IPv4"},
		"serviceCidr": services, "serviceCidrs": []any{services}, "dnsServiceIP": "10.0.0.10",
		"loadBalancerSku": "standard", "outboundType": "loadBalancer",
	}
	if in.Text("networkPlugin") == "" {
		defaults["networkPluginMode"] = "overlay"
	}
	if in.Text("networkPlugin") == "" || in.Text("networkPluginMode") == "overlay" {
		defaults["podCidr"], defaults["podCidrs"] = pods, []any{pods}
	}
	if cmp.Or(in.Text("outboundType"), "loadBalancer") == "loadBalancer" {
		defaults["loadBalancerProfile"] = values{
			"backendPoolType": "nodeIPConfiguration", "managedOutboundIPs": values{"count": 1},
			"effectiveOutboundIPs": []any{values{"id": "/outbound"}},
		}
	}
	return defaults
}

// poolDefaults need the answer for the pool's cluster.
func poolDefaults(cluster, pool property.Map) values {
	version := cmp.Or(pool.Text("orchestratorVersion"), cluster.Text("kubernetesVersion"))
	maxPods := 250
	if cluster.Text("networkProfile.networkPluginMode") != "overlay" {
		maxPods = 30 // https://learn.microsoft.com/azure/aks/quotas-skus-regions: Azure CNI without overlay
	}
	return values{
		"enableFIPS": false, "enableNodePublicIP": false, "kubeletDiskType": "OS", "maxPods": maxPods,
		"orchestratorVersion": version, "currentOrchestratorVersion": patch(version), "nodeImageVersion": "AKSUbuntu-2204gen2containerd",
		"osDiskSizeGB": 128, "osDiskType": "Managed", "osSKU": "Ubuntu", "osType": "Linux", "scaleDownMode": "Delete",
		"powerState": values{"code": "Running"}, "provisioningState": "Succeeded", "type": "VirtualMachineScaleSets",
		"securityProfile": values{"enableSecureBoot": false, "enableVTPM": false}, "upgradeSettings": values{"maxSurge": "10%"},
	}
}

// answerPool is what AKS answers for a pool that was added.
func (s *Service) answerPool(pool *store.Object) property.Map {
	cluster, err := s.Cluster(pool.Inputs.Text("resourceGroupName"), pool.Inputs.Text("resourceName"))
	if err != nil {
		return pool.Outputs()
	}
	return pool.Computed.Over(pool.Inputs.Over(property.From(poolDefaults(s.Answer(cluster), pool.Inputs))))
}

func kubernetesVersion(in property.Map) string {
	return cmp.Or(in.Text("kubernetesVersion"), defaultVersion)
}

// patch completes a minor version.
func patch(version string) string {
	if strings.Count(version, ".") == 1 {
		return version + ".1"
	}
	return version
}

// nodeResourceGroup is where AKS puts the nodes,
// https://learn.microsoft.com/azure/aks/faq.
func nodeResourceGroup(in property.Map) string {
	return cmp.Or(in.Text("nodeResourceGroup"), "MC_"+in.Text("resourceGroupName")+"_"+in.Text("resourceName")+"_"+in.Text("location"))
}

func (s *Service) kubeletIdentity(in property.Map) values {
	name := in.Text("resourceName") + "-agentpool"
	return values{
		"clientId": guid.Of("client " + name), "objectId": guid.Of("object " + name),
		"resourceId": s.groups.GroupID(nodeResourceGroup(in)) + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + name,
	}
}
