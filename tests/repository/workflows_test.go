package repository

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// workflow is as much of a workflow of GitHub Actions as the tests look at.
type workflow struct {
	On          map[string]yaml.Node
	Permissions map[string]string
	Jobs        map[string]struct {
		If          string
		Environment string
		Permissions map[string]string
		Steps       []struct {
			Uses string
			With map[string]string
		}
	}
}

// starts is what a trigger of the workflow says; it must have it.
func (w workflow) starts(t *testing.T, on string) (trigger struct{ Branches, Tags, Paths []string }) {
	t.Helper()
	node, has := w.On[on]
	if !has {
		t.Fatalf("does not start on %s", on)
	}
	e2e.NoError(t, node.Decode(&trigger))
	return trigger
}

func readWorkflow(t *testing.T, file string) workflow {
	t.Helper()
	var w workflow
	e2e.Parse(t, e2e.Read(t, file), &w)
	if len(w.Jobs) == 0 {
		t.Fatalf("%s has no jobs", file)
	}
	return w
}

var pinned = regexp.MustCompile(`^[\w.-]+/[\w.-]+@[0-9a-f]{40}$`)

// publishing are the actions, and "" a shell, in a job that may publish.
var publishing = []string{"", "actions/download-artifact", "actions/attest-build-provenance"}

// TestWorkflows: what a pull request runs here gets no right and no token. In the
// workflows to copy it gets the previewing identity's alone, and never a fork's; the
// deploying one is for main. No tag that others can move decides what runs with these. A
// release is published by a job that runs no code of the repository or its dependencies.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	const preview, deploy = "examples/github-actions/preview.yaml", "examples/github-actions/deploy.yaml"
	const release = ".github/workflows/release.yaml"
	environments := map[string]string{preview: "preview", deploy: "prod"}
	triggers := map[string][]string{
		".github/workflows/ci.yaml": {"push", "pull_request"},
		preview:                     {"pull_request"},
		deploy:                      {"push", "schedule"},
		release:                     {"push"},
	}
	permissions := map[string]map[string]string{release + " publish": {"contents": "write", "id-token": "write", "attestations": "write"}}
	var files []string
	for _, folder := range []string{".github/workflows", "examples/github-actions"} {
		found, err := filepath.Glob(filepath.Join("../..", folder, "*.y*ml"))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", folder, found, err)
		}
		for _, file := range found {
			files = append(files, folder+"/"+filepath.Base(file))
		}
	}
	for _, file := range files {
		w := readWorkflow(t, file)
		want := map[string]string{"contents": "read"}
		if environments[file] != "" {
			want["id-token"] = "write"
		}
		if fmt.Sprint(w.Permissions) != fmt.Sprint(want) {
			t.Errorf("%s: permissions %v, want %v", file, w.Permissions, want)
		}
		for on := range w.On {
			if may := triggers[file]; !slices.Contains(may, on) {
				t.Errorf("%s starts on %s, and may on %v", file, on, may)
			}
		}
		if file == release {
			if on := w.starts(t, "push"); on.Branches != nil || !slices.Equal(on.Tags, []string{"v*"}) {
				t.Errorf("%s starts on pushes of %v", file, on)
			}
		} else if _, pushes := w.On["push"]; pushes && !slices.Equal(w.starts(t, "push").Branches, []string{"main"}) {
			t.Errorf("%s starts on pushes to more than main", file)
		}
		if strings.Contains(e2e.Read(t, file), "secrets.") {
			t.Errorf("%s reads a secret", file)
		}
		for name, job := range w.Jobs {
			if !maps.Equal(job.Permissions, permissions[file+" "+name]) || job.Environment != environments[file] {
				t.Errorf("%s: %s has environment %q and permissions %v of its own", file, name, job.Environment, job.Permissions)
			}
			for _, step := range job.Steps {
				if action, _, _ := strings.Cut(step.Uses, "@"); job.Permissions != nil && !slices.Contains(publishing, action) {
					t.Errorf("%s: %s, which may publish, runs %s", file, name, step.Uses)
				}
				if step.Uses != "" && !pinned.MatchString(step.Uses) {
					t.Errorf("%s: %s is not pinned to a commit", file, step.Uses)
				}
			}
		}
	}
	for name, job := range readWorkflow(t, preview).Jobs {
		if job.If != "github.event.pull_request.head.repo.full_name == github.repository" {
			t.Errorf("%s runs if %q", name, job.If)
		}
	}
}

// TestPatchedGo: pipelines build with the newest patch release of the Go that go.mod asks
// for. With go-version-file, setup-go would install exactly the version of the go line, the
// first of its line and the one with the most known vulnerabilities.
// https://github.com/actions/setup-go/blob/v6.4.0/src/installer.ts, parseGoVersionFile
func TestPatchedGo(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(e2e.Read(t, "go.mod"))
	if line == nil {
		t.Fatal("go.mod has no go line")
	}
	for _, file := range []string{".github/workflows/ci.yaml", ".github/workflows/release.yaml", "examples/github-actions/preview.yaml", "examples/github-actions/deploy.yaml"} {
		installs := 0
		for _, job := range readWorkflow(t, file).Jobs {
			for _, step := range job.Steps {
				if !strings.HasPrefix(step.Uses, "actions/setup-go@") {
					continue
				}
				installs++
				if with := step.With; with["go-version"] != line[1] || with["check-latest"] != "true" || with["go-version-file"] != "" {
					t.Errorf("%s installs Go with %v, want go-version %s with check-latest", file, with, line[1])
				}
			}
		}
		if installs == 0 {
			t.Errorf("%s installs no Go", file)
		}
	}
	if image := "mcr.microsoft.com/devcontainers/go:" + line[1] + "-"; !strings.Contains(e2e.Read(t, ".devcontainer/devcontainer.json"), image) {
		t.Errorf("the dev container is not built from %s", image)
	}
}

// TestPulumiVersion: workflows install the Pulumi CLI that the tests run with.
func TestPulumiVersion(t *testing.T) {
	t.Parallel()
	want := regexp.MustCompile(`(?m)^PULUMI_VERSION := v(.+)$`).FindStringSubmatch(e2e.Read(t, "tools/build.mk"))
	if want == nil {
		t.Fatal("tools/build.mk has no PULUMI_VERSION")
	}
	for _, file := range []string{".github/workflows/release.yaml", "examples/github-actions/preview.yaml", "examples/github-actions/deploy.yaml"} {
		if installed := regexp.MustCompile(`pulumi-version: (.+)`).FindStringSubmatch(e2e.Read(t, file)); installed == nil || installed[1] != want[1] {
			t.Errorf("%s installs Pulumi %q, want %s", file, installed, want[1])
		}
	}
}

// TestPipelinesCompileOnce: Pulumi builds the program with -trimpath, for which Go
// compiles what it has compiled without it once more, more than two minutes on a machine
// with no cache of Go's (https://github.com/pulumi/pulumi/pull/23495).
func TestPipelinesCompileOnce(t *testing.T) {
	t.Parallel()
	compiles := regexp.MustCompile(`go (vet|test|build)( -trimpath)?`)
	for _, file := range []string{"deployments/prod.yaml", "examples/github-actions/deploy.yaml"} {
		commands := compiles.FindAllStringSubmatch(e2e.Read(t, file), -1)
		if len(commands) != 2 {
			t.Errorf("%s runs %q, want go vet and go test", file, commands)
		}
		for _, command := range commands {
			if command[2] == "" {
				t.Errorf("%s compiles twice: %s without -trimpath", file, command[0])
			}
		}
	}
}
