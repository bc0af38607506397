package gitops

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azcli"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestBootstrap creates the first application with the commands of docs/clusters.md that
// need no kubectl, deletes it without its Applications, and creates it again.
func TestBootstrap(t *testing.T) {
	t.Parallel()
	m := deployed(t)
	m.run(t, m.install(t))
	m.repository(t)
	az, err := azcli.Install(t.TempDir(), "argocd-prod", "argocd-prod")
	e2e.NoError(t, err)
	printed, err := m.shell(t, command(t, "Through Azure"), az...)
	if err != nil || !strings.Contains(printed, "exitcode=0\napplication.argoproj.io/root created") {
		t.Fatalf("%v: %s", err, printed)
	}
	m.waitFor(t, "root", "Synced", "Healthy")
	m.waitFor(t, "cart", "OutOfSync", "Missing")

	alice, bob := e2e.Login(t, m.stack, m.internet, "alice"), e2e.Login(t, m.stack, m.internet, "bob")
	e2e.Run(t, alice, "app", "delete", "root", "--cascade=false", "--yes")
	left, err := m.shell(t, "kubectl get applications --namespace argocd --output name")
	if err != nil || left != "application.argoproj.io/cart\napplication.argoproj.io/checkout\n" {
		t.Errorf("%v: got the applications %s", err, left)
	}
	again := command(t, "With the argocd CLI")
	if printed, err := m.shell(t, again, bob.Env()...); err == nil || !strings.Contains(printed, "PermissionDenied") {
		t.Errorf("a developer can create the application: %v: %s", err, printed)
	}
	for range 2 {
		if printed, err := m.shell(t, again, alice.Env()...); err != nil {
			t.Fatalf("%v: %s", err, printed)
		}
	}
	m.waitFor(t, "root", "Synced", "Healthy")
}

// command returns the commands of docs/clusters.md below a heading.
func command(t *testing.T, heading string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/clusters.md")
	e2e.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "\n### "+heading+"\n")
	_, rest, opened := strings.Cut(rest, "```sh\n")
	code, _, closed := strings.Cut(rest, "```")
	if !found || !opened || !closed {
		t.Fatalf("docs/clusters.md has no commands below %q", heading)
	}
	return code
}

// shell runs a command with access to the stack and to the Kubernetes API.
func (m *team) shell(t *testing.T, command string, env ...string) (printed string, err error) {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "sh", "-euc", command)
	shell.Dir = m.stack.Dir
	shell.Env = slices.Concat(os.Environ(), m.stack.Environ(), []string{"KUBECONFIG=" + m.cluster.Kubeconfig}, env)
	output, err := shell.CombinedOutput()
	return string(output), err
}
