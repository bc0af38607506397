package repository

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPublishAs checks `make publish-as` in a copy of the repository: all programs build, the
// unit tests of the root module pass, and no file contains the former owner. Running it again
// changes nothing, and a later run can change the owner again.
func TestPublishAs(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "repository")
	clone(t, folder)
	in := func(module, name string, args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), name, args...)
		c.Dir = filepath.Join(folder, module)
		output, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %s %s: %v\n%s", module, name, strings.Join(args, " "), err, output)
		}
		return string(output)
	}
	commit := func() string {
		t.Helper()
		in(".", "git", "add", "--all")
		in(".", "git", "-c", "user.name=Contoso", "-c", "user.email=contoso@example.com", "commit", "--quiet", "--allow-empty", "--message", "Publish")
		return in(".", "git", "rev-parse", "HEAD^{tree}")
	}
	in(".", "git", "init", "--quiet")
	commit()

	in(".", "make", "publish-as", "REPO=github.com/Contoso-Ltd/argo")
	published := commit()
	if output := in(".", "make", "publish-as", "REPO=github.com/Contoso-Ltd/argo"); !strings.Contains(output, "Nothing to change") || commit() != published {
		t.Errorf("a second run changed files: %s", output)
	}
	former := regexp.MustCompile(`OWNER/|@owner/|owner_argocd_on_aks|"OWNER"|"owner",?$|WithNamespace\("owner"\)|Owner\.ArgocdOnAks|com\.owner\.`)
	for line := range strings.Lines(in(".", "git", "grep", "--line-number", "-I", "--ignore-case", "owner", ":!tools/release", ":!tests/repository/publish_test.go")) {
		if former.MatchString(strings.TrimSpace(line)) {
			t.Errorf("contains the former owner: %s", line)
		}
	}
	if unformatted := in(".", "gofmt", "-l", "."); unformatted != "" {
		t.Errorf("gofmt: %s", unformatted)
	}
	for _, module := range []string{".", "cmd/verify", "provider"} {
		in(module, "go", "build", "./...")
	}
	in(".", "go", "test", "./...")
	in("provider", "go", "test", "-run", "^TestSchema", "./components")

	in(".", "make", "publish-as", "REPO=github.com/contoso/argocd-on-aks")
	for line := range strings.Lines(in(".", "git", "grep", "--ignore-case", "contoso.ltd")) {
		if !strings.HasPrefix(line, "tools/release/") && !strings.HasPrefix(line, "tests/repository/publish_test.go:") {
			t.Errorf("contains the second owner: %s", line)
		}
	}
}
