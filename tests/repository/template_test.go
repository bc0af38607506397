package repository

import (
	"path/filepath"
	"strings"
	"testing"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestTemplateStacks deploys the prod stack of a project with another name, with the template's
// file and with this repository's file, whose keys have another project's name. The program accepts
// all keys, protect included, or none.
func TestTemplateStacks(t *testing.T) {
	t.Parallel()
	azure, folder := azuresim.New(), t.TempDir()
	e2e.Write(t, filepath.Join(folder, "Pulumi.yaml"), strings.Replace(e2e.Read(t, "Pulumi.yaml"), "name: argocd-on-aks", "name: shop-argo", 1))
	e2e.Write(t, filepath.Join(folder, "Pulumi.prod.yaml"), e2e.Read(t, "Pulumi.prod.yaml"))
	_, err := e2e.OpenProgram(t, azure, program.Deploy, folder, "prod").Up(t.Context())
	for _, key := range []string{"policies", "protect", "region"} {
		want := "argocd-on-aks:" + key + " is ignored, because the project is shop-argo; rename it to shop-argo:" + key
		e2e.WantError(t, err, want, "prod with the keys of another project")
	}
	e2e.Write(t, filepath.Join(folder, "Pulumi.prod.yaml"), e2e.Read(t, "template/Pulumi.prod.yaml"))
	prod := e2e.OpenProgram(t, azure, program.Deploy, folder, "prod")
	e2e.Paste(t, prod, "protect: false")
	e2e.WantError(t, e2e.Err(prod.Preview(t.Context())), `shop-argo:protect duplicate "protect" in Pulumi.prod.yaml`, "a key with the project's name and without")
	e2e.Write(t, filepath.Join(prod.Dir, "Pulumi.prod.yaml"), e2e.Read(t, "template/Pulumi.prod.yaml")+"\nshop-argo:protect: true\n")
	e2e.WantError(t, e2e.Err(prod.Preview(t.Context())), "shop-argo:protect is at the top level of Pulumi.prod.yaml", "a key at the top level")
	e2e.Write(t, filepath.Join(prod.Dir, "Pulumi.prod.yaml"), e2e.Read(t, "template/Pulumi.prod.yaml"))
	e2e.Want(t, prod.Up, map[string]int{"create": e2e.ProdResources})
	e2e.WantError(t, e2e.Err(prod.Destroy(t.Context())), "protect", "destroy of a protected stack")
	e2e.Set(t, prod, "protect", "false")
	e2e.Want(t, prod.Up, map[string]int{"same": e2e.ProdResources})
}

// TestTemplateFiles checks that the template is this repository's program with another name. The
// keys of its stack files have no project name, and the CLI adds the project's. `pulumi new` cannot
// insert the name there: in *.yaml it appends a line break (CopyTemplateFiles in
// pkg/cmd/pulumi/templates/project_templates.go of Pulumi v3.259.0).
func TestTemplateFiles(t *testing.T) {
	t.Parallel()
	schema := func(file string) string {
		_, config, found := strings.Cut(e2e.Read(t, file), "\nconfig:\n")
		if !found {
			t.Fatalf("%s has no configuration", file)
		}
		return config
	}
	for _, file := range []string{"Pulumi.yaml", "Pulumi.prod.yaml"} {
		if schema("template/"+file) != strings.ReplaceAll(schema(file), "argocd-on-aks:", "") {
			t.Errorf("the configuration of template/%s differs from %[1]s", file)
		}
	}
	for _, line := range []string{"buildTarget", "go 1."} {
		for _, file := range []string{"Pulumi.yaml", "go.mod"} {
			if got, want := lineWith(e2e.Read(t, "template/"+file), line), lineWith(e2e.Read(t, file), line); got != want {
				t.Errorf("template/%s has %q, %[1]s %q", file, got, want)
			}
		}
	}
}

// lineWith returns the first line with a word, or "".
func lineWith(text, word string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			return line
		}
	}
	return ""
}
