package infra_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the packages of the program, top first. Each imports only packages of lower
// layers.
var layers = [][]string{
	{"infra/stack"},
	{"infra/argo"},
	{"infra/aks", "infra/entra"},
	{"infra/component", "infra/internal/azurenative"},
	{"infra/chart"},
	{"infra/chart/extra", "infra/chart/rbac"},
	{"infra/chart/extra", "infra/chart/rbac"},
	{"infra/azure"},
	{"infra/problem"},
	{"internal/commands"},
	{"internal/printable", "internal/shell"},
}

// withoutPulumi are the packages that commands import.
var withoutPulumi = []string{"infra/chart", "infra/chart/extra", "infra/chart/rbac", "infra/azure", "infra/problem"}

// longest is the maximum number of lines in a file of the program.
const longest = 300

// TestLayers: packages import only packages of lower layers, and files are short.
func TestLayers(t *testing.T) {
	t.Parallel()
	checked := 0
	for layer, packages := range layers {
		for _, folder := range packages {
			for _, path := range imports(t, folder) {
				checked++
				own, isOwn := strings.CutPrefix(path, "github.com/OWNER/argocd-on-aks/")
				if below := layerOf(own); isOwn && below <= layer {
					t.Errorf("%s imports %s, which is not in a lower layer", folder, own)
				}
				if strings.Contains(path, "pulumi") && slices.Contains(withoutPulumi, folder) {
					t.Errorf("%s imports %s", folder, path)
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d imports", checked)
	}
	for _, pattern := range []string{"*.go", "*/*.go", "*/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			folder := filepath.ToSlash(filepath.Join("infra", filepath.Dir(file)))
			if folder != "infra" && folder != "infra/internal/mocks" && layerOf(folder) < 0 {
				t.Errorf("%s is in no layer", folder)
			}
		}
	}
}

// layerOf returns the index of a package's layer, or -1 if it is in none.
func layerOf(folder string) int {
	return slices.IndexFunc(layers, func(packages []string) bool { return slices.Contains(packages, folder) })
}

// imports returns the imports of a package without its tests, and checks the files' lengths.
func imports(t *testing.T, folder string) (paths []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(source), "\n"); lines > longest {
			t.Errorf("%s has %d lines, more than %d", file, lines, longest)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	return paths
}
