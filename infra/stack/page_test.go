package stack

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/internal/mocks"
)

var named = regexp.MustCompile("`([A-Za-z]+)`")

// rows are the names in the first cells of a table, under a heading or a
// sentence of docs/configuration.md.
func rows(t *testing.T, under string) (names []string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), under)
	_, table, _ := strings.Cut(after, "|---")
	table, _, _ = strings.Cut(table, "\n\n")
	for line := range strings.Lines(table) {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		for _, name := range named.FindAllStringSubmatch(first, -1) {
			names = append(names, name[1])
		}
	}
	if !found || len(names) == 0 {
		t.Fatalf("no table under %q", under)
	}
	slices.Sort(names)
	return names
}

// TestConfigurationPage: docs/configuration.md has the keys of Pulumi.yaml, the
// fields of the cluster and the outputs, all of them and no other.
func TestConfigurationPage(t *testing.T) {
	t.Parallel()
	var outputs []string
	err := (&mocks.Recorder{}).Run(walkthrough(map[string]string{"containerRegistry": mocks.RegistryID}), func(ctx *pulumi.Context) error {
		err := Deploy(ctx)
		outputs = slices.Sorted(maps.Keys(ctx.GetCurrentExportMap()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for under, want := range map[string][]string{
		"# Configuration and outputs": configKeys(t, "../../Pulumi.yaml"), "## Outputs": outputs,
		"`cluster` has these fields": slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(fieldsOf(reflect.TypeFor[infra.ClusterSettings]()))), "existingId"))),
	} {
		if got := rows(t, under); !slices.Equal(got, want) {
			t.Errorf("under %q: the page has %v, the program %v", under, got, want)
		}
	}
}
