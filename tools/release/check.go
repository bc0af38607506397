package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
)

// checkRelease prints the tags of a version. It returns an error with all problems if this
// commit cannot be released as the version.
func checkRelease(out io.Writer, r repository, version string, execute func(folder, name string, args ...string) (string, error)) error {
	if err := checkVersion(version); err != nil {
		return err
	}
	h, err := currentHome(r)
	if err != nil {
		return err
	}
	var problems []string
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	if h.owner == unpublished.owner {
		add("go.mod: the module path is a placeholder; run make publish-as REPO=github.com/<owner>/<name>")
	}
	if changes, err := execute(r.root, "git", "status", "--porcelain"); err != nil || changes != "" {
		add("the working tree has changes; commit them:\n    %s", strings.ReplaceAll(changes+message(err), "\n", "\n    "))
	}
	if tag, err := execute(r.root, "git", "tag", "--list", "--no-contains", "HEAD", version); err != nil || tag != "" {
		add("tag %s exists on another commit; choose a newer version%s", version, message(err))
	}
	log, err := r.read(changelog)
	if err != nil {
		return err
	}
	problems = append(problems, entryProblems(log, version)...)
	others, err := otherVersions(r, version)
	if err != nil {
		return err
	}
	for _, other := range others {
		add("%s contains another version; run make version VERSION=%s", other.file, version)
	}
	if _, err := execute(r.path("provider"), "go", "test", "-count=1", "-run", "^TestSchema$", "./components"); err != nil {
		add("provider/schema.json is outdated; run go test ./components -update in provider: %v", err)
	}
	for _, stack := range []string{"dev", "prod"} {
		state := path.Join("tests/e2e/testdata/releases", version, stack+".json")
		if _, err := os.Stat(r.path(state)); err != nil {
			add("%s does not exist; run go test ./e2e/lifecycle -run '^TestUpgrade$' -record %s in tests", state, version)
		}
	}
	if len(problems) > 0 {
		return errors.New(version + " cannot be released:\n  " + strings.Join(problems, "\n  "))
	}
	return printTags(out, r, h, version)
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return " (" + err.Error() + ")"
}

// printTags prints the commands that publish the version. The root module's tag starts the
// workflow. It is pushed first, because the other modules require the root module, and alone,
// because GitHub starts no workflow for a push of more than three tags:
// https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#push
func printTags(out io.Writer, r repository, h home, version string) error {
	folders, err := publishedModules(r, h)
	if err != nil {
		return err
	}
	nested := make([]string, len(folders))
	for i, folder := range folders {
		nested[i] = folder + "/" + version
	}
	fmt.Fprintf(out, "%s can be released:\n", version)
	for _, tag := range append([]string{version}, nested...) {
		fmt.Fprintln(out, "  git tag", tag)
	}
	fmt.Fprintln(out, "  git push origin", version)
	fmt.Fprintln(out, "  git push origin", strings.Join(nested, " "))
	return nil
}

// publishedModules returns the folders of the modules that have the root module's path as
// prefix and require a version of the root module.
func publishedModules(r repository, h home) (folders []string, err error) {
	module := regexp.QuoteMeta(h.path())
	required := regexp.MustCompile(`(?m)^(\t|require )` + module + ` v`)
	replaced := regexp.MustCompile(`(?m)^replace ` + module + ` `)
	for _, file := range r.files {
		if path.Base(file) != "go.mod" {
			continue
		}
		content, err := r.read(file)
		if err != nil {
			return nil, err
		}
		folder := path.Dir(file)
		nested := strings.Contains("\n"+content, "\nmodule "+h.path()+"/"+folder+"\n")
		if nested && required.MatchString(content) && !replaced.MatchString(content) {
			folders = append(folders, folder)
		}
	}
	return folders, nil
}
