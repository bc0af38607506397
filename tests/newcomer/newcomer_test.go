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

// TestWalkthrough follows the README's walkthrough with the caches that are here: the
// real CLI and the compiled program, a mistake and its correction, up and destroy.
func TestWalkthrough(t *testing.T) {
	t.Parallel()
	// Not t.TempDir: argocd puts a socket below it, whose path has some 100 characters at
	// most, and this test may run inside another newcomer's folder.
	home, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	n, err := arrive(t.Context(), "../..", home, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"GOCACHE", "GOMODCACHE"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", setting).Output()
		if err != nil {
			t.Fatal(err)
		}
		n.shell.env = append(n.shell.env, setting+"="+strings.TrimSpace(string(value)))
	}
	pulumi, err := exec.LookPath("pulumi")
	if err != nil {
		t.Fatal(err)
	}
	if pulumi, err = filepath.Abs(pulumi); err != nil {
		t.Fatal(err)
	}
	n.shell.opening = "PATH=\"$PATH:" + filepath.Dir(pulumi) + "\""
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range sections(string(readme)) {
		if section.title != onAzure {
			section.commands = section.commands[:1]
		}
		if err := n.read(t.Context(), section); err != nil {
			t.Error(err)
		}
	}
	if len(n.milestones) != 2 {
		t.Errorf("reached %v", n.milestones)
	}
}

// TestInstall: the README's commands that need a published version name this repository's
// template and module, which TestPublished uses in the same way.
func TestInstall(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	module, err := exec.CommandContext(t.Context(), "go", "-C", "../..", "list", "-m").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimSpace(string(module))
	var commands []string
	for _, section := range sections(string(readme)) {
		if section.title == install {
			commands = section.commands
		}
	}
	want := []string{"mkdir argocd && cd argocd", "pulumi new https://" + path + "/template", "pulumi up", "go get " + path}
	if !slices.Equal(commands, want) {
		t.Errorf("the commands are %q, want %q", commands, want)
	}
	if _, err := os.Stat("../../template/Pulumi.yaml"); err != nil {
		t.Error(err)
	}
}
