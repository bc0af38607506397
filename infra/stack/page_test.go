package stack

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

var (
	named     = regexp.MustCompile("`([A-Za-z]+)`")
	link      = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)
	whenEmpty = regexp.MustCompile(`^(.*); ([^;]*) when empty$`)
)

// keySections are the headings of docs/configuration.md that keys stand under.
var keySections = []string{"## Signing in", "## Who may do what", "## Where Argo CD runs", "## What Argo CD works with", "## Living with it"}

// keyRows are the tables of keys.
func keyRows(t *testing.T) (rows [][]string) {
	t.Helper()
	for _, section := range keySections {
		rows = append(rows, table(t, section)...)
	}
	return rows
}

// table is the cells of a table, under a heading or a sentence of
// docs/configuration.md.
func table(t *testing.T, under string) (rows [][]string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), under)
	_, lines, _ := strings.Cut(after, "|---")
	_, lines, _ = strings.Cut(lines, "\n")
	lines, _, _ = strings.Cut(lines, "\n\n")
	for line := range strings.Lines(lines) {
		rows = append(rows, strings.Split(strings.Trim(line, "| \n"), " | "))
	}
	if !found || len(rows) == 0 {
		t.Fatalf("no table under %q", under)
	}
	return rows
}

// TestConfigurationPage: docs/configuration.md has the keys of Pulumi.yaml, the
// fields of the cluster and the outputs, all of them and no other.
func TestConfigurationPage(t *testing.T) {
	t.Parallel()
	outputs := exports(t, withSpoke(), map[string]string{"containerRegistry": mocks.RegistryID, "azureDevOps": "true", "pipelines": pipelines, "clusters": spokes, "bootstrap": firstApplication})
	for _, c := range []struct {
		what string
		rows [][]string
		want []string
	}{
		{"keys", keyRows(t), configKeys(t, "../../Pulumi.yaml")},
		{"outputs", table(t, "## Outputs"), slices.Sorted(maps.Keys(outputs))},
		{"fields", table(t, "## The cluster"), slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(fieldsOf(reflect.TypeFor[aks.ClusterSettings]()))), "existingId")))},
	} {
		var got []string
		for _, row := range c.rows {
			for _, name := range named.FindAllStringSubmatch(row[0], -1) {
				got = append(got, name[1])
			}
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s: the page has %v, the program %v", c.what, got, c.want)
		}
	}
}

// TestDescriptions: what a key means, and what it is when nobody sets it, is the
// same in Pulumi.yaml and on the page, which may go on.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	schema := configOf(t, "../../Pulumi.yaml")
	for _, row := range keyRows(t) {
		key := strings.Trim(row[0], "`")
		declared, _ := schema[key].(map[string]any)
		description, preset := describe(fmt.Sprint(declared["description"]), declared["default"])
		if page := plain(row[1]); page != preset {
			t.Errorf("%s is %q on the page, and in Pulumi.yaml %q", key, page, preset)
		}
		if page := plain(row[2]); !strings.HasPrefix(strings.ToLower(page), strings.ToLower(description)) {
			t.Errorf("%s: the page has %q, Pulumi.yaml %q", key, page, description)
		}
	}
}

// describe takes apart what a description says on a default that is empty.
func describe(description string, preset any) (meaning, unset string) {
	if meaning, required := strings.CutPrefix(description, "Required. "); required {
		return meaning, "required"
	}
	if parts := whenEmpty.FindStringSubmatch(description); parts != nil {
		return parts[1], parts[2]
	}
	if value := reflect.ValueOf(preset); value.Kind() != reflect.Bool && value.Len() == 0 {
		return description, "none"
	}
	return description, fmt.Sprint(preset)
}

func plain(cell string) string {
	return strings.ReplaceAll(link.ReplaceAllString(cell, "$1"), "`", "")
}

// TestDefaults: what Pulumi.yaml says of a key that nobody sets is what the program
// does without it, in a program that the CLI did not start.
func TestDefaults(t *testing.T) {
	t.Parallel()
	presets := map[string]string{}
	for key, declared := range configOf(t, "../../Pulumi.yaml") {
		switch preset := declared.(map[string]any)["default"].(type) {
		case bool:
			presets[key] = fmt.Sprint(preset)
		case string:
			if preset != "" {
				presets[key] = preset
			}
		}
	}
	if len(presets) < 5 {
		t.Errorf("only %v have a default", presets)
	}
	if with, without := load(t, walkthrough(presets)), load(t, walkthrough(nil)); !reflect.DeepEqual(with, without) {
		t.Errorf("with the defaults %+v, without %+v", with, without)
	}
}

func load(t *testing.T, configuration map[string]string) (c *Config) {
	t.Helper()
	err := (&mocks.Recorder{}).Run(configuration, func(ctx *pulumi.Context) (err error) {
		c, err = LoadConfig(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
