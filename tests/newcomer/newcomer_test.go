package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTutorial runs the commands of the tutorial with the caches of this machine: the real CLI and
// the compiled program, an invalid value and its correction, up and destroy.
func TestTutorial(t *testing.T) {
	t.Parallel()
	// Not t.TempDir: argocd creates a socket in the folder, and the path of a socket is limited to
	// about 100 characters. This test can run inside the home directory of another newcomer.
	home, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	u, err := newUser(t.Context(), "../..", home, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"GOCACHE", "GOMODCACHE"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", setting).Output()
		if err != nil {
			t.Fatal(err)
		}
		u.shell.env = append(u.shell.env, setting+"="+strings.TrimSpace(string(value)))
	}
	pulumi, err := exec.LookPath("pulumi")
	if err != nil {
		t.Fatal(err)
	}
	if pulumi, err = filepath.Abs(pulumi); err != nil {
		t.Fatal(err)
	}
	u.shell.opening = "PATH=\"$PATH:" + filepath.Dir(pulumi) + "\""
	clone := pageOf(t, readme)[0]
	clone.commands = clone.commands[:1]
	if err := u.followReadme(t.Context(), []section{clone}); err != nil {
		t.Fatal(err)
	}
	if err := u.followTutorial(t.Context(), pageOf(t, tutorial)); err != nil {
		t.Error(err)
	}
	if len(u.milestones) != 2 {
		t.Errorf("reached %v", u.milestones)
	}
}

// TestInstallation checks that the commands that need a published version name this repository's
// template and module. TestPublished runs such commands.
func TestInstallation(t *testing.T) {
	t.Parallel()
	module, err := exec.CommandContext(t.Context(), "go", "-C", "../..", "list", "-m").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimSpace(string(module))
	var commands []string
	for _, section := range slices.Concat(pageOf(t, readme), pageOf(t, tutorial)) {
		for _, line := range section.commands {
			if needsVersion(line) {
				line, _, _ = strings.Cut(line, "@")
				commands = append(commands, line)
			}
		}
	}
	create := []string{"mkdir argocd && cd argocd", "pulumi new https://" + path + "/template"}
	want := append(slices.Concat(create, create), "go run "+path+"/cmd/verify")
	if !slices.Equal(commands, want) {
		t.Errorf("the commands are %q, want %q", commands, want)
	}
	if _, err := os.Stat("../../template/Pulumi.yaml"); err != nil {
		t.Error(err)
	}
}

func pageOf(t *testing.T, page string) []section {
	t.Helper()
	found, err := readPage("../..", page)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
