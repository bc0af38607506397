package lifecycle

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// bootstrapBlock returns the block of docs/clusters.md that examples/bootstrap repeats.
func bootstrapBlock(t *testing.T) string {
	t.Helper()
	block := e2e.Block(t, e2e.Read(t, "docs/clusters.md"), "\n## First application\n", "```yaml\n")
	if !strings.Contains(e2e.Read(t, "examples/bootstrap/README.md"), block) {
		t.Errorf("examples/bootstrap differs from\n%s", block)
	}
	if !strings.Contains(strings.ReplaceAll(e2e.Read(t, "Pulumi.prod.yaml"), "\n  ", "\n"), block) {
		t.Errorf("Pulumi.prod.yaml differs from\n%s", block)
	}
	return block
}

// TestBootstrap removes the first application from a running protected stack and restores it: only
// outputs change. The real API server accepts the manifest from an admin only, and permits exactly
// the requests in prod's policies.
func TestBootstrap(t *testing.T) {
	t.Parallel()
	stack, _, internet := e2e.OnItsDomain(t)
	e2e.Unset(t, stack, "bootstrap")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})
	values, err := stack.Values(t.Context())
	if err != nil || values["bootstrapManifest"] != nil || values["bootstrapCommand"] != nil {
		t.Errorf("without the key: %v, %v", values, err)
	}
	e2e.Paste(t, stack, bootstrapBlock(t))
	e2e.Want(t, stack.Preview, map[string]int{"same": e2e.ProdResources})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})
	file := filepath.Join(t.TempDir(), "first.yaml")
	e2e.Write(t, file, e2e.Output(t, stack, "bootstrapManifest"))

	users := map[string]*argocd.CLI{}
	for _, user := range []string{"alice", "bob", "carol", "erin"} {
		users[user] = e2e.Login(t, stack, internet, user)
	}
	create := []string{"app", "create", "-f", file, "--validate=false"} // there is no repo-server here
	for _, user := range []string{"bob", "carol", "erin"} {
		e2e.Refused(t, users[user], "PermissionDenied", create...)
	}
	e2e.Run(t, users["alice"], create...)
	for _, c := range []struct{ user, see, sync, delete string }{
		{"alice", "yes", "yes", "yes"}, {"bob", "yes", "no", "no"}, {"carol", "no", "no", "no"}, {"erin", "yes", "no", "no"},
	} {
		for action, want := range map[string]string{"get": c.see, "sync": c.sync, "delete": c.delete} {
			if got, err := users[c.user].Run(t.Context(), "account", "can-i", action, "applications", "default/root"); err != nil || got != want {
				t.Errorf("%s, %s: got %s, %v; want %s", c.user, action, got, err, want)
			}
		}
		listed, err := users[c.user].Run(t.Context(), "app", "list", "--output", "name")
		if want := map[string]string{"yes": "argocd/root"}[c.see]; err != nil || listed != want {
			t.Errorf("%s sees %q, %v; want %q", c.user, listed, err, want)
		}
		if c.sync == "no" {
			e2e.Refused(t, users[c.user], "PermissionDenied", "app", "sync", "root", "--async")
		}
	}
}

// TestBootstrapPreview checks that a preview shows the manifest before the first deployment.
func TestBootstrapPreview(t *testing.T) {
	t.Parallel()
	stack, _ := e2e.Open(t, "dev")
	e2e.Paste(t, stack, bootstrapBlock(t))
	planned := previewed(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
	if manifest := e2e.Output(t, stack, "bootstrapManifest"); planned["bootstrapManifest"] != manifest {
		t.Errorf("planned %v, then %s", planned["bootstrapManifest"], manifest)
	}
}

// previewed returns the outputs of a preview.
func previewed(t *testing.T, stack *engine.Stack) map[string]any {
	t.Helper()
	e2e.Succeed(t, stack.Preview)
	return stack.Last.Outputs
}

// TestBootstrapCommand runs the command of docs/clusters.md: az applies the manifest to the
// cluster, also in a resource group whose name needs quotes.
func TestBootstrapCommand(t *testing.T) {
	t.Parallel()
	stack, _ := e2e.Open(t, "dev")
	e2e.Paste(t, stack, bootstrapBlock(t))
	e2e.Set(t, stack, "names.resourceGroup", "argo(dev)")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})

	printed, applied := e2e.RunOnCluster(t, stack, e2e.Block(t, e2e.Read(t, "docs/clusters.md"), "\n### Through Azure\n", "```sh\n"), "argo(dev)")
	if !strings.HasSuffix(printed, "exitcode=0\nargocd-bootstrap.yaml\n") {
		t.Error(printed)
	}
	if wanted := e2e.Output(t, stack, "bootstrapManifest"); strings.TrimSpace(applied) != strings.TrimSpace(wanted) {
		t.Errorf("applied %s, want %s", applied, wanted)
	}
}
