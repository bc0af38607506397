package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var from, to = home{"acme", "argo"}, home{"Contoso-Ltd", "argocd-on-aks"}

// TestMove checks that move rewrites paths, addresses and package names, but not longer
// names.
func TestMove(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, before, after string }{
		{"main.go", "package main\n\nimport (\n\t\"github.com/acme/argo/infra\"\n\t\"github.com/beta/x\"\n)\n",
			"package main\n\nimport (\n\t\"github.com/Contoso-Ltd/argocd-on-aks/infra\"\n\t\"github.com/beta/x\"\n)\n"},
		{"main.go", "package main\n\nimport (\n\t\"github.com/Beta/x\"\n\t\"github.com/acme/argo/infra\"\n)\n",
			"package main\n\nimport (\n\t\"github.com/Beta/x\"\n\t\"github.com/Contoso-Ltd/argocd-on-aks/infra\"\n)\n"},
		{"main.go", "package main\n\nimport (\n\t\"github.com/acme/argo/infra\"\n\t\"github.com/Dog/x\"\n\t\"github.com/Bee/x\"\n)\n",
			"package main\n\nimport (\n\t\"github.com/Bee/x\"\n\t\"github.com/Contoso-Ltd/argocd-on-aks/infra\"\n\t\"github.com/Dog/x\"\n)\n"},
		{"a/go.mod", "module github.com/acme/argo/a\n\nrequire (\n\tgithub.com/Dog/x v1.0.0\n\tgithub.com/acme/argo v0.4.0\n)\n",
			"module github.com/Contoso-Ltd/argocd-on-aks/a\n\nrequire (\n\tgithub.com/Contoso-Ltd/argocd-on-aks v0.4.0\n\tgithub.com/Dog/x v1.0.0\n)\n"},
		{"README.md", "git clone https://github.com/acme/argo && cd argo\ncd argo\n", "git clone https://github.com/Contoso-Ltd/argocd-on-aks && cd argocd-on-aks\ncd argo\n"},
		{"README.md", "github://api.github.com/acme/argo, github.com/acme/argo.git/provider, github.com/acme/argo.",
			"github://api.github.com/Contoso-Ltd/argocd-on-aks, github.com/Contoso-Ltd/argocd-on-aks.git/provider, github.com/Contoso-Ltd/argocd-on-aks."},
		{"README.md", `@acme/argocd-on-aks acme_argocd_on_aks Acme.ArgocdOnAks com.acme.argocdonaks.infra`,
			`@contoso-ltd/argocd-on-aks contoso_ltd_argocd_on_aks ContosoLtd.ArgocdOnAks com.contosoltd.argocdonaks.infra`},
		{"README.md", "github.com/acme/argo-rollouts github.com/acme-labs/argo my_acme_argocd_on_aks acme argo @acme", "github.com/acme/argo-rollouts github.com/acme-labs/argo my_acme_argocd_on_aks acme argo @acme"},
		{"README.md", "argocd-on-aks:infra:EntraApp pulumi-resource-argocd-on-aks", "argocd-on-aks:infra:EntraApp pulumi-resource-argocd-on-aks"},
		{"provider/schema.json", "{\n    \"publisher\": \"acme\",\n    \"namespace\": \"acme\",\n        \"namespace\": \"acme\"\n}", "{\n    \"publisher\": \"Contoso-Ltd\",\n    \"namespace\": \"contoso-ltd\",\n        \"namespace\": \"acme\"\n}"},
		{"tests/pod.json", `"namespace": "acme"`, `"namespace": "acme"`},
		{".github/CODEOWNERS", "* @acme\n/docs @acme-docs\n", "* @Contoso-Ltd\n/docs @acme-docs\n"},
	} {
		after, err := move(from, to, c.file, c.before)
		if err != nil || after != c.after {
			t.Errorf("%s: %q is %q, want %q (%v)", c.file, c.before, after, c.after, err)
		}
		if again, err := move(from, to, c.file, after); err != nil || again != after {
			t.Errorf("%s: moved again, %q is %q (%v)", c.file, after, again, err)
		}
	}
}

// TestRepo checks valid values and the error messages for invalid values of REPO.
func TestRepo(t *testing.T) {
	t.Parallel()
	for repo, want := range map[string]string{
		"github.com/acme/argocd-on-aks": "", "github.com/Contoso-Ltd/argo.cd_2": "",
		"":                       "use REPO=github.com/<owner>/<name>",
		"acme/argo":              "use REPO=github.com/<owner>/<name>",
		"https://github.com/a/b": "use REPO=github.com/<owner>/<name>",
		"gitlab.com/acme/argo":   "use REPO=github.com/<owner>/<name>",
		"github.com/-acme/argo":  `"-acme" is not a valid owner`,
		"github.com/a--b/argo":   `"a--b" is not a valid owner`,
		"github.com/" + strings.Repeat("a", 40) + "/argo": "1 to 39 letters",
		"github.com/3com/argo":                            "begins with a digit",
		"github.com//argo":                                `"" is not a valid owner`,
		"github.com/acme/":                                `"" is not a valid repository name`,
		"github.com/acme/a b":                             `"a b" is not a valid repository name`,
		"github.com/acme/.github":                         "begins or ends with a dot",
		"github.com/acme/argo.git":                        "remove this suffix",
		"github.com/acme/v2":                              "is a major version suffix in Go",
	} {
		_, err := parseHome(repo)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "REPO")) {
			t.Errorf("%q: %v, want %q", repo, err, want)
		}
	}
}

// project creates a repository that can be released as v0.5.0.
func project(t *testing.T) repository {
	t.Helper()
	r := repository{root: t.TempDir()}
	for file, content := range map[string]string{
		"go.mod":                          "module github.com/acme/argo\n\ngo 1.26.0\n",
		"cmd/verify/go.mod":               "module github.com/acme/argo/cmd/verify\n\nrequire (\n\tgithub.com/acme/argo v0.5.0\n)\n",
		"provider/go.mod":                 "module github.com/acme/argo/provider\n\nrequire github.com/acme/argo v0.5.0\n",
		"template/go.mod":                 "module argocd\n\nrequire github.com/acme/argo v0.5.0\n",
		"tests/go.mod":                    "module github.com/acme/argo/tests\n\nrequire github.com/acme/argo v0.5.0\n\nreplace github.com/acme/argo => ../\n",
		"provider/components/provider.go": "package components\n\nconst (\n\tVersion = \"0.5.0\"\n)\n",
		"provider/schema.json":            "{\n    \"version\": \"0.5.0\",\n}\n",
		"docs/commands.md":                "go run github.com/acme/argo/cmd/verify@v0.5.0, github.com/other/x@v0.1.0\n",
		"CHANGELOG.md":                    "# Changelog\n\n## [Unreleased]\n\n## [0.5.0] - 2026-12-01\n\n- More.\n\n## [0.4.0] - 2026-11-30\n\n- Some.\n",
		"tests/e2e/testdata/releases/v0.5.0/dev.json":  "{}",
		"tests/e2e/testdata/releases/v0.5.0/prod.json": "{}",
	} {
		if err := os.MkdirAll(filepath.Dir(r.path(file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if !isKept(file) {
			r.files = append(r.files, file)
		}
		if err := r.write([]edit{{file, content}}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// succeed replaces git and go: it reports a clean tree, no tag and an up-to-date schema.
func succeed(string, string, ...string) (string, error) { return "", nil }

// TestCheck checks the printed tags of a repository that can be released.
func TestCheck(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := checkRelease(&out, project(t), "v0.5.0", succeed); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"git tag cmd/verify/v0.5.0\n", "git push origin v0.5.0\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "tests/v") || strings.Contains(out.String(), "template/v") {
		t.Errorf("tags of modules that are not published:\n%s", out.String())
	}
}

// TestCheckProblems checks that the error contains each problem and its solution.
func TestCheckProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, old, new, want string }{
		{"go.mod", "acme", "OWNER", "make publish-as REPO="},
		{"CHANGELOG.md", "[0.5.0]", "[0.3.0]", "contains no entry [0.5.0]; run make version VERSION=v0.5.0"},
		{"CHANGELOG.md", "[0.4.0]", "[0.6.0]", "contains 0.6.0, which is not older"},
		{"CHANGELOG.md", "[0.4.0]", "[0.10.0]", "contains 0.10.0, which is not older"},
		{"CHANGELOG.md", " - 2026-12-01", "", "has no valid date"},
		{"CHANGELOG.md", "2026-12-01", "2026-13-01", "has no valid date"},
		{"CHANGELOG.md", "- More.\n", "", "is empty"},
		{"provider/components/provider.go", "0.5.0", "0.4.0", "provider/components/provider.go contains another version; run make version VERSION=v0.5.0"},
		{"provider/schema.json", "0.5.0", "0.4.0", "provider/schema.json contains another version"},
		{"cmd/verify/go.mod", "v0.5.0", "v0.4.0", "cmd/verify/go.mod contains another version"},
		{"provider/go.mod", "v0.5.0", "v0.4.0", "provider/go.mod contains another version"},
		{"tests/go.mod", "v0.5.0", "v0.4.0", "tests/go.mod contains another version"},
		{"template/go.mod", "v0.5.0", "v0.4.0", "template/go.mod contains another version"},
		{"docs/commands.md", "verify@v0.5.0", "verify@v0.4.0", "docs/commands.md contains another version"},
	} {
		r := project(t)
		content, err := r.read(c.file)
		if err != nil || !strings.Contains(content, c.old) {
			t.Fatalf("%s has no %q: %v", c.file, c.old, err)
		}
		if err := r.write([]edit{{c.file, strings.ReplaceAll(content, c.old, c.new)}}); err != nil {
			t.Fatal(err)
		}
		if err := checkRelease(&strings.Builder{}, r, "v0.5.0", succeed); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s without %q: %v, want %q", c.file, c.old, err, c.want)
		}
	}
}

// TestCheckCommands checks that one error contains the results of git and go and a missing
// state.
func TestCheckCommands(t *testing.T) {
	t.Parallel()
	r := project(t)
	if err := os.Remove(r.path("tests/e2e/testdata/releases/v0.5.0/prod.json")); err != nil {
		t.Fatal(err)
	}
	err := checkRelease(&strings.Builder{}, r, "v0.5.0", func(_, name string, args ...string) (string, error) {
		switch {
		case name == "go":
			return "", errors.New("FAIL")
		case args[0] == "tag":
			return "v0.5.0", nil
		}
		return "M  main.go", nil
	})
	for _, want := range []string{"M  main.go", "tag v0.5.0 exists on another commit", "-update in provider", "prod.json does not exist; run go test"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestVersion checks the format of VERSION and rejects major versions that require another
// module path.
func TestVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"v0.5.0": "", "v1.10.0": "", "0.5.0": "VERSION=v<major>", "v0.5": "VERSION=v<major>", "v0.05.0": "VERSION=v<major>",
		"v0.5.0-rc.1": "VERSION=v<major>", "": "VERSION=v<major>", "v2.0.0": "suffix /v2",
	} {
		if err := checkVersion(version); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", version, err, want)
		}
	}
}

// TestSetVersion checks that only the recorded states are missing for a release after
// setVersion.
func TestSetVersion(t *testing.T) {
	t.Parallel()
	r := project(t)
	day := time.Date(2027, 1, 2, 23, 0, 0, 0, time.UTC)
	content, err := r.read(changelog)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.write([]edit{{changelog, strings.Replace(content, "## [Unreleased]\n", "## [Unreleased]\n\n- New.\n", 1)}}); err != nil {
		t.Fatal(err)
	}
	if err := setVersion(&strings.Builder{}, r, "v0.6.0", day); err != nil {
		t.Fatal(err)
	}
	err = checkRelease(&strings.Builder{}, r, "v0.6.0", succeed)
	if err == nil || strings.Count(err.Error(), "\n") != 2 || strings.Count(err.Error(), "does not exist") != 2 {
		t.Errorf("%v, want two missing states", err)
	}
	if log, _ := r.read(changelog); !strings.Contains(log, "## [Unreleased]\n\n## [0.6.0] - 2027-01-02\n\n- New.\n") {
		t.Errorf("the changelog is\n%s", log)
	}
	var again strings.Builder
	if err := setVersion(&again, r, "v0.6.0", day); err != nil || again.Len() > 0 {
		t.Errorf("repeated: %v, %s", err, again.String())
	}
}
