package gitops

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDemo tells the story of TestGitOps, and takes all down.
func TestDemo(t *testing.T) {
	t.Parallel()
	built(t)
	demo := filepath.Join(t.TempDir(), "demo")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", demo, "../cmd/demo").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir()
	command := exec.CommandContext(t.Context(), demo, "-repository", repository, "-stack", "prod", "-gitops")
	command.Env = append(os.Environ(), "TMPDIR="+temporary)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	told := regexp.MustCompile(` +`).ReplaceAllString(string(output), " ")
	for _, want := range []string{
		"sign-in verified: web, cli", "5 GitOps", "Kubernetes v1.34.", "alice $ argocd app create --file root.yaml root is Synced and Healthy",
		"bob $ argocd app sync cart --async PermissionDenied", "carol $ argocd app sync root --async PermissionDenied",
		"carol $ argocd app sync checkout --async checkout is Synced and Healthy",
		"currency is USD. root, cart, checkout: Synced and Healthy", "6 Destroyed", "Nothing is left",
	} {
		_, after, found := strings.Cut(told, want)
		if !found {
			t.Fatalf("no %q, or not in this order, in:\n%s", want, output)
		}
		told = after
	}
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
