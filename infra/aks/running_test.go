package aks

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

func TestNotLowered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ configured, running, want string }{
		{"", "1.36.2", ""},           // AKS chooses
		{"1.35", "", "1.35"},         // not deployed yet
		{"1.35", "1.35.4", "1.35"},   // matches any patch
		{"1.36", "1.35.4", "1.36"},   // an upgrade
		{"1.35", "1.36.1", "1.36.1"}, // upgraded outside the program
		{"1.35.2", "1.35.4", "1.35.4"},
		{"1.35.4", "1.35.2", "1.35.4"},
		{"1.35.10", "1.35.9", "1.35.10"},
		{"1.9", "1.10.1", "1.10.1"},
	} {
		if got := notLowered(c.configured, c.running); got != c.want {
			t.Errorf("configured %q, running %q: sent %q, want %q", c.configured, c.running, got, c.want)
		}
	}
}

// deployOn deploys over an existing cluster.
func deployOn(t *testing.T, running object, settings ClusterSettings) *mocks.Recorder {
	t.Helper()
	recorded := (&mocks.Recorder{Existing: running}).Accepted(t, nil, func(ctx *pulumi.Context) error {
		_, err := NewAksCluster(ctx, "aks", &AksClusterArgs{Name: "shop", Region: "westus3", ClusterSettings: settings})
		return err
	})
	return recorded
}

// TestRunningCluster: the program sends back the counts and versions that AKS has chosen.
func TestRunningCluster(t *testing.T) {
	t.Parallel()
	pool := func(name string, count int, version string) object {
		return mocks.With(mocks.NodePool(count), object{"name": name, "currentOrchestratorVersion": version, "vmSize": "Standard_D2s_v5"})
	}
	running := func(system, user int) object {
		return mocks.ExistingCluster(object{
			"currentKubernetesVersion": "1.36.1", "aadProfile": object{"managed": true, "enableAzureRBAC": true},
			"agentPoolProfiles": []any{pool("default", system, "1.36.1"), pool("user", user, "1.36.0")},
		})
	}
	scales := NodePool{MinCount: 3, MaxCount: 8}
	settings := ClusterSettings{ClusterUpgrades: ClusterUpgrades{KubernetesVersion: "1.35"}, NodePool: scales, UserPool: &UserPool{MinCount: 3, MaxCount: 8}}
	for name, c := range map[string]struct {
		running                object
		systemCount, userCount float64
		version, userVersion   string
	}{
		"grown":                       {running(5, 6), 5, 6, "1.36.1", "1.36.0"},
		"outside its bounds":          {running(1, 20), 3, 8, "1.36.1", "1.36.0"},
		"not deployed":                {nil, 3, 3, "1.35", "1.35"},
		"without a pool of that name": {mocks.ExistingCluster(object{"currentKubernetesVersion": "1.35.2"}), 3, 3, "1.35", "1.35"},
		"pool without a count":        {mocks.ExistingCluster(object{"agentPoolProfiles": []any{object{"name": "user"}}}), 3, 3, "1.35", "1.35"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := deployOn(t, c.running, settings)
			cluster, user := recorded.One(t, mocks.Cluster).Inputs, recorded.One(t, mocks.AgentPool).Inputs
			system := cluster["agentPoolProfiles"].ArrayValue()[0].ObjectValue()
			if system["count"].NumberValue() != c.systemCount || user["count"].NumberValue() != c.userCount {
				t.Errorf("counts %v and %v", system["count"], user["count"])
			}
			if cluster["kubernetesVersion"].StringValue() != c.version || user["orchestratorVersion"].StringValue() != c.userVersion {
				t.Errorf("versions %v and %v", cluster["kubernetesVersion"], user["orchestratorVersion"])
			}
		})
	}
	// Entra authentication stays on; the former administrators are removed.
	entra := deployOn(t, running(3, 3), ClusterSettings{}).One(t, mocks.Cluster).Inputs["aadProfile"]
	want := object{"managed": true, "enableAzureRBAC": false, "adminGroupObjectIDs": []any{}}
	if !entra.DeepEquals(resource.NewPropertyValue(want)) {
		t.Errorf("aadProfile %v", entra)
	}
}

// TestLookupFails: a failed lookup fails the deployment.
func TestLookupFails(t *testing.T) {
	t.Parallel()
	recorded := &mocks.Recorder{LookupError: "Status=403 Code=\"AuthorizationFailed\""}
	err := recorded.Run(nil, func(ctx *pulumi.Context) error {
		_, err := NewAksCluster(ctx, "aks", &AksClusterArgs{Name: "shop", Region: "westus3"})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "reading cluster shop: ") || !strings.Contains(err.Error(), "AuthorizationFailed") {
		t.Errorf("got %v", err)
	}
	if len(recorded.All(mocks.ResourceGroup)) > 0 {
		t.Error("continued after the error")
	}
}

// TestDerivedNames: names derived from the cluster's name are valid in Azure.
func TestDerivedNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 40)
	for _, c := range []struct{ name, group, dnsPrefix, nodes string }{
		{"shop", "", "shop", ""},
		{"my_cluster", "old(group)." + "x", "my-cluster", ""},
		{long, "", long, ("MC_" + long + "_" + long + "_westus3")[:80]},
		{strings.Repeat("a", 53) + "_" + "b", "", strings.Repeat("a", 53), ("MC_" + strings.Repeat("a", 53) + "_b_" + strings.Repeat("a", 53))[:80]},
		{"shop", strings.Repeat("g", 76) + ".." + "g", "shop", "MC_" + strings.Repeat("g", 76)},
	} {
		args := &AksClusterArgs{Name: c.name, ResourceGroupName: c.group, Region: "westus3"}
		if problems := args.Problems(); len(problems) > 0 {
			t.Error(problems.Arguments())
		}
		if got := args.dnsPrefix(); got != c.dnsPrefix {
			t.Errorf("%s: dnsPrefix %s, want %s", c.name, got, c.dnsPrefix)
		}
		if got := args.nodeResourceGroup(); got != c.nodes {
			t.Errorf("%s: node resource group %s, want %s", c.name, got, c.nodes)
		}
	}
}
