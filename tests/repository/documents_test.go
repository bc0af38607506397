package repository

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

var (
	codeBlock = regexp.MustCompile("(?s)\n *```.*?\n *```")
	link      = regexp.MustCompile(`\]\(([^)#\s]*)(?:#([^)\s]+))?[^)]*\)`)
	heading   = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	// notInAnchor is the text that GitHub leaves out of the anchor of a heading.
	notInAnchor = regexp.MustCompile(`\]\([^)]*\)|[^\p{L}\p{N}\p{M} _-]`)
)

// TestLinks checks that each link of a document to a file or a heading of this repository
// has its target.
func TestLinks(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, page := range e2e.Pages(t) {
		for _, match := range link.FindAllStringSubmatch(codeBlock.ReplaceAllString(e2e.Read(t, page), ""), -1) {
			file, anchor := match[1], match[2]
			if strings.Contains(file, "://") || strings.HasPrefix(file, "mailto:") || strings.HasPrefix(file, "${") {
				continue
			}
			checked++
			target := page
			if file != "" {
				target = filepath.Join(filepath.Dir(page), file)
			}
			if _, err := os.Stat(filepath.Join("../..", target)); err != nil {
				t.Errorf("%s: %v", page, err)
			} else if anchor != "" && strings.HasSuffix(target, ".md") && !slices.Contains(anchors(t, target), anchor) {
				t.Errorf("%s: %s has no heading #%s", page, target, anchor)
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d links checked", checked)
	}
}

// anchors returns the anchors that GitHub gives to the headings of a page.
func anchors(t *testing.T, page string) (all []string) {
	t.Helper()
	for _, match := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(e2e.Read(t, page), ""), -1) {
		anchor := strings.ToLower(notInAnchor.ReplaceAllString(match[1], ""))
		anchor = strings.ReplaceAll(strings.TrimSpace(anchor), " ", "-")
		for i, base := 1, anchor; slices.Contains(all, anchor); i++ {
			anchor = fmt.Sprintf("%s-%d", base, i)
		}
		all = append(all, anchor)
	}
	return all
}

var (
	testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	namedTest    = regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
)

// TestNamedTests checks that each test that a document names exists, and that the pages
// that prove claims name tests.
func TestNamedTests(t *testing.T) {
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
	least := map[string]int{
		"SECURITY.md": 20, "CONTRIBUTING.md": 4,
		"docs/internals/features.md": 100, "docs/internals/failure-modes.md": 10, "docs/internals/simulated-azure.md": 40,
	}
	for _, page := range e2e.Pages(t) {
		named := namedTest.FindAllStringSubmatch(e2e.Read(t, page), -1)
		if len(named) < least[page] {
			t.Errorf("%s names only %d tests", page, len(named))
		}
		for _, match := range named {
			if !exists[match[1]] {
				t.Errorf("%s: %s does not exist", page, match[1])
			}
		}
	}
}

// TestFeatures checks that docs/internals/features.md contains each config key.
func TestFeatures(t *testing.T) {
	t.Parallel()
	var project struct{ Config map[string]any }
	e2e.Parse(t, e2e.Read(t, "Pulumi.yaml"), &project)
	page := e2e.Read(t, "docs/internals/features.md")
	for key := range project.Config {
		if !regexp.MustCompile("`" + key + "[`.:]").MatchString(page) {
			t.Errorf("docs/internals/features.md has no row for %s", key)
		}
	}
	if len(project.Config) < 20 {
		t.Errorf("only %d keys", len(project.Config))
	}
}

// TestCodeOwners checks that the code owners in docs/automation.md cover all
// paths of deployments/: a push that changes one of them runs code as the deploying
// identity. The workflows of examples/github-actions run for the same paths.
func TestCodeOwners(t *testing.T) {
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

// movedPages are pages of earlier releases in docs/. Links to them still work.
var movedPages = []string{
	"acceptance-log", "azure-devops", "bootstrap", "changes", "deployments", "features", "performance",
	"pipelines", "production", "recipes", "reliability", "simulated-azure", "testing",
}

// TestMovedPages checks that each moved page links to its new place, and nothing else.
func TestMovedPages(t *testing.T) {
	t.Parallel()
	for _, name := range movedPages {
		page := e2e.Read(t, "docs/"+name+".md")
		if words := len(strings.Fields(page)); !strings.HasPrefix(page, "# Moved\n") || words > 50 || !link.MatchString(page) {
			t.Errorf("docs/%s.md has %d words; it must only link to its new place", name, words)
		}
	}
}

// TestDocumentSizes limits the words of the documents for users.
func TestDocumentSizes(t *testing.T) {
	t.Parallel()
	if words := len(strings.Fields(e2e.Read(t, "README.md"))); words > 1000 {
		t.Errorf("README.md has %d words, more than 1000", words)
	}
	total := 0
	for _, page := range e2e.Pages(t) {
		if filepath.Dir(page) == "docs" {
			total += len(strings.Fields(e2e.Read(t, page)))
		}
	}
	if total > 15000 {
		t.Errorf("the pages in docs/ have %d words, more than 15000", total)
	}
}

// TestUserPages checks that the pages for users name no tests. docs/internals does.
func TestUserPages(t *testing.T) {
	t.Parallel()
	for _, page := range e2e.Pages(t) {
		if named := namedTest.FindString(e2e.Read(t, page)); filepath.Dir(page) == "docs" && named != "" {
			t.Errorf("%s names the test %s", page, named)
		}
	}
}
