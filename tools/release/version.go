package main

import (
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const changelog = "CHANGELOG.md"

var (
	validVersion = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$`)
	entry        = regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\](?: - (.*))?$`)
	packageLine  = regexp.MustCompile(`(?m)^(\tVersion = ").*(")$`)
	schemaLine   = regexp.MustCompile(`(?m)^(    "version": ").*(",)$`)
)

// checkVersion returns an error if the modules cannot have the version.
func checkVersion(version string) error {
	number := validVersion.FindStringSubmatch(version)
	switch {
	case number == nil:
		return fmt.Errorf("VERSION %q is not a valid version; use VERSION=v<major>.<minor>.<patch>", version)
	case number[1] != "0" && number[1] != "1":
		// https://go.dev/ref/mod#major-version-suffixes
		return fmt.Errorf("VERSION %q: Go requires the suffix /v%s in module paths; add it to the module paths and imports first", version, number[1])
	}
	return nil
}

// numbers returns the three numbers of a valid version.
func numbers(version string) []int {
	var all []int
	for part := range strings.SplitSeq(strings.TrimPrefix(version, "v"), ".") {
		n, _ := strconv.Atoi(part)
		all = append(all, n)
	}
	return all
}

// withVersion returns the content of a file with a version in the package's metadata, the
// requirements of the root module and module@version in documents. This includes the module
// of the tests, which cannot require an older root module than cmd/verify.
func withVersion(h home, version, file, content string) (string, error) {
	module := regexp.QuoteMeta(h.path())
	number := strings.TrimPrefix(version, "v")
	switch {
	case file == changelog:
		return content, nil // lists former versions
	case file == "provider/components/provider.go":
		return replaceLine(packageLine, file, content, number)
	case file == "provider/schema.json":
		return replaceLine(schemaLine, file, content, number)
	case path.Base(file) == "go.mod":
		return regexp.MustCompile(`(?m)^(\t|require )(`+module+`) v\S+`).ReplaceAllString(content, "${1}${2} "+version), nil
	case path.Ext(file) == ".md" || path.Ext(file) == ".yaml":
		return regexp.MustCompile(`(`+module+`[\w./-]*@)v\d+\.\d+\.\d+`).ReplaceAllString(content, "${1}"+version), nil
	}
	return content, nil
}

func replaceLine(line *regexp.Regexp, file, content, number string) (string, error) {
	if !line.MatchString(content) {
		return "", fmt.Errorf("%s does not contain the version; adapt tools/release", file)
	}
	return line.ReplaceAllString(content, "${1}"+number+"${2}"), nil
}

// otherVersions returns the edits of files that contain another version.
func otherVersions(r repository, version string) ([]edit, error) {
	h, err := currentHome(r)
	if err != nil {
		return nil, err
	}
	return r.edits(func(file, content string) (string, error) { return withVersion(h, version, file, content) })
}

// setVersion sets the version in all files and moves unreleased changes to an entry of the
// changelog.
func setVersion(out io.Writer, r repository, version string, now time.Time) error {
	if err := checkVersion(version); err != nil {
		return err
	}
	edits, err := otherVersions(r, version)
	if err != nil {
		return err
	}
	log, err := r.read(changelog)
	if err != nil {
		return err
	}
	if heading := "## [" + strings.TrimPrefix(version, "v") + "]"; !strings.Contains(log, "\n"+heading) {
		const unreleased = "## [Unreleased]\n"
		if !strings.Contains(log, unreleased) {
			return errors.New(changelog + ": entry [Unreleased] is required; add it")
		}
		dated := unreleased + "\n" + heading + " - " + now.UTC().Format(time.DateOnly) + "\n"
		edits = append(edits, edit{changelog, strings.Replace(log, unreleased, dated, 1)})
	}
	for _, e := range edits {
		fmt.Fprintln(out, e.file)
	}
	return r.write(edits)
}

// entryProblems returns the problems with the version's entry in the changelog.
func entryProblems(log, version string) (problems []string) {
	number, found := strings.TrimPrefix(version, "v"), false
	entries := entry.FindAllStringSubmatchIndex(log, -1)
	for i, at := range entries {
		other := log[at[2]:at[3]]
		if other != number {
			if slices.Compare(numbers(other), numbers(number)) >= 0 {
				problems = append(problems, fmt.Sprintf("%s contains %s, which is not older; choose a newer version", changelog, other))
			}
			continue
		}
		found = true
		date, end := "", len(log)
		if at[4] >= 0 {
			date = log[at[4]:at[5]]
		}
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			problems = append(problems, fmt.Sprintf("%s: entry [%s] has no valid date; use ## [%s] - <year>-<month>-<day>", changelog, number, number))
		}
		if i+1 < len(entries) {
			end = entries[i+1][0]
		}
		if strings.TrimSpace(log[at[1]:end]) == "" {
			problems = append(problems, fmt.Sprintf("%s: entry [%s] is empty; describe the changes", changelog, number))
		}
	}
	if !found {
		problems = append(problems, fmt.Sprintf("%s contains no entry [%s]; run make version VERSION=%s", changelog, number, version))
	}
	return problems
}
