package repository

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestImportDirection checks the direction of imports beyond cycles, which the compiler rejects.
// The program does not import test code, the components do not import the program, and the chart
// settings do not import Pulumi.
func TestImportDirection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ has, hasNot []string }{
		".": {
			[]string{"github.com/OWNER/argocd-on-aks/infra/stack", "github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"},
			[]string{"helm.sh/", "k8s.io/", "github.com/argoproj/", "github.com/pulumi/pulumi/pkg/", "miniredis", "github.com/Azure/azure-sdk-for-go/", "github.com/OWNER/argocd-on-aks/infra/internal/mocks"},
		},
		"./infra/argo":  {[]string{"github.com/OWNER/argocd-on-aks/infra/chart"}, []string{"github.com/OWNER/argocd-on-aks/infra/stack"}},
		"./verify":      {[]string{"github.com/OWNER/argocd-on-aks/infra/chart"}, []string{"github.com/pulumi/"}},
		"./infra/chart": {[]string{"gopkg.in/yaml.v3"}, []string{"github.com/pulumi/", "github.com/OWNER/argocd-on-aks/infra/stack", "github.com/OWNER/argocd-on-aks/infra\n", "net/http\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			packages := strings.Join(goList(t, "../..", "-deps", name), "\n") + "\n"
			for _, needed := range c.has {
				if !strings.Contains(packages, needed+"\n") {
					t.Errorf("does not depend on %s; check this list", needed)
				}
			}
			for _, unwanted := range c.hasNot {
				if strings.Contains(packages, unwanted) {
					t.Errorf("depends on %s", unwanted)
				}
			}
		})
	}
}

// TestDependencies checks that the program requires exactly these modules directly.
func TestDependencies(t *testing.T) {
	t.Parallel()
	direct := goList(t, "../..", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all")
	want := []string{
		"github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2",
		"github.com/pulumi/pulumi-azure-native-sdk/v2",
		"github.com/pulumi/pulumi-azuread/sdk/v5",
		"github.com/pulumi/pulumi/sdk/v3",
		"gopkg.in/yaml.v3",
	}
	if !slices.Equal(direct, want) {
		t.Errorf("the program depends on %q, want %q", direct, want)
	}
}

// TestFirstBuild limits the packages that the first deployment, and each pipeline without Go's
// cache, compiles. docs/internals/performance.md has the cost of the large packages.
func TestFirstBuild(t *testing.T) {
	t.Parallel()
	const most = 765 // 742 belong to Pulumi's SDK for Go and its dependencies
	packages, empty := goList(t, "../..", "-deps", "."), goList(t, "../..", "-deps", "github.com/pulumi/pulumi/sdk/v3/go/pulumi")
	if len(packages) > most {
		t.Errorf("the program has %d packages, want at most %d", len(packages), most)
	}
	more := slices.DeleteFunc(packages, func(path string) bool {
		return slices.Contains(empty, path) || strings.HasPrefix(path+"/", "github.com/OWNER/argocd-on-aks/")
	})
	slices.Sort(more)
	want := []string{
		"github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101",
		"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities",
		"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread",
		"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread/internal",
		"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config",
		"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals",
		"github.com/spf13/cast",
	}
	if !slices.Equal(more, want) {
		t.Errorf("the program compiles more than an empty one by %q, want %q", more, want)
	}
}

// TestModules limits the modules that a new machine downloads before the first build.
func TestModules(t *testing.T) {
	t.Parallel()
	for folder, most := range map[string]int{
		".": 113, "cmd/verify": 14, "provider": 120, "tests": 386, "tests/kubernetes": 135,
		"tests/chart/argo-helm": 6, "tools": 274, "tools/yaml": 123, "tools/actionlint": 12, "tools/golangci": 211, "tools/licenses": 1, "tools/vuln": 6,
	} {
		edit := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
		edit.Dir = filepath.Join("../..", folder)
		output, err := edit.Output()
		e2e.NoError(t, err)
		var module struct{ Require []struct{} }
		e2e.NoError(t, json.Unmarshal(output, &module))
		if n := len(module.Require); n == 0 || n > most {
			t.Errorf("%s/go.mod requires %d modules, want at most %d", folder, n, most)
		}
	}
}

// TestOneVersion checks that the Pulumi CLI, the program, verify, the simulated Azure and Argo CD
// use the same versions of shared modules. Go then compiles hundreds of packages only once.
func TestOneVersion(t *testing.T) {
	t.Parallel()
	const version = "{{with .Module}}{{$.ImportPath}}@{{with .Replace}}{{.Version}}{{else}}{{.Version}}{{end}}{{end}}"
	cli := map[string]string{}
	for _, one := range goList(t, "../../tools", "-deps", "-f", version, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi") {
		path, version, _ := strings.Cut(one, "@")
		cli[path] = version
	}
	for folder, built := range map[string][]string{
		"../..": {"."}, "../../cmd/verify": {"."}, "../../provider": {"."}, "..": {"./cmd/demo", "./cmd/argocd", "./cmd/argocd-server"},
	} {
		shared := 0
		for _, one := range goList(t, folder, append([]string{"-deps", "-f", version}, built...)...) {
			path, version, _ := strings.Cut(one, "@")
			if _, is := cli[path]; !is {
				continue
			}
			shared++
			if cli[path] != version {
				t.Errorf("%s uses %s %s, the CLI %s", folder, path, version, cli[path])
			}
		}
		if shared < 60 {
			t.Errorf("%s shares only %d packages with the CLI; check these lists", folder, shared)
		}
	}
}

// goList returns the lines of go list in a folder, for the same system on each machine.
func goList(t *testing.T, folder string, args ...string) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	list.Dir, list.Env = folder, append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	lines, err := list.Output()
	e2e.NoError(t, err)
	return strings.Fields(string(lines))
}
