package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"
)

// Root returns the repository's folder. Tests run in a folder below its tests/.
func Root(t *testing.T) string {
	t.Helper()
	folder, err := os.Getwd()
	NoError(t, err)
	return folder[:strings.LastIndex(folder, "/tests/")]
}

// Read returns a file of the repository.
func Read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(Root(t), file))
	NoError(t, err)
	return string(content)
}

// Write writes a file for a test.
func Write(t *testing.T, file, content string) {
	t.Helper()
	NoError(t, os.WriteFile(file, []byte(content), 0o600))
}

// Pages returns the paths of the repository's documents.
func Pages(t *testing.T) (pages []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/internals/*.md", "examples/*/*.md", ".github/*.md", "provider/*.md", "template/*.md"} {
		found, err := filepath.Glob(filepath.Join(Root(t), pattern))
		NoError(t, err)
		for _, page := range found {
			pages = append(pages, strings.TrimPrefix(page, Root(t)+"/"))
		}
	}
	return pages
}

// Block returns the first code block of a page that starts with fence and follows a text.
func Block(t *testing.T, page, after, fence string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, after)
	_, rest, opened := strings.Cut(rest, fence)
	code, _, closed := strings.Cut(rest, "```")
	if !found || !opened || !closed {
		t.Fatalf("no block %q after %q", fence, after)
	}
	return code
}

// Parse parses YAML.
func Parse(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// built has a sync.OnceValues for each package that Build compiles.
var built sync.Map

// Build compiles a command of this repository, once for all tests of a package, and returns its
// path. The binary is deleted with the tests' Pulumi home.
func Build(t *testing.T, pkg string) string {
	t.Helper()
	once, _ := built.LoadOrStore(pkg, sync.OnceValues(func() (string, error) {
		command := filepath.Join(os.Getenv("PULUMI_HOME"), "commands", path.Base(pkg))
		output, err := exec.Command("go", "build", "-o", command, pkg).CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("go build %s: %w: %s", pkg, err, output)
		}
		return command, nil
	}))
	command, err := once.(func() (string, error))()
	NoError(t, err)
	return command
}
