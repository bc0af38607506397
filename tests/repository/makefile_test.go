package repository

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestMake runs make in a clone whose path has spaces, with only the required commands and
// variables. make writes only to the clone. Its help fits 100 columns.
func TestMake(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	repository, temporary, home := filepath.Join(folder, "with a space"), filepath.Join(folder, "temporary"), filepath.Join(folder, "home")
	clone(t, repository)
	for _, dir := range []string{temporary, home} {
		e2e.NoError(t, os.Mkdir(dir, 0o755))
	}
	const settings = "sourceContext:\n  git:\n    branch: main\n"
	e2e.NoError(t, os.WriteFile(filepath.Join(repository, "deployments", "made.yaml"), []byte(settings), 0o644))
	path := []string{"/usr/bin", "/bin"}
	for _, command := range []string{"go", "pulumi"} {
		found, err := exec.LookPath(command)
		e2e.NoError(t, err)
		if found, err = filepath.Abs(found); err != nil {
			t.Fatal(err)
		}
		path = append([]string{filepath.Dir(found)}, path...)
	}
	minimal := []string{"PATH=" + strings.Join(path, string(os.PathListSeparator)), "TMPDIR=" + temporary}
	caches := append(slices.Clone(minimal), "GOCACHE="+goEnv(t, os.Environ(), "GOCACHE"), "GOMODCACHE="+goEnv(t, os.Environ(), "GOMODCACHE"),
		"GOPROXY=off", "GOTOOLCHAIN=local")
	atHome := append(slices.Clone(caches), "HOME="+home)
	deployments := []string{"deployments", "ORG=contoso", "STACK=made", "DRY_RUN=1"}
	for _, c := range []struct {
		env, arguments []string
		want           string
	}{
		{minimal, nil, "make demo "},
		{minimal, deployments, "HOME is not set: set it, or GOCACHE and GOMODCACHE"},
		{append(slices.Clone(minimal), "OS=Windows_NT"), []string{"demo"}, "make demo requires Linux or macOS: run it in WSL"},
		{atHome, append([]string{".bin/pulumi", "provider"}, deployments...), `"branch": "main"`},
		{caches, deployments, "POST https://api.pulumi.com/api/stacks/contoso/argocd-on-aks/made/"},
	} {
		run := exec.CommandContext(t.Context(), "make", c.arguments...)
		run.Dir, run.Env = repository, c.env
		output, _ := run.CombinedOutput()
		if !strings.Contains(string(output), c.want) {
			t.Errorf("make %v: no %q in\n%s", c.arguments, c.want, output)
		}
		for line := range strings.Lines(string(output)) {
			if len(c.arguments) == 0 && len(line) > 101 {
				t.Errorf("make help: a line of %d columns: %s", len(line)-1, line)
			}
		}
	}
	for _, command := range []string{"pulumi", "pulumi-resource-argocd-on-aks", "deployments"} {
		if info, err := os.Stat(filepath.Join(repository, ".bin", command)); err != nil || info.Mode()&0o100 == 0 {
			t.Errorf(".bin/%s is not executable: %v", command, err)
		}
	}
	// Go writes telemetry: https://go.dev/doc/telemetry
	written := files(t, folder, repository, goEnv(t, atHome, "GOTELEMETRYDIR"))
	if len(written) > 0 {
		t.Errorf("make wrote outside of the clone: %v", written)
	}
}

// TestMakePulumi checks that make builds the Pulumi CLI only if the one on PATH is not
// suitable. The tests need the pinned version, make demo KEEP=1 the same or a newer one, and
// make verify any.
func TestMakePulumi(t *testing.T) {
	t.Parallel()
	repository := t.TempDir()
	clone(t, repository)
	for version, built := range map[string][]string{
		"":         {".bin/pulumi", "pulumi-to-look-around", "pulumi-for-stack"},
		"v3.99.0":  {".bin/pulumi", "pulumi-to-look-around"},
		"v3.200.0": nil,
		"v3.200.1": {".bin/pulumi"},
		"v4.0.0":   {".bin/pulumi", "pulumi-to-look-around"},
	} {
		path := commands(t, map[string]string{"go": "exit"})
		if version != "" {
			path += ":" + commands(t, map[string]string{"pulumi": "echo " + version})
		}
		for _, target := range []string{".bin/pulumi", "pulumi-to-look-around", "pulumi-for-stack"} {
			run := exec.CommandContext(t.Context(), "make", target, "PULUMI_VERSION=v3.200.0", "VERBOSE=1")
			run.Dir, run.Env = repository, append(os.Environ(), "PATH="+path+":/usr/bin:/bin")
			output, err := run.CombinedOutput()
			if err != nil {
				t.Fatalf("make %s: %v: %s", target, err, output)
			}
			if got := strings.Contains(string(output), "Building the Pulumi CLI"); got != slices.Contains(built, target) {
				t.Errorf("pulumi %q: make %s builds a CLI: %v", version, target, got)
			}
			e2e.NoError(t, os.RemoveAll(filepath.Join(repository, ".bin")))
		}
	}
}

// commands writes scripts of one line and returns their folder.
func commands(t *testing.T, lines map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, line := range lines {
		e2e.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+line+"\n"), 0o755))
	}
	return folder
}

// files returns the files in a folder, except those in the given subfolders.
func files(t *testing.T, folder string, without ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(without, path):
			return fs.SkipDir
		case !entry.IsDir():
			found = append(found, path)
		}
		return nil
	})
	e2e.NoError(t, err)
	return found
}

// TestBuildTargets checks that the build target ends with .exe. On Windows, os/exec appends an
// extension to a path without one and then does not find the program that Pulumi built.
// https://github.com/pulumi/pulumi/blob/master/sdk/go/pulumi-language-go/main.go, compileProgram and runProgram
func TestBuildTargets(t *testing.T) {
	t.Parallel()
	for _, project := range []string{"Pulumi.yaml", "examples/fleet/Pulumi.yaml"} {
		var settings struct {
			Runtime struct {
				Options struct {
					BuildTarget string `yaml:"buildTarget"`
				} `yaml:"options"`
			} `yaml:"runtime"`
		}
		e2e.Parse(t, e2e.Read(t, project), &settings)
		if target := settings.Runtime.Options.BuildTarget; !strings.HasPrefix(target, "bin/") || filepath.Ext(target) != ".exe" {
			t.Errorf("%s: os/exec does not start %q on Windows", project, target)
		}
	}
}
