package azuresim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// hardened returns the inputs of a cluster with hardened settings.
func hardened() properties {
	return properties{
		"resourceName": "prod", "resourceGroupName": "prod", "location": "westeurope", "dnsPrefix": "prod", "enableRBAC": true,
		"kubernetesVersion": "1.35", "sku": properties{"name": "Base", "tier": "Standard"},
		"identity": properties{"type": "SystemAssigned"}, "oidcIssuerProfile": properties{"enabled": true},
		"securityProfile": properties{
			"workloadIdentity": properties{"enabled": true}, "imageCleaner": properties{"enabled": true, "intervalHours": 48},
		},
		"aadProfile": properties{"managed": true, "enableAzureRBAC": true}, "disableLocalAccounts": true,
		"apiServerAccessProfile": properties{"authorizedIPRanges": []any{"203.0.113.0/24"}},
		"networkProfile":         properties{"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium", "networkPolicy": "cilium"},
		"agentPoolProfiles":      []any{pool("default", "System")},
	}
}

func pool(name, mode string) properties {
	return properties{
		"name": name, "mode": mode, "count": 3, "vmSize": "Standard_D4s_v5", "availabilityZones": []any{"1", "2", "3"},
		"enableAutoScaling": true, "minCount": 3, "maxCount": 5,
	}
}

func TestClusterRefusals(t *testing.T) {
	t.Parallel()
	create(t, subscription(t), azuresim.Cluster, hardened())
	var ranges []any
	for i := range 201 {
		ranges = append(ranges, fmt.Sprintf("203.0.%d.0/24", i))
	}
	for name, c := range map[string]attempt{
		"authorized ranges on a private cluster": {with("apiServerAccessProfile.enablePrivateCluster", true), "InvalidParameter", "private clusters"},
		"too many ranges":                        {with("apiServerAccessProfile.authorizedIPRanges", ranges), "InvalidParameter", "200"},
		"the nodes' range beside another":        {with("apiServerAccessProfile.authorizedIPRanges", []any{"203.0.113.0/24", "0.0.0.0/32"}), "InvalidParameter", "Setting apiServerAuthorizedIPRange to 0.0.0.0/32 is not allowed with other IP ranges"},
		"an invalid range":                       {with("apiServerAccessProfile.authorizedIPRanges", []any{"everyone"}), "InvalidParameter", "'everyone'"},
		"too small a system pool":                {with("pool.vmSize", "Standard_DS1_v2"), "SystemPoolSkuTooLow", "Nodepool name: default"},
		"a fourth zone":                          {with("pool.availabilityZones", []any{"4"}), "AvailabilityZoneNotSupported", "'4'"},
		"an old version":                         {with("kubernetesVersion", "1.28"), "K8sVersionNotSupported", "1.28"},
		"a version with long-term support only":  {with("kubernetesVersion", "1.34"), "K8sVersionNotSupported", "1.34"},
		"an invalid version":                     {with("kubernetesVersion", "latest"), "K8sVersionNotSupported", "latest"},
		"an unsupported pool version":            {with("pool.orchestratorVersion", "1.28"), "AgentPoolK8sVersionNotSupported", "1.28"},
		"local accounts off without Entra":       {with("aadProfile", nil), "InvalidParameter", "local accounts"},
		"an unknown admin group":                 {with("aadProfile.adminGroupObjectIDs", []any{"unknown"}), "InvalidParameter", "'unknown'"},
		"workload identity without an issuer":    {with("oidcIssuerProfile", nil), "InvalidParameter", "OIDC issuer"},
		"no identity":                            {with("identity", nil), "InvalidParameter", "identity"},
		"cilium without Azure CNI":               {with("networkProfile.networkPlugin", "none"), "InvalidParameter", "network plugin azure"},
		"cilium policy on another dataplane":     {with("networkProfile.networkDataplane", "azure"), "InvalidParameter", "policy cilium"},
		"services without the DNS address":       {with("networkProfile.serviceCidr", "10.1.0.0/16"), "DnsServiceIpOutOfServiceCidr", "10.0.0.10"},
		"the Kubernetes API's address for DNS":   {with("networkProfile.dnsServiceIP", "10.0.0.1"), "InvalidParameter", "Kubernetes API"},
		"pods in the services' range":            {with("networkProfile.podCidr", "10.0.0.0/14"), "InvalidParameter", "overlaps"},
		"pods in a reserved range":               {with("networkProfile.podCidr", "172.16.0.0/12"), "InvalidParameter", "172.30.0.0/16"},
		"too few addresses for a node's pods":    {with("networkProfile.podCidr", "10.244.0.0/25"), "InvalidParameter", "each node needs a /24"},
		"services in a reserved range":           {all(with("networkProfile.serviceCidr", "192.0.2.0/24"), with("networkProfile.dnsServiceIP", "192.0.2.10")), "InvalidParameter", "reserved range 192.0.2.0/24"},
		"too large a service range":              {all(with("networkProfile.serviceCidr", "96.0.0.0/11"), with("networkProfile.dnsServiceIP", "96.0.0.10")), "InvalidParameter", "smaller than /12"},
		"an invalid service range":               {with("networkProfile.serviceCidr", "10.0.0.0"), "InvalidParameter", "malformed"},
		"a pool without a size":                  {with("pool.count", nil), "InvalidParameter", "count is missing"},
		"a node resource group of 81 characters": {with("resourceName", strings.Repeat("x", 62)), "InvalidParameter", "the value provided is 81"},
		"node images without their own channel":  {all(with("autoUpgradeProfile.upgradeChannel", "node-image"), with("autoUpgradeProfile.nodeOSUpgradeChannel", "None")), "InvalidParameter", "NodeImage"},
		"an invalid pool name":                   {with("pool.name", "System-Pool"), "InvalidParameter", "System-Pool"},
		"no system pool":                         {with("pool.mode", "User"), "InvalidParameter", "system agent pool"},
		"an empty system pool":                   {with("pool.count", 0), "InvalidParameter", "system agent pool"},
		"fewer nodes than the minimum":           {with("pool.count", 2), "InvalidParameter", "minCount:3"},
		"more nodes than the maximum":            {with("pool.count", 6), "InvalidParameter", "maxCount:5"},
		"a minimum above the maximum":            {with("pool.minCount", 6), "InvalidParameter", "minCount 6"},
		"bounds without autoscaling":             {with("pool.enableAutoScaling", nil), "InvalidParameter", "enableAutoScaling false"},
		"an image cleaner interval too short":    {with("securityProfile.imageCleaner.intervalHours", 12), "InvalidParameter", "intervalHours"},
		"Premium without long-term support":      {with("sku.tier", "Premium"), "InvalidParameter", "support plan"},
		"long-term support without Premium":      {with("supportPlan", "AKSLongTermSupport"), "InvalidParameter", "support plan"},
		"no such region":                         {with("location", "atlantis"), "LocationNotAvailableForResourceType", "atlantis"},
		"no such resource group":                 {with("resourceGroupName", "none"), "ResourceGroupNotFound", "none"},
		"an invalid name":                        {with("resourceName", "prod_"), "InvalidParameter", "prod_"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := hardened()
			c.change(inputs)
			_, _, err := subscription(t).Create(azuresim.Cluster, inputs)
			refused(t, err, c.code, c.message)
		})
	}
}

// TestClusterAccepted checks inputs that AKS accepts.
func TestClusterAccepted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(properties){
		"cilium on the nodes' subnet":     with("networkProfile.networkPluginMode", nil),
		"a name with an underscore":       with("resourceName", "argo_cd"),
		"a different DNS prefix":          with("dnsPrefix", "other"),
		"two of three zones":              with("pool.availabilityZones", []any{"1", "3"}),
		"node images, default channel":    with("autoUpgradeProfile.upgradeChannel", "node-image"),
		"long-term support":               all(with("kubernetesVersion", "1.32"), with("supportPlan", "AKSLongTermSupport"), with("sku.tier", "Premium")),
		"the nodes' range alone":          with("apiServerAccessProfile.authorizedIPRanges", []any{"0.0.0.0/32"}),
		"every address":                   with("apiServerAccessProfile.authorizedIPRanges", []any{"0.0.0.0/0"}),
		"services around the DNS address": with("networkProfile.serviceCidr", "10.0.0.0/24"),
		"a long name, named node group":   all(with("resourceName", strings.Repeat("x", 62)), with("nodeResourceGroup", "nodes")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := hardened()
			change(inputs)
			create(t, subscription(t), azuresim.Cluster, inputs)
		})
	}
}

func TestShape(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(properties){
		`unknown property "agentPoolProfiles[0].vmsize"`:         with("pool.vmsize", "Standard_D4s_v5"),
		"sku.tier must be a string":                              with("sku.tier", 1),
		`missing required property "resourceGroupName"`:          with("resourceGroupName", nil),
		"tags.owner must be a string":                            with("tags.owner", true),
		"agentPoolProfiles[0].availabilityZones must be a slice": with("pool.availabilityZones", "1"),
	} {
		inputs := hardened()
		change(inputs)
		if _, _, err := subscription(t).Create(azuresim.Cluster, inputs); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestClusterUpdates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]attempt{
		"VM size":             {with("pool.vmSize", "Standard_D8s_v5"), "PropertyChangeNotAllowed", "vmSize"},
		"zones":               {with("pool.availabilityZones", []any{"1"}), "PropertyChangeNotAllowed", "availabilityZones"},
		"network plugin":      {all(with("networkProfile.networkPlugin", "none"), with("networkProfile.networkDataplane", nil), with("networkProfile.networkPolicy", nil)), "PropertyChangeNotAllowed", "networkPlugin"},
		"pod addresses":       {with("networkProfile.podCidr", "10.100.0.0/16"), "PropertyChangeNotAllowed", "podCidr"},
		"private":             {all(with("apiServerAccessProfile.enablePrivateCluster", true), with("apiServerAccessProfile.authorizedIPRanges", nil)), "PropertyChangeNotAllowed", "enablePrivateCluster"},
		"another pool":        {func(in properties) { in["agentPoolProfiles"] = []any{pool("default", "System"), pool("user", "User")} }, "BadRequest", "A new agent pool was introduced"},
		"unsupported version": {with("kubernetesVersion", "1.28"), "K8sVersionNotSupported", "1.28"},
		"a downgrade":         {with("kubernetesVersion", "1.35.0"), "OperationNotAllowed", "Upgrading Kubernetes version 1.35.1 to 1.35.0 is not allowed"},
		"a skipped version":   {with("kubernetesVersion", "1.37"), "OperationNotAllowed", "Upgrading Kubernetes version 1.35.1 to 1.37 is not allowed. Available upgrades: [1.36]"},
		"the next version":    {with("kubernetesVersion", "1.36"), "", ""},
		"with long support":   {all(with("kubernetesVersion", "1.37"), with("supportPlan", "AKSLongTermSupport"), with("sku.tier", "Premium")), "", ""},
		"size":                {with("pool.count", 4), "", ""},
		"a higher minimum":    {with("pool.minCount", 4), "", ""},
		"ranges":              {with("apiServerAccessProfile.authorizedIPRanges", nil), "", ""},
		"tags":                {with("tags.owner", "platform"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := subscription(t)
			id, _ := create(t, a, azuresim.Cluster, hardened())
			inputs := hardened()
			c.change(inputs)
			refused(t, a.Update(azuresim.Cluster, id, inputs), c.code, c.message)
		})
	}
}

// TestStates checks which operations AKS accepts on a cluster that does not run or whose last
// operation failed.
func TestStates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		property, value string
		cluster, argo   string // error codes
	}{
		"stopped":   {property: "powerState", value: "Stopped", cluster: "OperationNotAllowed", argo: "OperationNotAllowed"},
		"failed":    {property: "provisioningState", value: "Failed", argo: "OperationNotAllowed"},
		"deleting":  {property: "provisioningState", value: "Deleting", argo: "OperationNotAllowed"},
		"succeeded": {property: "provisioningState", value: "Succeeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := subscription(t)
			id, _ := create(t, a, azuresim.Cluster, hardened())
			argo, _ := create(t, a, azuresim.ArgoExtension, argoExtension(func(properties) {}))
			err := a.Change(azuresim.Cluster, func(inputs resource.PropertyMap) {
				state := resource.NewStringProperty(c.value)
				if c.property == "powerState" {
					state = resource.NewObjectProperty(resource.PropertyMap{"code": state})
				}
				inputs[resource.PropertyKey(c.property)] = state
			})
			if err != nil {
				t.Fatal(err)
			}
			refused(t, a.Update(azuresim.Cluster, id, hardened()), c.cluster, "")
			refused(t, a.Update(azuresim.ArgoExtension, argo, argoExtension(func(properties) {})), c.argo, "")
		})
	}
}
