package lifecycle

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// changeOf has a change of each key in the table of docs/changes.md, for the
// prod stack. An empty value takes the key away.
var changeOf = map[string]map[string]string{
	"domain":                        {"domain": "argo.example.com"},
	"additionalDomains":             {"additionalDomains[0]": "argocd.corp.example"},
	"policies":                      {"policies[1]": "p, role:deployer, applications, *, shop/*, allow"},
	"defaultRole":                   {"defaultRole": "readonly"},
	"extraSettings":                 {`extraSettings["server.replicas"]`: "3"},
	"secretSettings":                {`secretSettings["configs.secret.githubSecret"]`: e2e.WebhookSecret},
	"ingress":                       {"ingress.tlsSecret": "other-tls"},
	"highAvailability":              {"highAvailability": "false"},
	"releaseTrain":                  {"releaseTrain": "Preview"},
	"extensionVersion":              {"extensionVersion": "1.0.2"},
	"group":                         {"group": "Developers", "roles": ""},
	"roles":                         {"roles": ""},
	"pipelines":                     {"pipelines[0].name": "release", "pipelines[0].principalId": "9d1c39e1-6f6a-4d1f-8e0a-3f0f6a5c2b11", "pipelines[0].role": "deployer"},
	"accounts":                      {"accounts[0].name": "ci", "accounts[0].role": "readonly"},
	"groupClaims":                   {"groupClaims": "security", "requireAssignment": "false"},
	"requireAssignment":             {"requireAssignment": "false"},
	"preConsent":                    {"preConsent": "false"},
	"cli":                           {"cli": "false"},
	"signOutOfEntra":                {"signOutOfEntra": "false"},
	"bootstrap":                     {"bootstrap.repoUrl": "https://github.com/contoso/platform"},
	"containerRegistry":             {"containerRegistry": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/r/providers/Microsoft.ContainerRegistry/registries/contoso"},
	"azureDevOps":                   {"azureDevOps": "true"},
	"clusters":                      {"clusters[0]": e2e.SpokeID(azuresim.New(), "orders")},
	"cluster.tier":                  {"cluster.tier": "Premium"},
	"cluster.upgradeChannel":        {"cluster.upgradeChannel": "none"},
	"cluster.nodeOsUpgradeChannel":  {"cluster.nodeOsUpgradeChannel": "SecurityPatch"},
	"cluster.authorizedIpRanges":    {"cluster.authorizedIpRanges[0]": "198.51.100.0/24"},
	"cluster.azureRbac":             {"cluster.azureRbac": "false"},
	"cluster.adminGroups":           {"cluster.adminGroups": ""},
	"cluster.disableLocalAccounts":  {"cluster.disableLocalAccounts": "false"},
	"cluster.imageCleanerHours":     {"cluster.imageCleanerHours": "72"},
	"cluster.lockNodeResourceGroup": {"cluster.lockNodeResourceGroup": "false"},
	"cluster.maintenance":           {"cluster.maintenance.day": "Saturday"},
	"cluster.kubernetesVersion":     {"cluster.kubernetesVersion": "1.36"},
	"cluster.minCount":              {"cluster.minCount": "2"},
	"cluster.maxCount":              {"cluster.maxCount": "6"},
	"cluster.userPool.minCount":     {"cluster.userPool.minCount": "5"},
	"cluster.userPool.maxCount":     {"cluster.userPool.maxCount": "9"},
	"tags":                          {"tags.owner": "platform-engineering"},
	"cluster.userPool":              {"cluster.userPool": "", "highAvailability": "false"},
	"cluster.userPool.name":         {"cluster.userPool.name": "blue"},
	"cluster.userPool.vmSize":       {"cluster.userPool.vmSize": "Standard_D8s_v5"},
	"cluster.userPool.zones":        {"cluster.userPool.zones[2]": ""},
	"names.federatedCredential":     {"names.federatedCredential": "argocd-sso"},
	"region":                        {"region": "northeurope"},
	"name":                          {"name": "gitops"},
	"cluster.vmSize":                {"cluster.vmSize": "Standard_D8s_v5"},
	"cluster.zones":                 {"cluster.zones[2]": ""},
	"cluster.network":               {"cluster.network.policy": "none", "cluster.network.dataplane": "azure"},
	"cluster.privateCluster":        {"cluster.privateCluster": "true", "cluster.authorizedIpRanges": ""},
}

var (
	changeRow = regexp.MustCompile("(?m)^\\| (`[^|]*`) \\| ([^|]*) \\|$")
	keyInRow  = regexp.MustCompile("`([^`]*)`")
)

// TestChanges previews each change in the table of docs/changes.md, and wants
// what the table says.
func TestChanges(t *testing.T) {
	t.Parallel()
	page := e2e.Read(t, "docs/changes.md")
	azure := azuresim.New()
	e2e.AddSpoke(t, azure, "orders", false)
	stack := e2e.OpenOn(t, azure, "prod")
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	left := maps.Clone(changeOf)
	for _, row := range changeRow.FindAllStringSubmatch(page, -1) {
		for _, key := range keyInRow.FindAllStringSubmatch(row[1], -1) {
			if changeOf[key[1]] == nil {
				t.Errorf("the document speaks of %s, which is not tried", key[1])
			}
			delete(left, key[1])
			tryChange(t, stack, key[1], row[2])
		}
	}
	if len(left) > 0 {
		t.Errorf("the document does not speak of %v", slices.Sorted(maps.Keys(left)))
	}
}

// tryChange previews a change and holds it against its effect in words.
func tryChange(t *testing.T, stack *engine.Stack, key, effect string) {
	t.Helper()
	file := filepath.Join(stack.Dir, "Pulumi.prod.yaml")
	before, err := os.ReadFile(file)
	e2e.NoError(t, err)
	for path, value := range changeOf[key] {
		switch {
		case value == "":
			e2e.Unset(t, stack, path)
		case key == "secretSettings":
			e2e.SetSecret(t, stack, path)
		default:
			e2e.Set(t, stack, path, value)
		}
	}
	got, err := stack.Preview(t.Context())
	if err != nil {
		t.Errorf("%s: %v", key, err)
	}
	for operation, words := range map[string]string{"replace": "**replaced**", "update": "updated", "create": "created", "delete": "deleted"} {
		if got[operation] > 0 && !strings.Contains(effect, words) && !strings.Contains(effect, "**replaced**") {
			t.Errorf("%s: %v, but the document says %q", key, got, effect)
		}
	}
	if strings.Contains(effect, "**replaced**") != (got["replace"] > 0) || strings.Contains(effect, "nothing else") && got["replace"] != 1 ||
		strings.HasPrefix(effect, "no resource") != (len(got) == 1 && got["same"] > 0) {
		t.Errorf("%s: %v, but the document says %q", key, got, effect)
	}
	e2e.NoError(t, os.WriteFile(file, before, 0o600))
}

// TestPrivateLater: AKS makes no running cluster private.
func TestPrivateLater(t *testing.T) {
	t.Parallel()
	stack, _ := e2e.Deploy(t, "dev")
	e2e.Set(t, stack, "cluster.privateCluster", "true")
	e2e.Want(t, stack.Up, map[string]int{"replace": 2, "update": 1, "same": e2e.DevResources - 3})
	replaced(t, stack, 2)
}

// TestPinnedExtension pins a version, follows a train again and changes trains.
func TestPinnedExtension(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	for _, c := range []struct {
		version, train string
		upgrades       bool
	}{{"1.0.2", "", false}, {"", "Stable", true}, {"", "Preview", true}} {
		e2e.Set(t, stack, "extensionVersion", c.version)
		e2e.Set(t, stack, "releaseTrain", c.train)
		e2e.Want(t, stack.Up, map[string]int{"update": 1, "same": e2e.DevResources - 1})
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
	stack, azure := e2e.Deploy(t, "prod")
	before := azure.IDs()
	e2e.Set(t, stack, "cluster.network.podCidr", "10.100.0.0/16")
	e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "protect", "replacing a protected cluster")
	e2e.SameObjects(t, azure, before, "after the refused up")
	e2e.Unset(t, stack, "cluster.network.podCidr")
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})

	e2e.Set(t, stack, "cluster.userPool.vmSize", "Standard_D8s_v5")
	e2e.Want(t, stack.Up, map[string]int{"replace": 1, "same": e2e.ProdResources - 1})
	replaced(t, stack, 1)

	e2e.Set(t, stack, "cluster.network.podCidr", "10.100.0.0/16")
	// With the cluster go its user pool, the extension and both maintenance
	// windows; the federated credential follows the new issuer.
	e2e.Want(t, stack.Up, map[string]int{"replace": 5, "update": 1, "same": e2e.ProdResources - 6})
	replaced(t, stack, 5)
}

// TestUserPoolLater gives a running cluster its second pool, and takes it away.
func TestUserPoolLater(t *testing.T) {
	t.Parallel()
	stack, _ := e2e.Deploy(t, "dev")
	e2e.Set(t, stack, "cluster.userPool.nodeCount", "4")
	e2e.Want(t, stack.Up, map[string]int{"create": 1, "update": 1, "same": e2e.DevResources - 1})
	e2e.Set(t, stack, "highAvailability", "true")
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "same": e2e.DevResources})
	e2e.Set(t, stack, "highAvailability", "false")
	e2e.Unset(t, stack, "cluster.userPool")
	e2e.Want(t, stack.Up, map[string]int{"delete": 1, "update": 2, "same": e2e.DevResources - 2})
}

// TestRefreshOfUserPool: the first refresh finds the user pool in the cluster's
// own list as well. The next up takes it off the list, not off the cluster, and
// that was it.
func TestRefreshOfUserPool(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	e2e.Want(t, stack.Refresh, map[string]int{"update": 1, "same": e2e.ProdResources - 1})
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "same": e2e.ProdResources - 1})
	if n := len(azure.Inputs(azuresim.AgentPool)); n != 1 {
		t.Fatalf("%d user pools", n)
	}
	e2e.Want(t, stack.Refresh, map[string]int{"same": e2e.ProdResources})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})
}

// TestAutoscaledPools: the sizes that the autoscaler has chosen stay on every
// path, and so does the version that AKS has raised.
func TestAutoscaledPools(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	grow := func(to int) {
		t.Helper()
		for _, pool := range []string{"default", "user"} {
			e2e.NoError(t, azure.Scale(pool, to))
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
	e2e.Set(t, stack, "tags.owner", "platform-engineering") // and no refresh
	e2e.Want(t, stack.Up, map[string]int{"update": 3, "same": e2e.ProdResources - 3})
	sizes(5)
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})

	grow(4)
	e2e.Succeed(t, stack.Refresh)
	e2e.Set(t, stack, "cluster.tier", "Premium")
	e2e.OnlyUpdates(t, stack.Up)
	sizes(4)
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})

	grow(5)
	e2e.OnlyUpdates(t, stack.Up) // with nothing else to change
	sizes(5)
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})
}
