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

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// outputRow is a row of the table of outputs, and outputName a name in it.
var (
	outputRow  = regexp.MustCompile("(?m)^\\| (`[^|]*`) \\| [^|]* \\|$")
	outputName = regexp.MustCompile("`([A-Za-z]+)`")
)

// TestOutputsPage compares the outputs in docs/configuration.md with those of a program
// that has all of them.
func TestOutputsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Outputs\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var got []string
	for _, row := range outputRow.FindAllStringSubmatch(section, -1) {
		for _, name := range outputName.FindAllStringSubmatch(row[1], -1) {
			got = append(got, name[1])
		}
	}
	outputs := exports(t, withSpoke(), map[string]string{"containerRegistry": mocks.RegistryID, "azureDevOps": "true", "pipelines": pipelines, "clusters": spokes, "bootstrap": firstApplication})
	if want := slices.Sorted(maps.Keys(outputs)); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("the page has the outputs %v, the program %v", got, want)
	}
}

// TestDefaults compares the configuration without the defaults in Pulumi.yaml, as in a
// program that the CLI did not start, with the configuration with them.
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
