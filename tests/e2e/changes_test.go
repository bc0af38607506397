package e2e

import (
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
		{"cluster.kubernetesVersion", "1.36", 1},
		{"cluster.tier", "Premium", 1},
		{"cluster.maintenance.day", "Saturday", 2},
		{"tags.owner", "platform-engineering", 2}, // resource group, cluster
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

// TestReplacement: what AKS cannot change means another cluster, which a
// protected stack refuses before anything is deleted.
func TestReplacement(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	before := azure.IDs()
	set(t, stack, "cluster.userPool.vmSize", "Standard_D8s_v5")
	if _, err := stack.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "protect") {
		t.Fatalf("replacing a protected cluster: %v", err)
	}
	if after := azure.IDs(); len(after) != len(before) {
		t.Fatalf("the refused up deleted something: %v, then %v", before, after)
	}
	set(t, stack, "protect", "false")
	set(t, stack, "cluster.userPool.vmSize", "Standard_D4s_v5")
	want(t, stack.Up, map[string]int{"same": prodResources})
	set(t, stack, "cluster.userPool.vmSize", "Standard_D8s_v5")
	// The cluster, and in it its extension and both maintenance windows; the
	// federated credential follows the new issuer.
	want(t, stack.Up, map[string]int{"replace": 4, "update": 1, "same": prodResources - 5})
}

// TestAutoscaledPool: the size that AKS has chosen is no drift.
func TestAutoscaledPool(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	err := azure.Change(cluster, func(inputs resource.PropertyMap) {
		pools := inputs["agentPoolProfiles"].ArrayValue()
		pools[1].ObjectValue()["count"] = resource.NewNumberProperty(7)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stack.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, stack.Up, map[string]int{"same": prodResources})
	set(t, stack, "cluster.tier", "Premium")
	want(t, stack.Up, map[string]int{"update": 1, "same": prodResources - 1})
	for _, inputs := range azure.Inputs(cluster) {
		if count := inputs["agentPoolProfiles"].ArrayValue()[1].ObjectValue()["count"].NumberValue(); count != 7 {
			t.Errorf("an update of the tier scaled the pool to %v", count)
		}
	}
}
