package lifecycle

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestManualChanges checks that manual changes in Azure stay and cause no replacement, with and
// without a refresh: here `az aks update --load-balancer-managed-outbound-ip-count 2`.
func TestManualChanges(t *testing.T) {
	t.Parallel()
	for name, count := range map[string]int{"dev": e2e.DevResources, "prod": e2e.ProdResources} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, azure := e2e.Open(t, name)
			e2e.Want(t, stack.Up, map[string]int{"create": count})
			balancer := map[string]any{"networkProfile": map[string]any{"loadBalancerProfile": map[string]any{"managedOutboundIPs": map[string]any{"count": 2}}}}
			change(t, azure, azuresim.Cluster, balancer)
			e2e.Succeed(t, stack.Refresh)
			e2e.Set(t, stack, "cluster.tier", "Standard")
			e2e.OnlyUpdates(t, stack.Up)
			if answer := answers(t, azure, azuresim.Cluster); !strings.Contains(answer, `"managedOutboundIPs":{"count":2}`) {
				t.Errorf("up removed the addresses of the load balancer: %s", answer)
			}
			e2e.OnlyUpdates(t, stack.Up)
		})
	}
}

// change merges properties into the one object of a type, as az does.
func change(t *testing.T, azure *azuresim.Azure, token string, properties map[string]any) {
	t.Helper()
	e2e.Break(t, azure, token, func(inputs resource.PropertyMap) { merge(inputs, resource.NewPropertyMapFromMap(properties)) })
}

func merge(into, more resource.PropertyMap) {
	for key, value := range more {
		if into[key].IsObject() && value.IsObject() {
			below := into[key].ObjectValue().Copy()
			merge(below, value.ObjectValue())
			value = resource.NewObjectProperty(below)
		}
		into[key] = value
	}
}

// TestNetworkReplacement checks that a change of any network value, or a first network, replaces
// the cluster, and that a protected stack rejects it.
func TestNetworkReplacement(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ stack, key, value string }{
		"policy":        {"prod", "cluster.network.policy", "none"},
		"first network": {"dev", "cluster.network.plugin", "azure"},
		"outbound type": {"prod", "cluster.network.outboundType", "managedNATGateway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, azure := e2e.Open(t, c.stack)
			e2e.Set(t, stack, "protect", "true")
			if name == "policy" {
				e2e.Set(t, stack, "cluster.network.dataplane", "azure")
				e2e.Set(t, stack, "cluster.network.policy", "azure")
			}
			e2e.Succeed(t, stack.Up)
			before := azure.IDs()
			e2e.Set(t, stack, c.key, c.value)
			e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "unable to replace", "up")
			e2e.SameObjects(t, azure, before, "after the refused up")
		})
	}
}

// TestManualUpgrade checks that up does not revert a manual Kubernetes upgrade, with and without a
// refresh. The next minor version in the configuration upgrades the cluster.
func TestManualUpgrade(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	raised := resource.NewStringProperty("1.36.2")
	err := errors.Join(azure.Change(azuresim.Cluster, func(cluster resource.PropertyMap) {
		cluster["kubernetesVersion"] = raised
		cluster["agentPoolProfiles"].ArrayValue()[0].ObjectValue()["orchestratorVersion"] = raised
	}), azure.Change(azuresim.AgentPool, func(pool resource.PropertyMap) { pool["orchestratorVersion"] = raised }))
	e2e.NoError(t, err)
	version := func(want string) {
		t.Helper()
		for _, token := range []string{azuresim.Cluster, azuresim.AgentPool} {
			if answer := answers(t, azure, token); !strings.Contains(answer, `Version":"`+want) || strings.Contains(answer, `Version":"1.35`) {
				t.Errorf("%s is missing, or a part is older: %s", want, answer)
			}
		}
	}
	e2e.Set(t, stack, "tags.owner", "another-team")
	e2e.OnlyUpdates(t, stack.Up)
	version("1.36.2")
	const lower = `cluster.kubernetesVersion "1.35" has no effect: the cluster runs 1.36.2, and AKS does not downgrade; set it to 1.36`
	if warnings := strings.Join(stack.Last.Warnings, "\n"); !strings.Contains(warnings, lower) {
		t.Errorf("no warning of the lower version: %s", warnings)
	}
	e2e.Set(t, stack, "cluster.kubernetesVersion", "1.38")
	_, err = stack.Preview(t.Context())
	e2e.WantError(t, err, `cluster.kubernetesVersion "1.38" skips a minor version: the cluster runs 1.36.2`, "preview")
	e2e.Set(t, stack, "cluster.kubernetesVersion", "1.35")
	e2e.Succeed(t, stack.Refresh)
	e2e.Set(t, stack, "tags.owner", "platform")
	e2e.OnlyUpdates(t, stack.Up)
	version("1.36.2")
	e2e.Set(t, stack, "cluster.kubernetesVersion", "1.37")
	e2e.OnlyUpdates(t, stack.Up)
	version("1.37")
}

// TestRenamedCredential checks that a renamed federated credential is deleted before the new one is
// created, because Entra accepts only one for a service account.
func TestRenamedCredential(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	e2e.Set(t, stack, "names.federatedCredential", "argocd-sso")
	e2e.Want(t, stack.Up, map[string]int{"replace": 1, "same": e2e.DevResources - 1})
	replaced(t, stack, 1)
	for _, credential := range azure.Inputs(azuresim.FederatedCredential) {
		if name := credential["displayName"].StringValue(); name != "argocd-sso" {
			t.Errorf("the credential is %s", name)
		}
	}
}

// TestRenamedOnExistingCluster checks that another name creates a new application and credential on
// the same cluster.
func TestRenamedOnExistingCluster(t *testing.T) {
	t.Parallel()
	azure, owner := withPlatform(t)
	stack := e2e.OpenOn(t, azure, "dev")
	e2e.Set(t, stack, "cluster.existingId", e2e.Output(t, owner, "id"))
	e2e.Unset(t, stack, "region")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ExistingResources})
	e2e.Set(t, stack, "name", "gitops")
	e2e.Want(t, stack.Up, map[string]int{"replace": 1, "update": 1, "same": e2e.ExistingResources - 2})
	replaced(t, stack, 1)
}

// TestManualDeletion checks that azuread cannot delete a missing application, and that a refresh,
// as documented, corrects it.
func TestManualDeletion(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	azure.Remove(azuresim.Application)
	if _, err := stack.Destroy(t.Context()); err == nil {
		t.Error("destroy of a missing application succeeded")
	}
	e2e.Succeed(t, stack.Refresh)
	e2e.Succeed(t, stack.Destroy)
	e2e.Nothing(t, azure)
}

// TestLongNames checks that the program shortens the name of the node resource group to AKS' limit.
func TestLongNames(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	e2e.Set(t, stack, "name", strings.Repeat("long-name-", 5)+"end")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
	for _, cluster := range azure.Answers(azuresim.Cluster) {
		if group := cluster["nodeResourceGroup"].StringValue(); len(group) != 80 {
			t.Errorf("node resource group %s", group)
		}
	}
}

// TestUserPoolMoves checks that a node pool with another name is created before the old one is
// deleted, so Argo CD always has nodes.
func TestUserPoolMoves(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "prod")
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	e2e.Set(t, stack, "cluster.userPool.vmSize", "Standard_D8s_v5")
	e2e.Set(t, stack, "cluster.userPool.name", "blue")
	before := len(azure.Operations())
	ask := make(chan bool)
	fewest := make(chan int)
	go func() { fewest <- minNodes(azure, ask) }()
	e2e.Want(t, stack.Up, map[string]int{"create": 1, "delete": 1, "same": e2e.ProdResources - 1})
	close(ask)
	if n := <-fewest; n < 4 {
		t.Errorf("Argo CD had only %d nodes", n)
	}
	var pools []string
	for _, operation := range azure.Operations()[before:] {
		if operation.Type == azuresim.AgentPool && operation.Verb != "read" {
			pools = append(pools, operation.Verb+" "+operation.ID[strings.LastIndex(operation.ID, "/")+1:])
		}
	}
	if got := strings.Join(pools, ", "); got != "create blue, delete user" {
		t.Errorf("pools: %s", got)
	}
}

// minNodes returns the minimum number of nodes for Argo CD's pods over time.
func minNodes(azure *azuresim.Azure, until <-chan bool) int {
	fewest := math.MaxInt
	for {
		extension, err := azure.Extension()
		if err != nil {
			return 0
		}
		fewest = min(fewest, extension.Nodes)
		select {
		case <-until:
			return fewest
		default:
		}
	}
}

// TestSizeWarning checks that a preview warns if a new size without a new name deletes the pool
// first.
func TestSizeWarning(t *testing.T) {
	t.Parallel()
	stack, _ := e2e.Open(t, "prod")
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	const warning = "is deleted and recreated with other nodes"
	for _, c := range []struct {
		key, value string
		warns      bool
	}{
		{"cluster.userPool.maxCount", "9", false},
		{"cluster.userPool.vmSize", "Standard_D8s_v5", true},
		{"cluster.userPool.vmSize", "Standard_D4s_v5", false},
		{"cluster.userPool.zones[2]", "", true},
		{"cluster.userPool.name", "blue", false},
	} {
		e2e.NoError(t, stack.Set(t.Context(), c.key, c.value))
		e2e.Succeed(t, stack.Preview)
		if warnings := strings.Join(stack.Last.Warnings, "\n"); strings.Contains(warnings, warning) != c.warns {
			t.Errorf("%s = %s: warns %v: %s", c.key, c.value, !c.warns, warnings)
		}
	}
	e2e.Succeed(t, stack.Up)
}
