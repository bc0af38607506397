package provider

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

type properties = map[string]any

func toMap(values properties) resource.PropertyMap { return resource.NewPropertyMapFromMap(values) }

// TestReplacements has a row for each way in which azure-native decides between a
// replacement and an update.
func TestReplacements(t *testing.T) {
	t.Parallel()
	kinds := aks.New(nil, nil, nil).Kinds()
	network := func(network properties) properties { return properties{"networkProfile": network} }
	pool := func(pool properties) properties { return properties{"agentPoolProfiles": []any{pool}} }
	for name, c := range map[string]struct {
		token                 string
		before, after, answer properties
		replaces              string
	}{
		"a changed value below networkProfile": {aks.Cluster, network(properties{"networkPolicy": "calico"}), network(properties{"networkPolicy": "azure"}), nil, "networkProfile.networkPolicy"},
		"deep below networkProfile":            {aks.Cluster, network(properties{"loadBalancerProfile": properties{"managedOutboundIPs": properties{"count": 1}}}), network(properties{"loadBalancerProfile": properties{"managedOutboundIPs": properties{"count": 2}}}), nil, "networkProfile.loadBalancerProfile.managedOutboundIPs.count"},
		"a list below networkProfile":          {aks.Cluster, network(properties{"podCidrs": []any{"10.1.0.0/16"}}), network(properties{"podCidrs": []any{"10.2.0.0/16"}}), nil, "networkProfile.podCidrs[0]"},
		"a key added below networkProfile":     {aks.Cluster, network(properties{"networkPlugin": "azure"}), network(properties{"networkPlugin": "azure", "networkPolicy": "azure"}), nil, ""},
		"a key removed below networkProfile":   {aks.Cluster, network(properties{"networkPlugin": "azure", "networkPolicy": "azure"}), network(properties{"networkPlugin": "azure"}), nil, ""},
		"a first networkProfile":               {aks.Cluster, nil, network(properties{"networkPlugin": "azure"}), nil, "networkProfile"},
		"a removed networkProfile":             {aks.Cluster, network(properties{"networkPlugin": "azure"}), nil, nil, "networkProfile"},
		"a networkProfile equal to the answer": {aks.Cluster, nil, network(properties{"networkPlugin": "azure"}), network(properties{"networkPlugin": "azure"}), ""},
		"a subset of the answer":               {aks.Cluster, nil, network(properties{"networkPlugin": "azure"}), network(properties{"networkPlugin": "azure", "ipFamilies": []any{"IPv4"}}), "networkProfile"},
		"node resource group":                  {aks.Cluster, nil, properties{"nodeResourceGroup": "nodes"}, properties{"nodeResourceGroup": "MC_prod"}, "nodeResourceGroup"},
		"node resource group of the answer":    {aks.Cluster, nil, properties{"nodeResourceGroup": "MC_prod"}, properties{"nodeResourceGroup": "MC_prod"}, ""},
		"DNS prefix":                           {aks.Cluster, properties{"dnsPrefix": "a"}, properties{"dnsPrefix": "b"}, nil, "dnsPrefix"},
		"location":                             {aks.Cluster, properties{"location": "westeurope"}, properties{"location": "westus3"}, nil, "location"},
		"location by display name":             {aks.Cluster, properties{"location": "westeurope"}, properties{"location": "West Europe"}, nil, ""},
		"resource group in capitals":           {aks.Cluster, properties{"resourceGroupName": "prod"}, properties{"resourceGroupName": "Prod"}, nil, ""},
		"a removed Windows profile":            {aks.Cluster, properties{"windowsProfile": properties{"adminUsername": "azureuser"}}, nil, nil, "windowsProfile"},
		"disk encryption":                      {aks.Cluster, nil, properties{"diskEncryptionSetID": "/x"}, nil, "diskEncryptionSetID"},
		"VM size of the cluster's own pool":    {aks.Cluster, pool(properties{"vmSize": "a"}), pool(properties{"vmSize": "b"}), nil, ""},
		"network of the cluster's own pool":    {aks.Cluster, pool(properties{"networkProfile": properties{"x": "a"}}), pool(properties{"networkProfile": properties{"x": "b"}}), nil, "agentPoolProfiles[0].networkProfile.x"},
		"tier":                                 {aks.Cluster, properties{"sku": properties{"tier": "Free"}}, properties{"sku": properties{"tier": "Standard"}}, nil, ""},
		"VM size of a pool":                    {aks.AgentPool, properties{"vmSize": "a"}, properties{"vmSize": "b"}, nil, "vmSize"},
		"GPU profile of a pool":                {aks.AgentPool, nil, properties{"gpuInstanceProfile": "MIG1g"}, nil, "gpuInstanceProfile"},
		"zones of a pool":                      {aks.AgentPool, properties{"availabilityZones": []any{"1"}}, properties{"availabilityZones": []any{"2"}}, nil, ""},
		"size of a pool":                       {aks.AgentPool, properties{"count": 3}, properties{"count": 4}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff := native{}.diff(kinds[c.token], plugin.DiffRequest{OldInputs: toMap(c.before), NewInputs: toMap(c.after), OldOutputs: toMap(c.answer)})
			var want []resource.PropertyKey
			if c.replaces != "" {
				want = []resource.PropertyKey{resource.PropertyKey(c.replaces)}
			}
			if !slices.Equal(diff.ReplaceKeys, want) || diff.DeleteBeforeReplace != (want != nil) {
				t.Errorf("replaced for %v (delete before replace: %v), want %v", diff.ReplaceKeys, diff.DeleteBeforeReplace, want)
			}
		})
	}
}

// TestRead checks that an import takes all writable properties of the answer, and a refresh
// only those that changed.
func TestRead(t *testing.T) {
	t.Parallel()
	cluster := aks.New(nil, nil, nil).Kinds()[aks.Cluster]
	answer := func(count int, pools ...string) properties {
		all := []any{}
		for _, name := range pools {
			all = append(all, properties{"name": name, "currentOrchestratorVersion": "1.35.1", "maxPods": 250})
		}
		return properties{
			"fqdn": "x", "supportPlan": "KubernetesOfficial", "agentPoolProfiles": all,
			"networkProfile": properties{"networkPlugin": "azure", "loadBalancerProfile": properties{"managedOutboundIPs": properties{"count": count}, "effectiveOutboundIPs": []any{properties{"id": "/ip"}}}},
		}
	}
	written := func(count int) properties {
		return properties{"networkPlugin": "azure", "loadBalancerProfile": properties{"managedOutboundIPs": properties{"count": count}}}
	}
	system, user := properties{"name": "system"}, properties{"name": "user", "maxPods": 250}
	for name, c := range map[string]struct{ inputs, state, now, want properties }{
		"import": {nil, nil, answer(1, "system"), properties{
			"supportPlan": "KubernetesOfficial", "networkProfile": written(1), "agentPoolProfiles": []any{properties{"name": "system", "maxPods": 250}},
		}},
		"no change":            {properties{"agentPoolProfiles": []any{system}}, answer(1, "system"), answer(1, "system"), properties{"agentPoolProfiles": []any{system}}},
		"an added pool":        {properties{"agentPoolProfiles": []any{system}}, answer(1, "system"), answer(1, "system", "user"), properties{"agentPoolProfiles": []any{system, user}}},
		"an outbound address":  {properties{"dnsPrefix": "x"}, answer(1), answer(2), properties{"dnsPrefix": "x", "networkProfile": written(2)}},
		"a given network":      {properties{"networkProfile": properties{"networkPlugin": "azure"}}, answer(1), answer(2), properties{"networkProfile": properties{"networkPlugin": "azure", "loadBalancerProfile": properties{"managedOutboundIPs": properties{"count": 2}}}}},
		"read-only properties": {properties{"dnsPrefix": "x"}, properties{"fqdn": "old"}, properties{"fqdn": "new"}, properties{"dnsPrefix": "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := native{}.inputs(cluster, plugin.ReadRequest{Inputs: toMap(c.inputs), State: toMap(c.state)}, property.From(c.now))
			if want := toMap(c.want); !resource.PropertyMap(got).DeepEquals(want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
		})
	}
}
