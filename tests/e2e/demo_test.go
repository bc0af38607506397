package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestKeptDemo runs `make demo KEEP=1`, and in a second shell the block that it
// prints, up to where a person is needed. Ctrl-C leaves nothing.
func TestKeptDemo(t *testing.T) {
	demo := filepath.Join(t.TempDir(), "demo")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", demo, "../cmd/demo").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	kept := exec.CommandContext(t.Context(), demo, "-repository", repository, "-keep")
	stdout, err := kept.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := kept.Start(); err != nil {
		t.Fatal(err)
	}
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
	shell := exec.CommandContext(t.Context(), "bash", "-euc", block+`printf 'argocd: %s\n' "$ARGOCD_CONFIG_DIR" && argocd version --client --short`)
	shell.Dir = repository
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s\n%s", err, block, output)
	}
	for _, want := range []string{"Current stack resources (14)", "Entra accepts the client ID", "argocd: /"} {
		if !strings.Contains(string(output), want) {
			t.Errorf("no %q in:\n%s", want, output)
		}
	}
	if err := kept.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
	}
	if err := kept.Wait(); err != nil {
		t.Error(err)
	}
	home := regexp.MustCompile(`\. '(.*)/env'`).FindStringSubmatch(block)
	if home == nil {
		t.Fatalf("no environment in %s", block)
	}
	if _, err := os.Stat(home[1]); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", home[1], err)
	}
}
