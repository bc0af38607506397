package aks

import (
	"cmp"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// defaultVersion is the Kubernetes version of clusters that specify none.
const defaultVersion = "1.35"

// values is a shorthand for literals of nested properties.
type values = map[string]any

// Answer returns the inputs over AKS's defaults, with all pools. The defaults are those of
// the recorded cluster in https://github.com/pulumi/pulumi-azure-native,
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
		"powerState": values{"code": "Running"}, "provisioningState": "Succeeded", "maxAgentPools": 100,
	}
	if in.Text("networkProfile.networkPlugin") == "azure" {
		// Source: https://github.com/Azure/AKS/issues/1545, for clusters created with
		// network plugin azure. Not confirmed for overlay.
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

// networkDefaults returns Azure CNI overlay for a cluster without a network plugin. A
// plugin without a mode puts nodes and pods into one subnet.
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

// poolDefaults returns a pool's defaults. cluster is the answer for its cluster.
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

// answerPool returns the answer for an added pool.
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

// patch appends a patch version to a minor version.
func patch(version string) string {
	if strings.Count(version, ".") == 1 {
		return version + ".1"
	}
	return version
}

// nodeResourceGroup returns the default name, which
// https://learn.microsoft.com/azure/aks/faq documents.
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
