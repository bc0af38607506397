package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azcli"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// beginning is the block of docs/bootstrap.md, which examples/bootstrap repeats.
func beginning(t *testing.T) string {
	t.Helper()
	block := block(t, read(t, "docs/bootstrap.md"), "# The first application", "```yaml\n")
	if !strings.Contains(read(t, "examples/bootstrap/README.md"), block) {
		t.Errorf("examples/bootstrap has another block than\n%s", block)
	}
	if !strings.Contains(strings.ReplaceAll(read(t, "Pulumi.prod.yaml"), "\n  ", "\n"), block) {
		t.Errorf("Pulumi.prod.yaml has another block than\n%s", block)
	}
	return block
}

// TestBootstrap takes the first application from a protected stack that runs, and gives
// it back: only outputs come and go. The real API server takes the manifest from an admin
// and from nobody else, and lets everybody do with the application what prod's policies
// say, to the letter.
func TestBootstrap(t *testing.T) {
	t.Parallel()
	stack, _, internet := onItsDomain(t)
	unset(t, stack, "bootstrap")
	want(t, stack.Up, map[string]int{"same": prodResources})
	values, err := stack.Values(t.Context())
	if err != nil || values["bootstrapManifest"] != nil || values["bootstrapCommand"] != nil {
		t.Errorf("without the key: %v, %v", values, err)
	}
	paste(t, stack, beginning(t))
	want(t, stack.Preview, map[string]int{"same": prodResources})
	want(t, stack.Up, map[string]int{"same": prodResources})
	file := filepath.Join(t.TempDir(), "first.yaml")
	write(t, file, output(t, stack, "bootstrapManifest"))

	login := strings.Replace(output(t, stack, "loginCommand"), "argocd.example.com", internet.Address, 1)
	users := map[string]*argocd.CLI{}
	for _, user := range []string{"alice", "bob", "carol", "erin"} {
		users[user] = argocd.NewCLI(internet, t.TempDir())
		if err := users[user].Login(t.Context(), login, browse(t, internet, user)); err != nil {
			t.Fatal(err)
		}
	}
	create := []string{"app", "create", "-f", file, "--validate=false"} // there is no repo-server here
	for _, user := range []string{"bob", "carol", "erin"} {
		refuses(t, users[user], "PermissionDenied", create...)
	}
	must(t, users["alice"], create...)
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
			refuses(t, users[c.user], "PermissionDenied", "app", "sync", "root", "--async")
		}
	}
}

// TestBootstrapPreview: what will be applied can be read before anything is there.
func TestBootstrapPreview(t *testing.T) {
	t.Parallel()
	stack, _ := open(t, "dev")
	paste(t, stack, beginning(t))
	planned := previewed(t, stack)
	want(t, stack.Up, map[string]int{"create": devResources})
	if manifest := output(t, stack, "bootstrapManifest"); planned["bootstrapManifest"] != manifest {
		t.Errorf("planned %v, then %s", planned["bootstrapManifest"], manifest)
	}
}

// previewed are the outputs that a preview knows.
func previewed(t *testing.T, stack *engine.Stack) map[string]any {
	t.Helper()
	if _, err := stack.Preview(t.Context()); err != nil {
		t.Fatal(err)
	}
	return stack.Last.Outputs
}

// TestBootstrapCommand runs the output as docs/bootstrap.md says: az has kubectl apply
// the stack's manifest on the stack's cluster, whatever its group is called.
func TestBootstrapCommand(t *testing.T) {
	t.Parallel()
	stack, _ := open(t, "dev")
	paste(t, stack, beginning(t))
	set(t, stack, "names.resourceGroup", "argo(dev)")
	want(t, stack.Up, map[string]int{"create": devResources})

	printed, applied := runsOnCluster(t, stack, block(t, read(t, "docs/bootstrap.md"), "### Through Azure", "```sh\n"), "argo(dev)")
	if !strings.HasSuffix(printed, "exitcode=0\nargocd-bootstrap.yaml\n") {
		t.Error(printed)
	}
	if wanted := output(t, stack, "bootstrapManifest"); strings.TrimSpace(applied) != strings.TrimSpace(wanted) {
		t.Errorf("applied %s, want %s", applied, wanted)
	}
}

// runsOnCluster runs a block of a document where az has the cluster argocd-dev of a
// resource group run kubectl apply -f. It returns what is printed, which ends in the
// files that kubectl finds, and the file that it was given.
func runsOnCluster(t *testing.T, stack *engine.Stack, script, group string) (printed, applied string) {
	t.Helper()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "applied.yaml")
	az, err := azcli.Install(dir, group, "argocd-dev")
	if err != nil {
		t.Fatal(err)
	}
	kubectl := fmt.Sprintf("#!/bin/sh\n[ \"$1 $2\" = 'apply -f' ] && ls && cp \"$3\" '%s'\n", file)
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(kubectl), 0o755); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-euc", script)
	shell.Dir, shell.Env = stack.Dir, append(os.Environ(), az...)
	for key, value := range stack.Env {
		shell.Env = append(shell.Env, key+"="+value)
	}
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	manifest, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return string(output), string(manifest)
}
