package e2e

import (
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"

	"argocd-on-aks/tests/azuresim"
)

// TestChangesInPlace: what Azure can change in place is updated, and nothing
// else is touched. The README's table of changes has these rows.
func TestChangesInPlace(t *testing.T) {
	t.Parallel()
	stack, _ := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	for _, c := range []struct {
		key, value string
		updated    int
	}{
		{"cluster.userPool.minCount", "5", 1},
		{"cluster.authorizedIpRanges[0]", "198.51.100.0/24", 1},
		{"cluster.kubernetesVersion", "1.36", 2},
		{"cluster.tier", "Premium", 1},
		{"cluster.maintenance.day", "Saturday", 2},
		{"tags.owner", "platform-engineering", 3}, // resource group, cluster, user pool
		{"domain", "argo.example.com", 2},         // application, extension
		{"ingress.tlsSecret", "other-tls", 1},     // extension, as all that follows
		{"roles[0].role", "admin", 1},
		{"policies[1]", "p, role:deployer, applications, *, shop/*, allow", 1},
		{"releaseTrain", "Preview", 1},
	} {
		set(t, stack, c.key, c.value)
		got, err := stack.Up(t.Context())
		expected := map[string]int{"same": prodResources - c.updated, "update": c.updated}
		if err != nil || !maps.Equal(got, expected) {
			t.Errorf("%s = %s: got %v, %v; want %v", c.key, c.value, got, err, expected)
		}
	}
}

// TestPrivateLater: AKS makes no running cluster private.
func TestPrivateLater(t *testing.T) {
	t.Parallel()
	stack, _ := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	set(t, stack, "cluster.privateCluster", "true")
	want(t, stack.Up, map[string]int{"replace": 2, "update": 1, "same": devResources - 3})
}

// TestPinnedExtension pins a version, follows a train again and changes trains.
func TestPinnedExtension(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	for _, c := range []struct {
		version, train string
		upgrades       bool
	}{{"1.0.2", "", false}, {"", "Stable", true}, {"", "Preview", true}} {
		set(t, stack, "extensionVersion", c.version)
		set(t, stack, "releaseTrain", c.train)
		want(t, stack.Up, map[string]int{"update": 1, "same": devResources - 1})
		for _, inputs := range azure.Inputs(azuresim.ArgoExtension) {
			version := inputs["version"]
			if version.IsString() != (c.version != "") || inputs["autoUpgradeMinorVersion"].BoolValue() != c.upgrades {
				t.Errorf("%+v: version %v, autoUpgradeMinorVersion %v", c, version, inputs["autoUpgradeMinorVersion"])
			}
		}
	}
}

// TestReplacement: another size of VM means other nodes, not another cluster.
// Only what is fixed for the cluster's life replaces it, which a protected stack
// refuses before anything is deleted.
func TestReplacement(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	before := azure.IDs()
	set(t, stack, "cluster.network.podCidr", "10.100.0.0/16")
	if _, err := stack.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "protect") {
		t.Fatalf("replacing a protected cluster: %v", err)
	}
	if after := azure.IDs(); len(after) != len(before) {
		t.Fatalf("the refused up deleted something: %v, then %v", before, after)
	}
	if err := stack.RemoveConfigWithOptions(t.Context(), "argocd-on-aks:cluster.network.podCidr", &auto.ConfigOptions{Path: true}); err != nil {
		t.Fatal(err)
	}
	set(t, stack, "protect", "false")
	want(t, stack.Up, map[string]int{"same": prodResources})

	set(t, stack, "cluster.userPool.vmSize", "Standard_D8s_v5")
	want(t, stack.Up, map[string]int{"replace": 1, "same": prodResources - 1})

	set(t, stack, "cluster.network.podCidr", "10.100.0.0/16")
	// With the cluster go its user pool, the extension and both maintenance
	// windows; the federated credential follows the new issuer.
	want(t, stack.Up, map[string]int{"replace": 5, "update": 1, "same": prodResources - 6})
}

// TestUserPoolLater gives a running cluster its second pool, and takes it away.
func TestUserPoolLater(t *testing.T) {
	t.Parallel()
	stack, _ := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	set(t, stack, "cluster.userPool.nodeCount", "4")
	want(t, stack.Up, map[string]int{"create": 1, "update": 1, "same": devResources - 1})
	set(t, stack, "highAvailability", "true")
	want(t, stack.Up, map[string]int{"update": 1, "same": devResources})
	set(t, stack, "highAvailability", "false")
	if err := stack.RemoveConfigWithOptions(t.Context(), "argocd-on-aks:cluster.userPool", &auto.ConfigOptions{Path: true}); err != nil {
		t.Fatal(err)
	}
	want(t, stack.Up, map[string]int{"delete": 1, "update": 2, "same": devResources - 2})
}

// TestRefreshOfUserPool: the first refresh finds the user pool in the cluster's
// own list as well. The next up takes it off the list, not off the cluster, and
// that was it.
func TestRefreshOfUserPool(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	want(t, stack.Refresh, map[string]int{"update": 1, "same": prodResources - 1})
	want(t, stack.Up, map[string]int{"update": 1, "same": prodResources - 1})
	if n := len(azure.Inputs(azuresim.AgentPool)); n != 1 {
		t.Fatalf("%d user pools", n)
	}
	want(t, stack.Refresh, map[string]int{"same": prodResources})
	want(t, stack.Up, map[string]int{"same": prodResources})
}

// TestAutoscaledPools: the sizes that the autoscaler has chosen stay on every
// path, and so does the version that AKS has raised.
func TestAutoscaledPools(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	grow := func(to int) {
		t.Helper()
		for _, pool := range []string{"default", "user"} {
			if err := azure.Scale(pool, to); err != nil {
				t.Fatal(err)
			}
		}
	}
	sizes := func(want int) {
		t.Helper()
		for _, cluster := range azure.Answers(azuresim.Cluster) {
			for _, pool := range cluster["agentPoolProfiles"].ArrayValue() {
				if count := pool.ObjectValue()["count"].NumberValue(); count != float64(want) {
					t.Errorf("pool %v has %v nodes, want %d", pool.ObjectValue()["name"], count, want)
				}
			}
		}
	}

	grow(5)
	set(t, stack, "tags.owner", "platform-engineering") // and no refresh
	want(t, stack.Up, map[string]int{"update": 3, "same": prodResources - 3})
	sizes(5)
	want(t, stack.Up, map[string]int{"same": prodResources})

	grow(4)
	if _, err := stack.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	set(t, stack, "cluster.tier", "Premium")
	onlyUpdates(t, stack.Up)
	sizes(4)
	want(t, stack.Up, map[string]int{"same": prodResources})

	grow(5)
	onlyUpdates(t, stack.Up) // with nothing else to change
	sizes(5)
	want(t, stack.Up, map[string]int{"same": prodResources})
}
