package provider

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// registryPage is the package's Overview page in the Pulumi Registry.
const registryPage = "docs/_index.md"

// example returns the page's program in a language.
func example(t *testing.T, fence string) string {
	t.Helper()
	return e2e.Block(t, e2e.Read(t, registryPage), "## Example", "```"+fence+"\n")
}

// openExample opens a stack of the page's YAML program. For other runtimes, write adds the
// program to the project, and serve starts the language host.
func openExample(t *testing.T, azure *azuresim.Azure, runtime string, serve func() (string, func() error, error), write func(folder string)) *engine.Stack {
	t.Helper()
	folder := t.TempDir()
	e2e.Write(t, filepath.Join(folder, "Pulumi.yaml"), "name: argocd-on-aks\nruntime: "+runtime+"\n")
	if runtime == "yaml" {
		e2e.Write(t, filepath.Join(folder, "Pulumi.yaml"), example(t, "yaml"))
	}
	e2e.Write(t, filepath.Join(folder, "Pulumi.dev.yaml"), "config:\n  argocd-on-aks:group: "+adminsID+"\n")
	stack := e2e.OpenProgram(t, azure, nil, folder, "dev")
	if serve == nil {
		return stack
	}
	languages, stop, err := serve()
	e2e.NoError(t, err)
	e2e.AtEnd(t, stop)
	stack.Env["PULUMI_DEBUG_LANGUAGES"] = languages
	write(stack.Dir)
	return stack
}

// TestRegistryExample deploys the page's YAML program. The Go and TypeScript programs take
// over its state and change nothing.
func TestRegistryExample(t *testing.T) {
	t.Parallel()
	t.Run("go", func(t *testing.T) {
		t.Parallel()
		azure := azuresim.New()
		inYAML := openExample(t, azure, "yaml", nil, nil)
		sameInBoth(t, inYAML, openExample(t, azure, "{name: go, options: {buildTarget: example}}", engine.ServeGo, func(folder string) { writeGo(t, folder) }), e2e.DevResources)
	})
	t.Run("typescript", func(t *testing.T) {
		t.Parallel()
		packages := typeScript(t)
		azure := azuresim.New()
		inYAML := openExample(t, azure, "yaml", nil, nil)
		sameInBoth(t, inYAML, openExample(t, azure, "nodejs", engine.ServeNode, func(folder string) {
			compile(t, folder, packages, example(t, "typescript"))
		}), e2e.DevResources)
	})
}

// writeGo writes the program in Go, with this repository as its module.
func writeGo(t *testing.T, folder string) {
	t.Helper()
	module, requirements, _ := strings.Cut(e2e.Read(t, "go.mod"), "\n")
	path := strings.TrimPrefix(module, "module ")
	e2e.Write(t, filepath.Join(folder, "go.mod"), "module example\n"+requirements+"\nrequire "+path+" v0.0.0\n\nreplace "+path+" => "+e2e.Root(t)+"\n")
	e2e.Write(t, filepath.Join(folder, "go.sum"), e2e.Read(t, "go.sum"))
	e2e.Write(t, filepath.Join(folder, "main.go"), example(t, "go"))
}

// TestRegistryPages checks that the pages have the titles, descriptions and shortcodes that
// the Registry requires: https://www.pulumi.com/docs/iac/guides/building-extending/packages/publishing-packages/
// and .github/pull_request_template.md of https://github.com/pulumi/registry.
func TestRegistryPages(t *testing.T) {
	t.Parallel()
	title := readSchema(t).DisplayName
	for page, title := range map[string]string{registryPage: title, "docs/installation-configuration.md": title + " Installation & Configuration"} {
		text := e2e.Read(t, page)
		head, body, closed := strings.Cut(strings.TrimPrefix(text, "---\n"), "---\n")
		if !closed {
			t.Fatalf("%s has no front matter", page)
		}
		var matter struct {
			Title, Layout string
			Description   string `yaml:"meta_desc"`
		}
		e2e.Parse(t, head, &matter)
		if matter.Title != title || matter.Layout != "package" || len(matter.Description) < 50 || len(matter.Description) > 160 {
			t.Errorf("%s has the front matter %+v; want the title %q and a description of 50 to 160 characters", page, matter, title)
		}
		choices := regexp.MustCompile(`{{< chooser language "([a-z,]+)" >}}([^<]*(?:<[^ ][^<]*)*){{< /chooser >}}`).FindAllStringSubmatch(body, -1)
		if len(choices) == 0 {
			t.Errorf("%s has no chooser", page)
		}
		for _, choice := range choices {
			var languages []string
			for _, found := range regexp.MustCompile(`{{% choosable language ([a-z]+) %}}\n\n[^%]+\n\n{{% /choosable %}}`).FindAllStringSubmatch(choice[2], -1) {
				languages = append(languages, found[1])
			}
			if got := strings.Join(languages, ","); got != choice[1] || got != "typescript,python,go,csharp,java,yaml" {
				t.Errorf("%s: chooser has the languages %s, content %s", page, choice[1], got)
			}
		}
		if relative := regexp.MustCompile(`\]\((?:[^h#]|h[^t])[^)]*\)`).FindString(body); relative != "" {
			t.Errorf("%s: relative link %s does not work in the Registry", page, relative)
		}
	}
}

// TestRegistryInstallation checks that the page's command adds the installed package to a
// program.
func TestRegistryInstallation(t *testing.T) {
	t.Parallel()
	page := e2e.Read(t, "docs/installation-configuration.md")
	const install, add = "pulumi plugin install resource argocd-on-aks --server github://api.github.com/", "pulumi package add argocd-on-aks"
	commands := strings.Split(e2e.Block(t, page, "{{% choosable language yaml %}}", "```sh\n"), "\n")
	if len(commands) != 3 || !strings.HasPrefix(commands[0], install) || commands[1] != add {
		t.Fatalf("the commands are %q", commands)
	}
	plugin, err := exec.LookPath("pulumi-resource-argocd-on-aks")
	e2e.NoError(t, err)
	home, folder := t.TempDir(), t.TempDir()
	e2e.Write(t, filepath.Join(folder, "Pulumi.yaml"), "name: shop\nruntime: yaml\n")
	for _, line := range []string{"pulumi plugin install resource argocd-on-aks " + readSchema(t).Version + " --file " + plugin, add} {
		c := exec.CommandContext(t.Context(), "bash", "-c", line)
		c.Dir, c.Env = folder, os.Environ()
		c.Env = append(c.Env, engine.Environ(engine.Environment(home, ""))...)
		if output, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, output)
		}
	}
	project, err := os.ReadFile(filepath.Join(folder, "Pulumi.yaml"))
	e2e.NoError(t, err)
	if !strings.Contains(string(project), "argocd-on-aks: argocd-on-aks@") {
		t.Errorf("the project is %s", project)
	}
}

// packageSchema contains the fields of schema.json that the tests read.
type packageSchema struct {
	Name, Namespace, DisplayName, Version string
	Types                                 map[string]any
	Resources                             map[string]struct {
		InputProperties map[string]struct {
			Items struct {
				Ref string `json:"$ref"`
			}
		}
	}
}

// itemType returns the type of the objects in a list.
func (s packageSchema) itemType(component, input string) string {
	ref := s.Resources[s.Name+":infra:"+component].InputProperties[input].Items.Ref
	return ref[strings.LastIndexByte(ref, ':')+1:]
}

// objects returns the names that are object types.
func (s packageSchema) objects(names []string) (objects []string) {
	for _, name := range names {
		if _, found := s.Types[s.Name+":infra:"+name]; found {
			objects = append(objects, name)
		}
	}
	return objects
}

func readSchema(t *testing.T) (schema packageSchema) {
	t.Helper()
	e2e.NoError(t, json.Unmarshal([]byte(e2e.Read(t, "provider/schema.json")), &schema))
	return schema
}
