package stack

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestUnreadKeys: each configured key that the program does not read is one message with the
// correction.
func TestUnreadKeys(t *testing.T) {
	const field, renamed = " is a field, not a key; run pulumi config rm ", " is ignored, because the project is argocd-on-aks; rename it to argocd-on-aks:"
	for name, c := range map[string]struct {
		key, value string
		want       []string
	}{
		"a letter is missing":    {"protct", "true", []string{"protct is not a valid key; did you mean protect?"}},
		"a capital":              {"Protect", "true", []string{"Protect is not a valid key; did you mean protect?"}},
		"a long key":             {"requireAssigment", "false", []string{"requireAssigment is not a valid key; did you mean requireAssignment?"}},
		"no capital":             {"highavailability", "true", []string{"highavailability is not a valid key; did you mean highAvailability?"}},
		"a short form":           {"bootstrapping", "true", []string{"bootstrapping is not a valid key; did you mean bootstrap?"}},
		"nothing near":           {"replicas", "2", []string{"replicas is not a valid key; see docs/configuration.md"}},
		"cluster or clusters":    {"clusterz", "2", []string{"clusterz is not a valid key; see docs/configuration.md"}},
		"a special character":    {"a\u202eb", "2", []string{`"argocd-on-aks:a\u202eb" is not a valid key; see docs/configuration.md`}},
		"a field":                {"cluster.nodeCount", "3", []string{"cluster.nodeCount" + field + "argocd-on-aks:cluster.nodeCount and pulumi config set --path cluster.nodeCount <value>"}},
		"a field of an entry":    {"roles[0].group", "Nobody", []string{"roles[0].group" + field + "'argocd-on-aks:roles[0].group' and pulumi config set --path 'roles[0].group' <value>"}},
		"a tag":                  {"tags.owner", "platform", []string{"tags.owner" + field + `argocd-on-aks:tags.owner and pulumi config set --path 'tags["owner"]' <value>`}},
		"a chart setting":        {"extraSettings.server.x", "2", []string{"extraSettings.server.x" + field + `argocd-on-aks:extraSettings.server.x and pulumi config set --path 'extraSettings["server.x"]' <value>`}},
		"a secret":               {"secretSettings.server.x", "s3cret", []string{"secretSettings.server.x" + field + `argocd-on-aks:secretSettings.server.x and pulumi config set --secret --path 'secretSettings["server.x"]' <value>`}},
		"a field of a text":      {"region.name", "westus3", []string{"region.name is not a valid key; see docs/configuration.md"}},
		"another project's":      {"other:protct", "true", nil},
		"another program's":      {"other:protect", "true", nil}, // a warning
		"a provider's":           {"aws:region", "eu-west-1", nil},
		"a misspelled project":   {"argocd-on-ask:protect", "true", []string{"argocd-on-ask:protect" + renamed + "protect"}},
		"both are misspelled":    {"argocd-on-ask:protct", "true", []string{"argocd-on-ask:protct is not a valid key; did you mean protect?"}},
		"and so is the value":    {"argocdonaks:defaultRole", "reader", []string{"argocdonaks:defaultRole" + renamed + "defaultRole"}},
		"and a value within it":  {"argocdonaks:roles", `[{"group":"Developers","role":"reader"}]`, []string{"argocdonaks:roles" + renamed + "roles"}},
		"and lookups follow it":  {"argocdonaks:cluster", `{"adminGroups":["Nobody"]}`, []string{"argocdonaks:cluster" + renamed + "cluster"}},
		"beside the right one":   {"argocdonaks:region", "westeurope", []string{"argocdonaks:region" + renamed + "region"}},
		"as a secret, misplaced": {"argocdonaks:tags", `{"a":[]}`, []string{"argocdonaks:tags" + renamed + "tags", `tags "a" must be a string, a number or a boolean`}},
	} {
		t.Run(name, func(t *testing.T) {
			config := walkthrough(map[string]string{c.key: c.value})
			if got := linesOf(runAs(t, "argocd-on-aks", config)); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestKeysOfRepository: in a project with another name, each key with this repository's project
// name is one message, and no other problem follows.
func TestKeysOfRepository(t *testing.T) {
	config := walkthrough(map[string]string{"protect": "true", "azure-native:location": "westus3"})
	got := linesOf(runAs(t, "shop-argo", config))
	for i, key := range []string{"protect", "domain", "group", "region"} {
		if want := key + " is ignored, because the project is shop-argo; rename it to shop-argo:" + key; i >= len(got) || got[i] != want {
			t.Errorf("line %d is not %q in %q", i+1, want, got)
		}
	}
}

// runAs runs the program of a project with the configuration in the CLI's environment variable.
func runAs(t *testing.T, project string, config map[string]string) error {
	t.Helper()
	all, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(pulumi.EnvConfig, string(all))
	return pulumi.RunErr(Deploy, pulumi.WithMocks(project, "dev", &mocks.Recorder{}), func(info *pulumi.RunInfo) { info.Config = config })
}

func TestNearest(t *testing.T) {
	t.Parallel()
	fields := []string{"tier", "nodeCount", "minCount", "maxCount", "zones", "osSku", "vmSize"}
	for name, want := range map[string]string{
		"teir": "tier", "Tier": "tier", "tiers": "tier", "tir": "tier", "ter": "tier", "tire": "tier", "trie": "", "t": "", "": "",
		"nodecount": "nodeCount", "nodesCount": "nodeCount", "count": "", "node": "nodeCount", "mnCount": "minCount", "mixCount": "", "vmsize": "vmSize", "vm": "", "size": "",
		"zone": "zones", "Zones": "zones", strings.Repeat("x", 1_000_000): "",
	} {
		if got := nearest(name, slices.Values(fields)); got != want {
			t.Errorf("%.20s: got %q, want %q", name, got, want)
		}
	}
}

// TestForeignKeys: keys of other projects are named once, except those that providers share.
func TestForeignKeys(t *testing.T) {
	t.Parallel()
	r := &reader{report: &report{project: "shop"}, others: []string{"shpo"}, keys: map[string]reflect.Kind{"protect": reflect.String, "region": reflect.String}}
	got := r.foreign([]string{"aws:region", "gitops:protect", "gitops:replicas", "shop:protect", "shpo:protect"})
	if want := []string{"gitops:protect"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	c := &Config{foreign: got}
	if warning := c.foreignWarning(); !strings.Contains(warning, "another project: gitops:protect.") {
		t.Errorf("got %q", warning)
	}
}

// TestTagsWarning: tags on an existing cluster have no effect.
func TestTagsWarning(t *testing.T) {
	t.Parallel()
	c := &Config{}
	c.Cluster.Tags = map[string]string{"owner": "platform"}
	if warning := c.tagsWarning(); warning != "" {
		t.Errorf("on a new cluster: %s", warning)
	}
	c.ExistingCluster = mocks.ClusterID
	if warning := c.tagsWarning(); !strings.HasPrefix(warning, "tags have no effect with cluster.existingId") {
		t.Errorf("on an existing cluster: %q", warning)
	}
}
