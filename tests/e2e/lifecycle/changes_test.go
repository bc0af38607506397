package lifecycle

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// keyChange is a change of a config key of the prod stack.
type keyChange struct {
	// effect is the expected effect in docs/configuration.md. A key without values is not
	// previewed.
	effect string
	// values are config paths with their new values; an empty value removes the path.
	values settings
}

type settings = map[string]string

const (
	updatesApplication = "updates application"
	updatesBoth        = "updates application, extension"
	updatesExtension   = "updates extension"
	updatesCluster     = "updates cluster"
	updatesPools       = "updates cluster, user pool"
	updatesUserPool    = "updates user pool"
	assignments        = "; creates or deletes assignments"
	identity           = "updates extension; creates or deletes application"
	identityWithRole   = "updates extension; creates or deletes application, role assignment"
	replacesUserPool   = "replaces user pool"
	replacesCluster    = "replaces cluster"
	noResource         = "changes no resource"
	newStack           = "requires a new stack"
)

// changes has a change of each config key. docs/configuration.md has their effects.
var changes = map[string]keyChange{
	"domain":                    {updatesBoth, settings{"domain": "argo.example.com"}},
	"additionalDomains":         {updatesBoth, settings{"additionalDomains[0]": "argocd.corp.example"}},
	"requireAssignment":         {"updates service principal", settings{"requireAssignment": "false"}},
	"groupClaims":               {"updates application, service principal" + assignments, settings{"groupClaims": "security", "requireAssignment": "false"}},
	"preConsent":                {"creates or deletes consent", settings{"preConsent": "false"}},
	"cli":                       {updatesApplication, settings{"cli": "false"}},
	"signOutOfEntra":            {updatesBoth, settings{"signOutOfEntra": "false"}},
	"group":                     {updatesExtension + assignments, settings{"group": "Developers", "roles": ""}},
	"roles":                     {updatesExtension + assignments, settings{"roles": ""}},
	"policies":                  {updatesExtension, settings{"policies[1]": "p, role:deployer, applications, *, shop/*, allow"}},
	"defaultRole":               {updatesExtension, settings{"defaultRole": "readonly"}},
	"pipelines":                 {updatesBoth + assignments, settings{"pipelines[0].name": "release", "pipelines[0].principalId": "9d1c39e1-6f6a-4d1f-8e0a-3f0f6a5c2b11", "pipelines[0].role": "deployer"}},
	"accounts":                  {updatesExtension, settings{"accounts[0].name": "ci", "accounts[0].role": "readonly"}},
	"ingress":                   {updatesExtension, settings{"ingress.tlsSecret": "other-tls"}},
	"highAvailability":          {updatesExtension, settings{"highAvailability": "false"}},
	"releaseTrain":              {updatesExtension, settings{"releaseTrain": "Preview"}},
	"extensionVersion":          {updatesExtension, settings{"extensionVersion": "1.0.2"}},
	"extraSettings":             {updatesExtension, map[string]string{`extraSettings["server.replicas"]`: "3"}},
	"secretSettings":            {updatesExtension, map[string]string{`secretSettings["configs.secret.githubSecret"]`: e2e.WebhookSecret}},
	"bootstrap":                 {noResource, settings{"bootstrap.repoUrl": "https://github.com/contoso/platform"}},
	"containerRegistry":         {identityWithRole, settings{"containerRegistry": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/r/providers/Microsoft.ContainerRegistry/registries/contoso"}},
	"azureDevOps":               {identity, settings{"azureDevOps": "true"}},
	"clusters":                  {identityWithRole, settings{"clusters[0]": e2e.SpokeID(azuresim.New(), "orders")}},
	"name":                      {replacesCluster, settings{"name": "gitops"}},
	"names.application":         {updatesApplication, settings{"names.application": "gitops"}},
	"names.cluster":             {replacesCluster, settings{"names.cluster": "gitops"}},
	"names.resourceGroup":       {replacesCluster, settings{"names.resourceGroup": "gitops"}},
	"names.federatedCredential": {"replaces federated credential", settings{"names.federatedCredential": "argocd-sso"}},
	"tags":                      {"updates cluster, resource group, user pool", settings{"tags.owner": "platform-engineering"}},
	"protect":                   {noResource, settings{"protect": "true"}},
	"cloud":                     {newStack, nil},
	"region":                    {replacesCluster, settings{"region": "northeurope"}},
	"cluster.existingId":        {replacesCluster, settings{"region": "", "cluster": "", "cluster.existingId": e2e.SpokeID(azuresim.New(), "orders"), "highAvailability": "false"}},

	"cluster.adminGroups":           {updatesCluster, settings{"cluster.adminGroups": ""}},
	"cluster.authorizedIpRanges":    {updatesCluster, settings{"cluster.authorizedIpRanges[0]": "198.51.100.0/24"}},
	"cluster.azureRbac":             {updatesCluster, settings{"cluster.azureRbac": "false"}},
	"cluster.disableLocalAccounts":  {updatesCluster, settings{"cluster.disableLocalAccounts": "false"}},
	"cluster.imageCleanerHours":     {updatesCluster, settings{"cluster.imageCleanerHours": "72"}},
	"cluster.kubernetesVersion":     {updatesPools, settings{"cluster.kubernetesVersion": "1.36"}},
	"cluster.lockNodeResourceGroup": {updatesCluster, settings{"cluster.lockNodeResourceGroup": "false"}},
	"cluster.maintenance":           {"updates maintenance windows", settings{"cluster.maintenance.day": "Saturday"}},
	"cluster.maxCount":              {updatesCluster, settings{"cluster.maxCount": "6"}},
	"cluster.minCount":              {updatesCluster, settings{"cluster.minCount": "2"}},
	"cluster.network":               {replacesCluster, settings{"cluster.network.policy": "none", "cluster.network.dataplane": "azure"}},
	"cluster.nodeCount":             {updatesCluster, settings{"cluster.nodeCount": "4", "cluster.minCount": "", "cluster.maxCount": ""}},
	"cluster.nodeOsUpgradeChannel":  {updatesCluster, settings{"cluster.nodeOsUpgradeChannel": "SecurityPatch"}},
	"cluster.osSku":                 {updatesPools, settings{"cluster.osSku": "Ubuntu"}},
	"cluster.privateCluster":        {replacesCluster, settings{"cluster.privateCluster": "true", "cluster.authorizedIpRanges": ""}},
	"cluster.tier":                  {updatesCluster, settings{"cluster.tier": "Premium"}},
	"cluster.upgradeChannel":        {updatesCluster, settings{"cluster.upgradeChannel": "none"}},
	"cluster.userPool":              {updatesCluster + "; creates or deletes user pool", settings{"cluster.userPool": "", "cluster.minCount": "4"}},
	"cluster.userPool.maxCount":     {updatesUserPool, settings{"cluster.userPool.maxCount": "9"}},
	"cluster.userPool.minCount":     {updatesUserPool, settings{"cluster.userPool.minCount": "5"}},
	"cluster.userPool.name":         {"creates and deletes user pool", settings{"cluster.userPool.name": "blue"}},
	"cluster.userPool.nodeCount":    {updatesUserPool, settings{"cluster.userPool.nodeCount": "4", "cluster.userPool.minCount": "", "cluster.userPool.maxCount": ""}},
	"cluster.userPool.vmSize":       {replacesUserPool, settings{"cluster.userPool.vmSize": "Standard_D8s_v5"}},
	"cluster.userPool.zones":        {replacesUserPool, settings{"cluster.userPool.zones[2]": ""}},
	"cluster.vmSize":                {replacesCluster, settings{"cluster.vmSize": "Standard_D8s_v5"}},
	"cluster.zones":                 {replacesCluster, settings{"cluster.zones[2]": ""}},
}

// kinds are the words of docs/configuration.md for types of resources.
var kinds = map[string]string{
	azuresim.ResourceGroup:       "resource group",
	azuresim.Cluster:             "cluster",
	azuresim.AgentPool:           "user pool",
	azuresim.Maintenance:         "maintenance windows",
	azuresim.ArgoExtension:       "extension",
	azuresim.RoleAssignment:      "role assignment",
	azuresim.Application:         "application",
	azuresim.ServicePrincipal:    "service principal",
	azuresim.FederatedCredential: "federated credential",
	azuresim.DelegatedGrant:      "consent",
	azuresim.AppRoleAssignment:   "assignments",
}

// verbs are the words of docs/configuration.md for the operations on resources of a kind.
var verbs = []struct{ operations, word string }{
	{"update", "updates"},
	{"create", "creates or deletes"},
	{"delete", "creates or deletes"},
	{"create delete", "creates and deletes"},
	{"replace", "replaces"},
}

// effect describes a preview in the words of docs/configuration.md. A replaced cluster
// stands for everything that is replaced with it, and a new application for its service
// principal and credentials.
func effect(report engine.Report) string {
	operations := map[string][]string{}
	for _, step := range report.Steps {
		part := step.Op == "same" || strings.Contains(step.Op, "-") // such as delete-replaced
		if kind := kinds[string(step.URN.Type())]; kind != "" && !part && !slices.Contains(operations[kind], step.Op) {
			operations[kind] = append(operations[kind], step.Op)
		}
	}
	switch strings.Join(operations["cluster"], " ") {
	case "replace", "delete":
		return replacesCluster
	case "update":
		delete(operations, "federated credential") // its issuer can be unknown until the update
	}
	if slices.Equal(operations["application"], []string{"create"}) {
		delete(operations, "service principal")
		delete(operations, "federated credential")
	}
	var parts []string
	for _, verb := range verbs {
		var of []string
		for _, kind := range slices.Sorted(maps.Keys(operations)) {
			if strings.Join(slices.Sorted(slices.Values(operations[kind])), " ") == verb.operations {
				of = append(of, kind)
			}
		}
		if of != nil {
			parts = append(parts, verb.word+" "+strings.Join(of, ", "))
		}
	}
	return cmp.Or(strings.Join(parts, "; "), noResource)
}

// TestChanges previews each change, and compares the preview with its effect.
func TestChanges(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	e2e.AddSpoke(t, azure, "orders", false)
	stack := e2e.OpenOn(t, azure, "prod")
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	file := filepath.Join(stack.Dir, "Pulumi.prod.yaml")
	before, err := os.ReadFile(file)
	e2e.NoError(t, err)
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		c := changes[key]
		if c.values == nil {
			continue
		}
		for _, path := range slices.Sorted(maps.Keys(c.values)) {
			if key == "secretSettings" {
				e2e.SetSecret(t, stack, path)
			} else {
				e2e.Set(t, stack, path, c.values[path])
			}
		}
		if _, err := stack.Preview(t.Context()); err != nil {
			t.Errorf("%s: %v", key, err)
		} else if got := effect(stack.Last); got != c.effect {
			t.Errorf("%s: the preview %s, not %s", key, got, c.effect)
		}
		e2e.NoError(t, os.WriteFile(file, before, 0o600))
	}
}

// TestPrivateLater replaces a running cluster with a private one, as AKS cannot change it.
func TestPrivateLater(t *testing.T) {
	t.Parallel()
	stack, _ := e2e.Deploy(t, "dev")
	e2e.Set(t, stack, "cluster.privateCluster", "true")
	e2e.Want(t, stack.Up, map[string]int{"replace": 2, "update": 1, "same": e2e.DevResources - 3})
	replaced(t, stack, 2)
}

// TestPinnedExtension pins a version, then follows one release train and another.
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

// TestReplacement replaces the user pool, then the cluster. In a protected stack, the
// update fails before it deletes anything.
func TestReplacement(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	before := azure.IDs()
	e2e.Set(t, stack, "cluster.network.podCidr", "10.100.0.0/16")
	e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "protect", "replacing a protected cluster")
	e2e.SameObjects(t, azure, before, "after the rejected update")
	e2e.Unset(t, stack, "cluster.network.podCidr")
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})

	e2e.Set(t, stack, "cluster.userPool.vmSize", "Standard_D8s_v5")
	e2e.Want(t, stack.Up, map[string]int{"replace": 1, "same": e2e.ProdResources - 1})
	replaced(t, stack, 1)

	e2e.Set(t, stack, "cluster.network.podCidr", "10.100.0.0/16")
	// The user pool, the extension and both maintenance windows are replaced with the
	// cluster. The federated credential gets the new issuer.
	e2e.Want(t, stack.Up, map[string]int{"replace": 5, "update": 1, "same": e2e.ProdResources - 6})
	replaced(t, stack, 5)
}

// TestUserPoolLater adds a user pool to a running cluster and deletes it again.
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

// TestRefreshOfUserPool refreshes after the first update, which adds the user pool to the
// pools in the cluster's own state. The next update removes it there, and not in Azure.
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

// TestAutoscaledPools updates the stack after the autoscaler has changed the node counts,
// with and without a refresh. The counts stay.
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
