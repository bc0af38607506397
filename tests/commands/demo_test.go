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
	"unicode/utf8"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// builtDemo returns the command of the demo and its folder for temporary files.
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

// TestDemo runs the demo of prod. Its output fits 100 columns and a page, and has no control
// characters without a terminal.
func TestDemo(t *testing.T) {
	t.Parallel()
	demo, temporary := builtDemo(t, "-stack", "prod")
	output, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if lines := strings.Count(string(output), "\n"); lines > 90 || strings.ContainsAny(string(output), "\x1b\r") {
		t.Errorf("%d lines, or control characters, in:\n%q", lines, output)
	}
	wantColumns(t, string(output))
	wantInOrder(t, string(output),
		"1 Plan", "AksCluster aks-group, aks-cluster, aks-pool-user", "2 Deployment", "aks-cluster # 5m0s",
		"3 Permissions in Argo CD at https://argocd.example.com",
		"get sync delete get sync create",
		"alice Argo CD Admins yes yes yes yes yes yes yes", "bob Developers yes yes no no yes no no",
		"carol Release Managers yes yes yes no no no no", "erin Auditors yes yes no no yes no no",
		"dave rejected by Entra: AADSTS50105", "admin (built-in) rejected by Argo CD",
		"4 Checks from outside", "sign-in verified: web, cli", "5 Teardown", "Nothing is left",
	)
	wantEmpty(t, temporary)
}

// TestGitOpsDemo runs the demo of examples/bootstrap.
func TestGitOpsDemo(t *testing.T) {
	if os.Getenv("GITOPS") == "" {
		t.Skip("needs a Kubernetes API server; run make test-gitops")
	}
	t.Parallel()
	demo, temporary := builtDemo(t, "-stack", "prod", "-gitops")
	output, err := demo.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	wantColumns(t, string(output))
	wantInOrder(t, string(output),
		"sign-in verified: web, cli", "5 GitOps", "Kubernetes v1.34.",
		"alice $ pulumi stack output bootstrapManifest | kubectl apply -f - root is Synced and Healthy",
		"bob $ argocd app sync cart --async PermissionDenied", "carol $ argocd app sync root --async PermissionDenied",
		"carol $ argocd app sync checkout --async checkout is Synced and Healthy",
		"currency USD. root, cart, checkout: Synced and Healthy", "6 Teardown", "Nothing is left",
	)
	wantEmpty(t, temporary)
}

// wantColumns checks that the output fits a terminal of 100 columns.
func wantColumns(t *testing.T, output string) {
	t.Helper()
	for line := range strings.Lines(output) {
		if width := utf8.RuneCountInString(strings.TrimRight(line, "\n")); width > 100 {
			t.Errorf("a line of %d columns: %s", width, line)
		}
	}
}

// wantInOrder checks that the output has these texts in this order. The widths of columns
// and bars do not matter.
func wantInOrder(t *testing.T, output string, wants ...string) {
	t.Helper()
	rest := regexp.MustCompile(` +`).ReplaceAllString(output, " ")
	rest = regexp.MustCompile(`#+`).ReplaceAllString(rest, "#")
	for _, want := range wants {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Errorf("no %q, or not in this order, in:\n%s", want, output)
			continue
		}
		rest = after
	}
}

// TestInterruptedDemo checks that one Ctrl-C ends the demo with a message.
func TestInterruptedDemo(t *testing.T) {
	t.Parallel()
	demo, temporary := builtDemo(t)
	var message strings.Builder
	demo.Stderr = &message
	stdout, err := demo.StdoutPipe()
	e2e.NoError(t, err)
	e2e.NoError(t, demo.Start())
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "2  Deployment") {
			e2e.NoError(t, demo.Process.Signal(os.Interrupt))
		}
	}
	if err := demo.Wait(); demo.ProcessState.ExitCode() != 130 {
		t.Errorf("got error %v, want exit code 130", err)
	}
	if message.String() != "demo: interrupted; all processes and files removed\n" {
		t.Errorf("got message %q", message.String())
	}
	wantEmpty(t, temporary)
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("got files %v, %v, want none", left, err)
	}
}

// TestKeptDemo runs `make demo KEEP=1` and, in a second shell, the printed commands before
// the interactive sign-in. Ctrl-C removes all files.
func TestKeptDemo(t *testing.T) {
	kept, temporary := builtDemo(t, "-keep")
	release, err := argocd.LockPort(t.Context(), 9000) // the port of dev
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
	for lines.Scan() && !strings.Contains(lines.Text(), "keeps running until Ctrl-C") {
		fmt.Fprintln(&printed, lines.Text())
	}
	wantColumns(t, strings.ReplaceAll(printed.String(), temporary, "/tmp"))
	_, block, found := strings.Cut(printed.String(), "in a second terminal in this folder\n")
	block, _, _ = strings.Cut(block, "  argocd login ")
	if !found {
		t.Fatalf("no commands in:\n%s", &printed)
	}
	before := e2e.Read(t, "Pulumi.dev.yaml")
	shell := exec.CommandContext(t.Context(), "bash", "-euc", block+`printf 'argocd: %s\n' "$ARGOCD_CONFIG_DIR" && argocd version --client --short`)
	shell.Dir = "../.."
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s\n%s", err, block, output)
	}
	e2e.WantText(t, string(output), "12 unchanged", "Entra accepts the client ID", "argocd: /")
	if after := e2e.Read(t, "Pulumi.dev.yaml"); after != before {
		t.Errorf("the demo changed Pulumi.dev.yaml of the clone:\n%s", after)
	}
	e2e.NoError(t, kept.Process.Signal(os.Interrupt))
	for lines.Scan() {
	}
	if err := kept.Wait(); err != nil {
		t.Error(err)
	}
	wantEmpty(t, temporary)
}
