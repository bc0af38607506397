package stack

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

const projectFile = "name: argocd-on-aks\nruntime: go\n"

// TestStackFile: what the CLI ignores in the stack's file is an error. The CLI's own reader
// provides the configuration.
func TestStackFile(t *testing.T) {
	t.Parallel()
	const valid = "config:\n  region: westus3\n  group: Argo CD Admins\n  argocd-on-aks:domain: localhost:9000\n  azure-native:location: westus3\n"
	const ignored = " is at the top level of Pulumi.dev.yaml, where the Pulumi CLI ignores it; indent it below config:"
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"valid":                      {valid, nil},
		"all sections":               {"encryptionsalt: v1:x\nsecretsprovider: azurekeyvault://x\nencryptedkey: x\nenvironment: [prod]\n" + valid, nil},
		"a byte order mark":          {"\ufeff" + valid, nil},
		"a document's start":         {"---\n" + valid, nil},
		"an anchor":                  {"x-location: &location westus3\n" + strings.Replace(valid, "location: westus3", "location: *location", 1), nil},
		"a comment at the end":       {valid + "# protect: true\n", nil},
		"a key at the top level":     {valid + "argocd-on-aks:protect: true\n", []string{"protect" + ignored}},
		"without the project":        {valid + "protect: true\ncluster.nodeCount: 3\n", []string{"cluster.nodeCount" + ignored, "protect" + ignored}},
		"a misspelled key":           {valid + "argocd-on-aks:protct: true\n", []string{"protct" + ignored}},
		"a provider's key":           {valid + "azure-native:tenantId: x\n", []string{"azure-native:tenantId" + ignored}},
		"a required key":             {strings.Replace(valid, "  argocd-on-aks:domain: localhost:9000\n", "", 1) + "argocd-on-aks:domain: localhost:9000\n", []string{"domain" + ignored}},
		"no section":                 {"region: westus3\ngroup: Argo CD Admins\ndomain: localhost:9000\n", []string{"domain" + ignored, "group" + ignored, "region" + ignored}},
		"a section in capitals":      {valid + "Config:\n  protect: true\n", []string{"Config is not a section of Pulumi.dev.yaml, so the Pulumi CLI ignores it; did you mean config?"}},
		"a misspelled environment":   {valid + "enviroment: [prod]\n", []string{"enviroment is not a section of Pulumi.dev.yaml, so the Pulumi CLI ignores it; did you mean environment?"}},
		"a second document":          {valid + "---\nconfig:\n  protect: true\n", []string{"Pulumi.dev.yaml has a second YAML document, which the Pulumi CLI ignores; move its keys to the first and remove the line ---"}},
		"with and without project":   {valid + "  protect: true\n  argocd-on-aks:protect: false\n", []string{`protect duplicate "protect" in Pulumi.dev.yaml: the Pulumi CLI uses either value at random; keep one`}},
		"with the old form":          {valid + "  argocd-on-aks:config:region: westus3\n", []string{`region duplicate "region" in Pulumi.dev.yaml: the Pulumi CLI uses either value at random; keep one`}},
		"a provider's key, repeated": {valid + "  azure-native:config:location: westus3\n", []string{`azure-native:location duplicate "location" in Pulumi.dev.yaml: the Pulumi CLI uses either value at random; keep one`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, "Pulumi.yaml"), projectFile)
			write(t, filepath.Join(folder, "Pulumi.dev.yaml"), c.file)
			if got := linesOf(runIn(folder, configIn(t, folder))); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestStackFilePlace: the program reads the file that the CLI reads, and no other.
func TestStackFilePlace(t *testing.T) {
	t.Parallel()
	const broken = "config:\n  region: westus3\n  group: Argo CD Admins\n  domain: localhost:9000\nprotect: true\n"
	for name, c := range map[string]struct {
		project, projectFile, stackFile, file string
		rejected                              bool
	}{
		"beside the project":    {"Pulumi.yaml", projectFile, "Pulumi.dev.yaml", broken, true},
		"another extension":     {"Pulumi.yml", projectFile, "Pulumi.dev.yml", broken, true},
		"JSON":                  {"Pulumi.json", `{"name": "argocd-on-aks", "runtime": "go"}`, "Pulumi.dev.json", `{"config": {"region": "westus3"}, "protect": true}`, true},
		"in a folder":           {"Pulumi.yaml", projectFile + "stackConfigDir: stacks\n", "stacks/Pulumi.dev.yaml", broken, true},
		"in a folder, old form": {"Pulumi.yaml", projectFile + "config: stacks\n", "stacks/Pulumi.dev.yaml", broken, true},
		"not in the folder":     {"Pulumi.yaml", projectFile + "stackConfigDir: stacks\n", "Pulumi.dev.yaml", broken, false},
		"another stack":         {"Pulumi.yaml", projectFile, "Pulumi.prod.yaml", broken, false},
		"another --config-file": {"Pulumi.yaml", projectFile, "Pulumi.dev.yaml", strings.Replace(broken, "config:", "config:\n  cloud: public", 1), false},
		"not YAML":              {"Pulumi.yaml", projectFile, "Pulumi.dev.yaml", "\t", false},
		"a list":                {"Pulumi.yaml", projectFile, "Pulumi.dev.yaml", "- protect: true", false},
		"no project":            {"other.yaml", projectFile, "Pulumi.dev.yaml", broken, false},
		"not a project":         {"Pulumi.yaml", "name: [", "Pulumi.dev.yaml", broken, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, c.project), c.projectFile)
			write(t, filepath.Join(folder, c.stackFile), c.file)
			if err := runIn(folder, walkthrough(nil)); (err != nil) != c.rejected {
				t.Errorf("got %v", err)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// configIn returns the configuration of the stack dev as the CLI reads it.
func configIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	project, err := workspace.LoadProject(filepath.Join(folder, "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	stack, err := workspace.LoadProjectStack(nil, project, filepath.Join(folder, "Pulumi.dev.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for key, value := range stack.Config {
		if values[key.String()], err = value.Value(nil); err != nil {
			t.Fatal(err)
		}
	}
	return values
}

// runIn runs the program in a project's folder.
func runIn(folder string, config map[string]string) error {
	return pulumi.RunErr(Deploy, pulumi.WithMocks("argocd-on-aks", "dev", &mocks.Recorder{}), func(info *pulumi.RunInfo) {
		info.Config, info.RootDirectory = config, folder
	})
}
