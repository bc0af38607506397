package repository

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// workflow contains the fields of a GitHub Actions workflow that the tests read.
type workflow struct {
	On          map[string]yaml.Node
	Permissions map[string]string
	Jobs        map[string]struct {
		If          string
		Environment string
		Permissions map[string]string
		Steps       []struct {
			Uses string
			Run  string
			With map[string]string
		}
	}
}

// starts returns a trigger of the workflow. It fails the test if the workflow lacks it.
func (w workflow) starts(t *testing.T, on string) (trigger struct{ Branches, Tags, Paths []string }) {
	t.Helper()
	node, has := w.On[on]
	if !has {
		t.Fatalf("no trigger %s", on)
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

var pinned = regexp.MustCompile(`^[\w.-]+/[\w.-]+(/[\w.-]+)?@[0-9a-f]{40}$`)

// privileges contains the permissions of a job with its own permissions block, and the
// actions that it runs; "" is a shell step.
type privileges struct {
	permissions map[string]string
	actions     []string
}

var privileged = map[string]privileges{
	".github/workflows/release.yaml publish": {
		map[string]string{"contents": "write", "id-token": "write", "attestations": "write"},
		[]string{"", "actions/download-artifact", "actions/attest-build-provenance"},
	},
	".github/workflows/codeql.yaml analyze": {
		map[string]string{"contents": "read", "security-events": "write"},
		[]string{"", "actions/checkout", "actions/setup-go", "github/codeql-action/init", "github/codeql-action/analyze"},
	},
	".github/workflows/scorecard.yaml score": {
		map[string]string{"contents": "read", "id-token": "write", "security-events": "write"},
		[]string{"actions/checkout", "ossf/scorecard-action", "github/codeql-action/upload-sarif"},
	},
	".github/workflows/weekly.yaml report": {
		map[string]string{"actions": "read", "issues": "write"},
		[]string{""},
	},
}

// TestWorkflows checks that pull requests get only read permission and no token. In the
// example workflows, a preview gets the token of the preview environment, but not for forks,
// and a deployment runs only for main. Actions are pinned to commits. The job that publishes
// a release runs no code of the repository or its dependencies.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	const preview, deploy = "examples/github-actions/preview.yaml", "examples/github-actions/deploy.yaml"
	const release = ".github/workflows/release.yaml"
	environments := map[string]string{preview: "preview", deploy: "prod"}
	triggers := map[string][]string{
		".github/workflows/ci.yaml":                {"push", "pull_request"},
		".github/workflows/codeql.yaml":            {"push", "pull_request", "schedule"},
		".github/workflows/dependency-review.yaml": {"pull_request"},
		".github/workflows/scorecard.yaml":         {"push", "schedule"},
		".github/workflows/weekly.yaml":            {"schedule", "workflow_dispatch"},
		preview:                                    {"pull_request"},
		deploy:                                     {"push", "schedule"},
		release:                                    {"push"},
	}
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
			if allowed := triggers[file]; !slices.Contains(allowed, on) {
				t.Errorf("%s: trigger %s, want only %v", file, on, allowed)
			}
		}
		if file == release {
			if on := w.starts(t, "push"); on.Branches != nil || !slices.Equal(on.Tags, []string{"v*"}) {
				t.Errorf("%s runs on pushes of %v", file, on)
			}
		} else if _, pushes := w.On["push"]; pushes && !slices.Equal(w.starts(t, "push").Branches, []string{"main"}) {
			t.Errorf("%s runs on pushes to other branches than main", file)
		}
		if strings.Contains(e2e.Read(t, file), "secrets.") {
			t.Errorf("%s reads a secret", file)
		}
		for name, job := range w.Jobs {
			own := privileged[file+" "+name]
			if !maps.Equal(job.Permissions, own.permissions) || job.Environment != environments[file] {
				t.Errorf("%s: job %s has environment %q and permissions %v", file, name, job.Environment, job.Permissions)
			}
			for _, step := range job.Steps {
				if action, _, _ := strings.Cut(step.Uses, "@"); job.Permissions != nil && !slices.Contains(own.actions, action) {
					t.Errorf("%s: job %s with its own permissions runs %q", file, name, step.Uses)
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

// TestPatchedGo checks that pipelines build with the newest patch release of the Go version
// in go.mod. With go-version-file, setup-go would install exactly the version of the go line:
// the first release of that version, with the most known vulnerabilities.
// https://github.com/actions/setup-go/blob/v6.4.0/src/installer.ts, parseGoVersionFile
func TestPatchedGo(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(e2e.Read(t, "go.mod"))
	if line == nil {
		t.Fatal("go.mod has no go line")
	}
	for _, file := range []string{".github/workflows/ci.yaml", ".github/workflows/codeql.yaml", ".github/workflows/weekly.yaml", ".github/workflows/release.yaml", "examples/github-actions/preview.yaml", "examples/github-actions/deploy.yaml"} {
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

// TestPulumiVersion checks that workflows install the version of the Pulumi CLI that the
// tests use.
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

// TestPipelinesCompileOnce checks that pipelines test with -trimpath. Pulumi builds the
// program with this flag, and Go would compile everything again, which takes more than two
// minutes with an empty cache (https://github.com/pulumi/pulumi/pull/23495).
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

// TestWeeklyReport checks that a failed weekly check opens an issue, or adds a comment to its
// open issue.
func TestWeeklyReport(t *testing.T) {
	t.Parallel()
	script := readWorkflow(t, ".github/workflows/weekly.yaml").Jobs["report"].Steps[0].Run
	calls := filepath.Join(t.TempDir(), "calls")
	path := commands(t, map[string]string{"gh": `
case "$*" in
"run view 42 "*) printf 'make faults\nmake bench\n' ;;
"issue list "*'"make bench fails"'*) echo 7 ;;
"issue list "*) ;;
*) echo "$*" >> "$CALLS" ;;
esac`})
	run := exec.CommandContext(t.Context(), "bash", "-eo", "pipefail", "-c", script)
	run.Env = append(os.Environ(), "PATH="+path+":/usr/bin:/bin", "CALLS="+calls, "GITHUB_RUN_ID=42", "RUN=https://example.com/42")
	if output, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	got, err := os.ReadFile(calls)
	want := "issue create --title make faults fails --body https://example.com/42\nissue comment 7 --body It still fails: https://example.com/42\n"
	if err != nil || string(got) != want {
		t.Errorf("%v, calls:\n%s\nwant:\n%s", err, got, want)
	}
}
