package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestWalls: the compiler refuses circles, this test the other wrong ways. What
// the tests build on never reaches the program, the components know nothing of
// the program, and what Argo CD is told needs no Pulumi.
func TestWalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ has, hasNot []string }{
		".": {
			[]string{"argocd-on-aks/infra/stack", "github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"},
			[]string{"helm.sh/", "k8s.io/", "github.com/argoproj/", "github.com/pulumi/pulumi/pkg/", "miniredis", "github.com/Azure/azure-sdk-for-go/", "argocd-on-aks/infra/internal/mocks"},
		},
		"./infra":       {[]string{"argocd-on-aks/infra/chart"}, []string{"argocd-on-aks/infra/stack"}},
		"./infra/chart": {[]string{"gopkg.in/yaml.v3"}, []string{"github.com/pulumi/", "argocd-on-aks/infra/stack", "argocd-on-aks/infra\n", "net/http\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := exec.CommandContext(t.Context(), "go", "list", "-deps", name)
			list.Dir = "../.."
			packages, err := list.Output()
			if err != nil {
				t.Fatal(err)
			}
			for _, needed := range c.has {
				if !strings.Contains(string(packages), needed+"\n") {
					t.Errorf("does not depend on %s: is this the right list?", needed)
				}
			}
			for _, unwanted := range c.hasNot {
				if strings.Contains(string(packages), unwanted) {
					t.Errorf("depends on %s", unwanted)
				}
			}
		})
	}
}

// TestDependencies: what is deployed asks for these modules itself, and no other.
func TestDependencies(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all")
	list.Dir = "../.."
	modules, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	direct := strings.Fields(string(modules))
	for _, module := range direct {
		known := func(family string) bool { return strings.HasPrefix(module, family) }
		if !slices.ContainsFunc([]string{
			"github.com/pulumi/pulumi/sdk/v3", "github.com/pulumi/pulumi-azure-native-sdk/", "github.com/pulumi/pulumi-azuread/sdk/v5", "gopkg.in/yaml.v3",
		}, known) {
			t.Errorf("the program depends on %s", module)
		}
	}
	if len(direct) < 6 {
		t.Errorf("only %v", direct)
	}
}
