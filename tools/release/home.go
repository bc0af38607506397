package main

import (
	"errors"
	"fmt"
	"go/format"
	"io"
	"regexp"
	"slices"
	"strings"
)

// home is the GitHub repository of the project.
type home struct{ owner, name string }

// unpublished is the placeholder before publishAs runs. The path is split because publishAs
// would rewrite it.
var unpublished = home{"OWNER", "argocd-on-aks"}

var (
	// https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
	validOwner = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	validName  = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)
	// majorVersion matches a suffix that Go interprets as the module's major version.
	majorVersion = regexp.MustCompile(`^v[0-9]+$`)
)

// parseHome parses REPO. It returns all problems in one error.
func parseHome(repo string) (home, error) {
	parts := strings.Split(repo, "/")
	if len(parts) != 3 || parts[0] != "github.com" {
		return home{}, fmt.Errorf("REPO %q is not a GitHub repository; use REPO=github.com/<owner>/<name>", repo)
	}
	h := home{parts[1], parts[2]}
	var problems []error
	problem := func(what string) { problems = append(problems, fmt.Errorf("REPO %q: %s", repo, what)) }
	switch {
	case !validOwner.MatchString(h.owner) || len(h.owner) > 39:
		problem(fmt.Sprintf("%q is not a valid owner; use 1 to 39 letters, digits and single hyphens between them", h.owner))
	case h.owner[0] <= '9':
		// "namespace" of the metaschema: github.com/pulumi/pulumi/pkg/v3/codegen/schema/pulumi.json
		problem(fmt.Sprintf("%q begins with a digit, but the namespace of a Pulumi package must begin with a letter; use another owner", h.owner))
	}
	switch {
	case !validName.MatchString(h.name):
		problem(fmt.Sprintf("%q is not a valid repository name; use 1 to 100 letters, digits, hyphens, underscores and dots", h.name))
	case strings.HasPrefix(h.name, ".") || strings.HasSuffix(h.name, "."):
		problem(fmt.Sprintf("%q begins or ends with a dot, which Go module paths do not allow; use another name", h.name))
	case strings.HasSuffix(h.name, ".git"):
		problem(fmt.Sprintf("%q ends with .git; remove this suffix", h.name))
	case majorVersion.MatchString(h.name):
		problem(fmt.Sprintf("%q is a major version suffix in Go; use another name", h.name))
	}
	return h, errors.Join(problems...)
}

// currentHome returns the home in the root module's path.
func currentHome(r repository) (home, error) {
	content, err := r.read("go.mod")
	if err != nil {
		return home{}, err
	}
	line, _, _ := strings.Cut(content, "\n")
	path := strings.Split(strings.TrimPrefix(line, "module "), "/")
	if len(path) != 3 || path[0] != "github.com" {
		return home{}, fmt.Errorf("go.mod: %q is not the path of a GitHub repository; restore go.mod", line)
	}
	return home{path[1], path[2]}, nil
}

func (h home) path() string { return "github.com/" + h.owner + "/" + h.name }

// scope returns the owner in lower case, for package names.
func (h home) scope() string { return strings.ToLower(h.owner) }

// packages returns the names of the generated SDKs in npm, Python, C# and Java. They depend
// on the owner, but not on the name of the repository.
func (h home) packages() []string {
	capital := ""
	for part := range strings.SplitSeq(h.scope(), "-") {
		capital += strings.ToUpper(part[:1]) + part[1:]
	}
	return []string{
		"@" + h.scope() + "/argocd-on-aks",
		strings.ReplaceAll(h.scope(), "-", "_") + "_argocd_on_aks",
		capital + ".ArgocdOnAks",
		"com." + strings.ReplaceAll(h.scope(), "-", "") + ".argocdonaks",
	}
}

// metadata returns the texts by file that contain only the owner.
func (h home) metadata() map[string][]string {
	return map[string][]string{
		"provider/components/provider.go": {`WithNamespace("` + h.scope() + `")`, `WithPublisher("` + h.owner + `")`},
		"provider/schema.json":            {"\n    \"publisher\": \"" + h.owner + "\"", "\n    \"namespace\": \"" + h.scope() + "\""},
		".github/CODEOWNERS":              {"@" + h.owner},
	}
}

// move rewrites a file from one home to another.
func move(from, to home, file, content string) (string, error) {
	changed := moveFolder(from, to, content)
	changed = replaceWord(changed, from.path(), to.path())
	for i, name := range from.packages() {
		changed = replaceWord(changed, name, to.packages()[i])
	}
	for i, text := range from.metadata()[file] {
		changed = replaceWord(changed, text, to.metadata()[file][i])
	}
	switch {
	case changed == content:
		return content, nil
	case strings.HasSuffix(file, ".go"):
		formatted, err := format.Source([]byte(changed)) // sorts the imports
		return string(formatted), err
	case strings.HasSuffix(file, "go.mod"):
		return sortRequirements(changed), nil
	}
	return changed, nil
}

// moveFolder rewrites `cd` commands that follow `git clone` on the same line.
func moveFolder(from, to home, content string) string {
	lines := strings.SplitAfter(content, "\n")
	for i, line := range lines {
		if strings.Contains(line, "git clone ") && strings.Contains(line, from.path()) {
			lines[i] = replaceWord(line, "cd "+from.name, "cd "+to.name)
		}
	}
	return strings.Join(lines, "")
}

var inName = regexp.MustCompile(`^[\w-]$`).MatchString

// replaceWord replaces a text unless it is part of a longer name.
func replaceWord(content, old, new string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(content, old)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		longer := before != "" && inName(before[len(before)-1:]) && inName(old[:1]) ||
			after != "" && inName(after[:1]) && inName(old[len(old)-1:])
		if longer {
			b.WriteString(old)
		} else {
			b.WriteString(new)
		}
		content = after
	}
}

var requirements = regexp.MustCompile(`(?m)^require \(\n((?:\t[^/\n].*\n)+)\)`)

// sortRequirements sorts requirements like `go mod tidy`.
func sortRequirements(content string) string {
	return requirements.ReplaceAllStringFunc(content, func(block string) string {
		lines := strings.SplitAfter(block, "\n")
		slices.Sort(lines[1 : len(lines)-1])
		return strings.Join(lines, "")
	})
}

// publishAs rewrites the repository for another home. It also replaces placeholder paths,
// which a merge from an unpublished repository can add again.
func publishAs(out io.Writer, r repository, repo string) error {
	to, err := parseHome(repo)
	if err != nil {
		return err
	}
	from, err := currentHome(r)
	if err != nil {
		return err
	}
	edits, err := r.edits(func(file, content string) (string, error) {
		for _, old := range []home{from, unpublished} {
			var err error
			if content, err = move(old, to, file, content); err != nil {
				return "", fmt.Errorf("%s: %w", file, err)
			}
		}
		return content, nil
	})
	if err != nil {
		return err
	}
	if err := r.write(edits); err != nil {
		return err
	}
	if len(edits) == 0 {
		fmt.Fprintf(out, "Nothing to change: the project is already %s.\n", to.path())
		return nil
	}
	fmt.Fprintf(out, "Changed %d files to %s. Next: run make lint test, commit, and push to https://%s.\n", len(edits), to.path(), to.path())
	return nil
}
