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

// TestWalls: the compiler refuses circles, this test the other wrong ways. What
// the tests build on never reaches the program, the components know nothing of
// the program, and what Argo CD is told needs no Pulumi.
func TestWalls(t *testing.T) {
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
					t.Errorf("does not depend on %s: is this the right list?", needed)
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

// TestDependencies: what is deployed asks for these modules itself, and no other.
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

// TestFirstBuild: whoever deploys the program for the first time, and each pipeline
// without Go's cache, compiles all that it imports. docs/performance.md has what the
// large packages cost.
func TestFirstBuild(t *testing.T) {
	t.Parallel()
	const most = 765 // 742 of them are Pulumi's SDK for Go and what it imports
	packages, empty := goList(t, "../..", "-deps", "."), goList(t, "../..", "-deps", "github.com/pulumi/pulumi/sdk/v3/go/pulumi")
	if len(packages) > most {
		t.Errorf("the program is built from %d packages, want %d at most", len(packages), most)
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

// TestModules: a fresh machine downloads them before anything is built.
func TestModules(t *testing.T) {
	t.Parallel()
	for folder, most := range map[string]int{
		".": 113, "cmd/verify": 14, "provider": 120, "tests": 386, "tests/kubernetes": 135,
		"tests/chart/argo-helm": 2, "tools": 274, "tools/yaml": 123, "tools/actionlint": 12, "tools/golangci": 211, "tools/licenses": 1, "tools/vuln": 6,
	} {
		edit := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
		edit.Dir = filepath.Join("../..", folder)
		output, err := edit.Output()
		e2e.NoError(t, err)
		var module struct{ Require []struct{} }
		e2e.NoError(t, json.Unmarshal(output, &module))
		if n := len(module.Require); n == 0 || n > most {
			t.Errorf("%s/go.mod requires %d modules, want %d at most", folder, n, most)
		}
	}
}

// TestOneVersion: the Pulumi CLI is built on the same machine as the program, verify,
// the simulated Azure and Argo CD, and shares hundreds of packages with each of them. Go
// compiles these once where their modules are of one version.
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
				t.Errorf("%s compiles %s at %s, and the CLI at %s", folder, path, version, cli[path])
			}
		}
		if shared < 60 {
			t.Errorf("%s shares %d packages with the CLI: are these the right lists?", folder, shared)
		}
	}
}

// goList are the lines of a list in a folder, the same on each system.
func goList(t *testing.T, folder string, args ...string) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	list.Dir, list.Env = folder, append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	lines, err := list.Output()
	e2e.NoError(t, err)
	return strings.Fields(string(lines))
}
