package lifecycle

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestRemovedSettings removes each setting from a running stack and checks Azure, which keeps
// properties that a request omits.
func TestRemovedSettings(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "prod")
	e2e.Set(t, stack, "protect", "false")
	e2e.Set(t, stack, "defaultRole", "readonly")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	for _, c := range []struct {
		key, token, had, has string
	}{
		{"tags", azuresim.ResourceGroup, `"owner":"platform"`, `"tags":{}`},
		{"cluster.authorizedIpRanges", azuresim.Cluster, `203.0.113.0/24`, `"authorizedIPRanges":[]`},
		{"cluster.imageCleanerHours", azuresim.Cluster, `"imageCleaner":{"enabled":true`, `"imageCleaner":{"enabled":false`},
		{"cluster.lockNodeResourceGroup", azuresim.Cluster, `"restrictionLevel":"ReadOnly"`, `"restrictionLevel":"Unrestricted"`},
		{"cluster.disableLocalAccounts", azuresim.Cluster, `"disableLocalAccounts":true`, `"disableLocalAccounts":false`},
		{"cluster.azureRbac", azuresim.Cluster, `"enableAzureRBAC":true`, `"enableAzureRBAC":false`},
		{"cluster.adminGroups", azuresim.Cluster, azure.GroupID("Argo CD Admins"), `"adminGroupObjectIDs":[]`},
		{"cluster.maintenance", azuresim.Maintenance, `"Sunday"`, `null`},
		{"cluster.upgradeChannel", azuresim.Cluster, `"upgradeChannel":"patch"`, `"upgradeChannel":"none"`},
		{"defaultRole", azuresim.ArgoExtension, `"role:readonly"`, `"configs.rbac.policy\\.default":""`},
		{"ingress", azuresim.ArgoExtension, `"server.ingress.enabled":"true"`, `"server.ingress.enabled":"false"`},
		{"highAvailability", azuresim.ArgoExtension, `"redis-ha.enabled":"true"`, `"redis-ha.enabled":"false"`},
		{"cluster.userPool", azuresim.Cluster, `CriticalAddonsOnly`, `"nodeTaints":[]`},
	} {
		if before := answers(t, azure, c.token); !strings.Contains(before, c.had) {
			t.Errorf("%s: no %s in %s", c.key, c.had, before)
		}
		e2e.Unset(t, stack, c.key)
		if _, err := stack.Up(t.Context()); err != nil {
			t.Fatalf("%s: %v", c.key, err)
		}
		if after := answers(t, azure, c.token); strings.Contains(after, c.had) || !strings.Contains(after, c.has) {
			t.Errorf("%s was not removed, or %s is missing: %s", c.key, c.has, after)
		}
	}
	// Argo CD now runs on the system pool.
	if n := len(azure.Inputs(azuresim.AgentPool)); n > 0 {
		t.Errorf("%d user pools", n)
	}
}
