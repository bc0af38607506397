// Package ui tests the build files of Argo CD's web application.
package ui

import (
	"encoding/json"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestLockFile checks that npm uses the configured registry, and that each package has a
// checksum.
func TestLockFile(t *testing.T) {
	t.Parallel()
	var lock struct {
		Packages map[string]struct{ Version, Resolved, Integrity string }
	}
	content, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		t.Fatal(err)
	}
	delete(lock.Packages, "") // this folder
	if len(lock.Packages) == 0 {
		t.Error("no packages")
	}
	for name, locked := range lock.Packages {
		if locked.Resolved != "" || locked.Integrity == "" {
			t.Errorf("%s %s comes from %q with checksum %q", name, locked.Version, locked.Resolved, locked.Integrity)
		}
	}
}

// TestReadme checks that README.md lists all files of this folder and all patched files of
// argo-ui, and no others.
func TestReadme(t *testing.T) {
	t.Parallel()
	want := append(here(t), matches(t, "adjustments.mjs", `'(argo-ui/\S+)': \[`)...)
	named := append(matches(t, "README.md", "(?m)^\\| `(.+?)` \\|"), "README.md", "ui_test.go")
	slices.Sort(want)
	slices.Sort(named)
	if !slices.Equal(named, want) {
		t.Errorf("README.md lists\n%q, want\n%q", named, want)
	}
}

// here returns the files of this folder.
func here(t *testing.T) (files []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// matches returns the first group of each match in a file.
func matches(t *testing.T, file, expression string) (found []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(expression).FindAllStringSubmatch(string(content), -1) {
		found = append(found, match[1])
	}
	return found
}
