package azuresim_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// at returns the property at a path of names.
func at(in properties, path ...string) any {
	var value any = in
	for _, key := range path {
		if pools, is := value.([]any); is && key == "pool" {
			value = pools[0]
			continue
		}
		object, _ := value.(properties)
		value = object[key]
		if value == nil {
			return nil
		}
	}
	return value
}

// TestPutMerges checks that AKS keeps omitted properties and clears empty ones.
func TestPutMerges(t *testing.T) {
	t.Parallel()
	ranges, taints := []any{"203.0.113.0/24"}, []any{"CriticalAddonsOnly=true:NoSchedule"}
	full := all(with("tags", properties{"owner": "platform", "stage": "prod"}), with("pool.nodeTaints", taints), with("supportPlan", "KubernetesOfficial"))
	const pools = "agentPoolProfiles"
	for name, c := range map[string]struct {
		change func(properties)
		path   []string
		want   any
	}{
		"no tags":                {with("tags", nil), []string{"tags", "owner"}, "platform"},
		"empty tags":             {with("tags", properties{}), []string{"tags"}, properties{}},
		"one tag of two":         {with("tags", properties{"owner": "x"}), []string{"tags"}, properties{"owner": "x"}},
		"no ranges":              {with("apiServerAccessProfile", nil), []string{"apiServerAccessProfile", "authorizedIPRanges"}, ranges},
		"empty ranges":           {with("apiServerAccessProfile.authorizedIPRanges", []any{}), []string{"apiServerAccessProfile", "authorizedIPRanges"}, []any{}},
		"no taints":              {with("pool.nodeTaints", nil), []string{pools, "pool", "nodeTaints"}, taints},
		"empty taints":           {with("pool.nodeTaints", []any{}), []string{pools, "pool", "nodeTaints"}, []any{}},
		"no local accounts rule": {with("disableLocalAccounts", nil), []string{"disableLocalAccounts"}, true},
		"local accounts":         {with("disableLocalAccounts", false), []string{"disableLocalAccounts"}, false},
		"no Entra":               {with("aadProfile", nil), []string{"aadProfile", "managed"}, true},
		"no image cleaner":       {with("securityProfile.imageCleaner", nil), []string{"securityProfile", "imageCleaner", "intervalHours"}, 48.0},
		"no support plan":        {with("supportPlan", nil), []string{"supportPlan"}, "KubernetesOfficial"},
		"no autoscaling rule":    {with("pool.enableAutoScaling", nil), []string{pools, "pool", "maxCount"}, 5.0},
		"no autoscaling":         {all(with("pool.enableAutoScaling", false), with("pool.minCount", nil), with("pool.maxCount", nil)), []string{pools, "pool", "maxCount"}, nil},
		"no network":             {with("networkProfile", nil), []string{"networkProfile", "networkPolicy"}, "cilium"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := subscription(t)
			before, after := hardened(), hardened()
			full(before)
			full(after)
			c.change(after)
			id, _ := create(t, a, azuresim.Cluster, before)
			if err := a.Update(azuresim.Cluster, id, after); err != nil {
				t.Fatal(err)
			}
			if got := at(a.Inputs(azuresim.Cluster)[id].Mappable(), c.path...); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%v: got %v, want %v", c.path, got, c.want)
			}
		})
	}
}

// TestAutoscaler checks that the autoscaler resizes a pool, and that the next request
// with another size overrides it.
func TestAutoscaler(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	cluster, _ := create(t, a, azuresim.Cluster, hardened())
	autoscaled := userPool(all(with("enableAutoScaling", true), with("minCount", 0), with("maxCount", 5)))
	user, _ := create(t, a, azuresim.AgentPool, autoscaled)
	sizes := func() [2]float64 {
		t.Helper()
		system := at(a.Inputs(azuresim.Cluster)[cluster].Mappable(), "agentPoolProfiles", "pool", "count")
		return [2]float64{system.(float64), a.Inputs(azuresim.AgentPool)[user]["count"].NumberValue()}
	}
	for name, count := range map[string]int{"default": 5, "user": 0} {
		if err := a.Scale(name, count); err != nil {
			t.Fatal(err)
		}
	}
	if got := sizes(); got != [2]float64{5, 0} {
		t.Errorf("scaled to %v", got)
	}
	for _, c := range []struct {
		pool  string
		count int
	}{{"default", 6}, {"default", 2}, {"none", 3}} {
		if err := a.Scale(c.pool, c.count); err == nil {
			t.Errorf("scaled %s to %d", c.pool, c.count)
		}
	}
	refused(t, a.Update(azuresim.AgentPool, user, userPool(with("count", nil))), "InvalidParameter", "count is missing")
	refused(t, a.Update(azuresim.Cluster, cluster, hardened()), "", "")
	refused(t, a.Update(azuresim.AgentPool, user, autoscaled), "", "")
	if got := sizes(); got != [2]float64{3, 4} {
		t.Errorf("requests with 3 and 4 nodes scaled to %v", got)
	}
}

// TestOnePoolOfAName checks that a cluster's own pools and added pools share a namespace.
func TestOnePoolOfAName(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	create(t, a, azuresim.Cluster, hardened())
	_, _, err := a.Create(azuresim.AgentPool, userPool(with("agentPoolName", "default")))
	refused(t, err, "Conflict", "/agentPools/default")
}

// TestDefaults checks that AKS adds its defaults to the inputs, with pools in the order of
// their names.
func TestDefaults(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	_, answer := create(t, a, azuresim.Cluster, properties{
		"resourceName": "argo", "resourceGroupName": "prod", "location": "westeurope", "dnsPrefix": "argo", "identity": properties{"type": "SystemAssigned"},
		"agentPoolProfiles": []any{properties{"name": "default", "mode": "System", "count": 1, "osSKU": "AzureLinux"}},
	})
	for _, c := range []struct {
		want any
		path []string
	}{
		{"MC_prod_argo_westeurope", []string{"nodeResourceGroup"}},
		{"overlay", []string{"networkProfile", "networkPluginMode"}},
		{"10.244.0.0/16", []string{"networkProfile", "podCidr"}},
		{"NodeImage", []string{"autoUpgradeProfile", "nodeOSUpgradeChannel"}},
		{"msi", []string{"servicePrincipalProfile", "clientId"}},
		{250.0, []string{"agentPoolProfiles", "pool", "maxPods"}},
		{"AzureLinux", []string{"agentPoolProfiles", "pool", "osSKU"}},
		{nil, []string{"windowsProfile"}},
	} {
		if got := at(answer, c.path...); got != c.want {
			t.Errorf("%v: got %v, want %v", c.path, got, c.want)
		}
	}
	for _, name := range []string{"zebra", "ant"} {
		create(t, a, azuresim.AgentPool, userPool(all(with("agentPoolName", name), with("resourceName", "argo"))))
	}
	var names []string
	for _, answer := range a.Answers(azuresim.Cluster) {
		for _, pool := range answer["agentPoolProfiles"].ArrayValue() {
			names = append(names, pool.ObjectValue()["name"].StringValue())
		}
	}
	if !slices.Equal(names, []string{"default", "ant", "zebra"}) {
		t.Errorf("pools %v", names)
	}
}
