package commands

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// builtDemo is the demo of a repository, with a place for temporary files of its
// own.
func builtDemo(t *testing.T, args ...string) (demo *exec.Cmd, temporary string) {
	t.Helper()
	binary := e2e.Build(t, "github.com/OWNER/argocd-on-aks/tests/cmd/demo")
	repository, err := filepath.Abs("../..")
	e2e.NoError(t, err)
	temporary = t.TempDir()
	demo = exec.CommandContext(t.Context(), binary, append([]string{"-repository", repository}, args...)...)
	demo.Env = append(os.Environ(), "TMPDIR="+temporary)
	return demo, temporary
}

// TestDemo tells prod's life in a page, without colours where there is no
// terminal, and has each of the tenant's people try what they may.
func TestDemo(t *testing.T) {
	t.Parallel()
	demo, temporary := builtDemo(t, "-stack", "prod")
	output, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if lines := strings.Count(string(output), "\n"); lines > 80 || strings.ContainsAny(string(output), "\x1b\r") {
		t.Errorf("%d lines, or control characters, in:\n%q", lines, output)
	}
	tells(t, string(output),
		"1 The plan", "AksCluster aks-group, aks-cluster, aks-pool-user", "2 Deployed", "aks-cluster # 5m0s",
		"3 Signed in to Argo CD at https://argocd.example.com",
		"alice Argo CD Admins yes yes yes yes yes yes yes", "bob Developers yes yes no yes no no no",
		"carol Release Managers yes yes yes no no no no", "erin Auditors yes yes no yes no no no",
		"dave AADSTS50105 by Entra", "admin (built in) refused",
		"4 Checked from outside", "sign-in verified: web, cli", "5 Destroyed", "Nothing is left",
	)
	emptied(t, temporary)
}

// TestGitOpsDemo tells of what people do with examples/bootstrap, and takes all down.
// `make test-gitops` runs it.
func TestGitOpsDemo(t *testing.T) {
	if os.Getenv("GITOPS") == "" {
		t.Skip("make test-gitops runs this, on a real Kubernetes API server")
	}
	t.Parallel()
	demo, temporary := builtDemo(t, "-stack", "prod", "-gitops")
	output, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	tells(t, string(output),
		"sign-in verified: web, cli", "5 GitOps", "Kubernetes v1.34.",
		"alice $ pulumi stack output bootstrapManifest | kubectl apply -f - root is Synced and Healthy",
		"bob $ argocd app sync cart --async PermissionDenied", "carol $ argocd app sync root --async PermissionDenied",
		"carol $ argocd app sync checkout --async checkout is Synced and Healthy",
		"currency is USD. root, cart, checkout: Synced and Healthy", "6 Destroyed", "Nothing is left",
	)
	emptied(t, temporary)
}

// tells wants these in a demo's output, in this order, however wide its columns and
// bars are.
func tells(t *testing.T, output string, wants ...string) {
	t.Helper()
	told := regexp.MustCompile(` +`).ReplaceAllString(output, " ")
	told = regexp.MustCompile(`#+`).ReplaceAllString(told, "#")
	for _, want := range wants {
		_, after, found := strings.Cut(told, want)
		if !found {
			t.Errorf("no %q, or not in this order, in:\n%s", want, output)
			continue
		}
		told = after
	}
}

// TestInterruptedDemo: one Ctrl-C ends it, with a line that says so.
func TestInterruptedDemo(t *testing.T) {
	t.Parallel()
	demo, temporary := builtDemo(t)
	var said strings.Builder
	demo.Stderr = &said
	stdout, err := demo.StdoutPipe()
	e2e.NoError(t, err)
	e2e.NoError(t, demo.Start())
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "2  Deployed") {
			e2e.NoError(t, demo.Process.Signal(os.Interrupt))
		}
	}
	if err := demo.Wait(); demo.ProcessState.ExitCode() != 130 {
		t.Errorf("it ends with %v", err)
	}
	if said.String() != "demo: interrupted; nothing of it is left\n" {
		t.Errorf("it says %q", said.String())
	}
	emptied(t, temporary)
}

func emptied(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestKeptDemo runs `make demo KEEP=1`, and in a second shell the block that it
// prints, up to where a person is needed. Ctrl-C leaves nothing.
func TestKeptDemo(t *testing.T) {
	kept, temporary := builtDemo(t, "-keep")
	release, err := argocd.TakeTurns(t.Context(), 9000) // dev's, which the demo needs
	e2e.NoError(t, err)
	defer func() {
		if err := release(); err != nil {
			t.Error(err)
		}
	}()
	stdout, err := kept.StdoutPipe()
	e2e.NoError(t, err)
	e2e.NoError(t, kept.Start())
	var printed strings.Builder
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.Contains(lines.Text(), "stays until Ctrl-C") {
		fmt.Fprintln(&printed, lines.Text())
	}
	_, block, found := strings.Cut(printed.String(), "from a second terminal in this folder\n")
	block, _, _ = strings.Cut(block, "  argocd login ")
	if !found {
		t.Fatalf("no block in:\n%s", &printed)
	}
	before := e2e.Read(t, "Pulumi.dev.yaml")
	shell := exec.CommandContext(t.Context(), "bash", "-euc", block+`printf 'argocd: %s\n' "$ARGOCD_CONFIG_DIR" && argocd version --client --short`)
	shell.Dir = "../.."
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s\n%s", err, block, output)
	}
	e2e.WantText(t, string(output), "12 unchanged", "Entra accepts the client ID", "argocd: /")
	if now := e2e.Read(t, "Pulumi.dev.yaml"); now != before {
		t.Errorf("the clone's Pulumi.dev.yaml has changed:\n%s", now)
	}
	e2e.NoError(t, kept.Process.Signal(os.Interrupt))
	for lines.Scan() {
	}
	if err := kept.Wait(); err != nil {
		t.Error(err)
	}
	emptied(t, temporary)
}
