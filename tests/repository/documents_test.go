package repository

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

var link = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)

// TestLinks: what the documents point to in this repository is there.
func TestLinks(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, page := range e2e.Pages(t) {
		for _, match := range link.FindAllStringSubmatch(e2e.Read(t, page), -1) {
			if strings.Contains(match[1], "://") || strings.HasPrefix(match[1], "${") {
				continue
			}
			checked++
			if _, err := os.Stat(filepath.Join("../..", filepath.Dir(page), match[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d links checked", checked)
	}
}

var (
	testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	namedTest    = regexp.MustCompile("`(Test\\w+)`")
)

// TestSecurityPage: each test that SECURITY.md gives for a claim exists, and so do
// those of the other pages here.
func TestSecurityPage(t *testing.T) {
	t.Parallel()
	exists := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range testFunction.FindAllStringSubmatch(string(source), -1) {
			exists[match[1]] = true
		}
		return err
	})
	e2e.NoError(t, err)
	for page, least := range map[string]int{
		"SECURITY.md": 20, "docs/internals/features.md": 60, "docs/clusters.md": 4, "docs/internals/failure-modes.md": 10, "CONTRIBUTING.md": 4, "CHANGELOG.md": 1,
	} {
		named := namedTest.FindAllStringSubmatch(e2e.Read(t, page), -1)
		if len(named) < least {
			t.Errorf("%s names only %d tests", page, len(named))
		}
		for _, match := range named {
			if !exists[match[1]] {
				t.Errorf("%s names %s, which is no test", page, match[1])
			}
		}
	}
}

// TestFeatures: docs/internals/features.md has every config key; TestSecurityPage looks at its
// tests.
func TestFeatures(t *testing.T) {
	t.Parallel()
	var project struct{ Config map[string]any }
	e2e.Parse(t, e2e.Read(t, "Pulumi.yaml"), &project)
	page := e2e.Read(t, "docs/internals/features.md")
	for key := range project.Config {
		if !regexp.MustCompile("`" + key + "[`.:]").MatchString(page) {
			t.Errorf("docs/internals/features.md does not speak of %s", key)
		}
	}
	if len(project.Config) < 20 {
		t.Errorf("only %d keys", len(project.Config))
	}
}

// TestWhatDeploysHasOwners checks that the code owners in docs/automation.md cover all
// paths of deployments/: a push that changes one of them runs code as the deploying
// identity. The workflows of examples/github-actions run for the same paths.
func TestWhatDeploysHasOwners(t *testing.T) {
	t.Parallel()
	page := e2e.Read(t, "docs/automation.md")
	var owned []string
	for _, line := range strings.Split(e2e.Block(t, page, "`.github/CODEOWNERS`", "```\n"), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 {
			owned = append(owned, strings.TrimPrefix(fields[0], "/"))
		}
	}
	preview := readWorkflow(t, "examples/github-actions/preview.yaml").starts(t, "pull_request")
	deploy := readWorkflow(t, "examples/github-actions/deploy.yaml").starts(t, "push")
	for _, stack := range []string{"dev", "prod"} {
		var settings struct {
			GitHub struct{ Paths []string } `yaml:"gitHub"`
		}
		e2e.Parse(t, e2e.Read(t, "deployments/"+stack+".yaml"), &settings)
		if len(settings.GitHub.Paths) == 0 {
			t.Fatalf("%s has no paths", stack)
		}
		for _, path := range settings.GitHub.Paths {
			if !covered(strings.TrimSuffix(path, "**"), owned) {
				t.Errorf("%s deploys %s and has no code owner", path, stack)
			}
		}
		if stack != "prod" {
			continue
		}
		for name, paths := range map[string][]string{"preview": preview.Paths, "deploy": deploy.Paths} {
			if !slices.Equal(paths, settings.GitHub.Paths) {
				t.Errorf("%s.yaml runs for %s, want %s as in deployments/%s.yaml", name, paths, settings.GitHub.Paths, stack)
			}
		}
	}
}

func covered(path string, patterns []string) bool {
	for _, pattern := range patterns {
		if match, err := filepath.Match(pattern, path); err == nil && match {
			return true
		}
	}
	return false
}
