package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed contains the SPDX identifiers of licenses that allow distributing a binary with
// its licenses and notices. All are permissive except MPL-2.0, which requires access to the
// source of the licensed files, at the printed address, but not to the source of the program
// (https://www.mozilla.org/en-US/MPL/2.0/FAQ/, Q9 and Q10).
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unicode-DFS-2016"}

// inReadme maps modules without a license file to the license in their README.
var inReadme = map[string]string{
	// The repository got a license file in 2022, after its newest version:
	// https://github.com/mattn/go-localereader/blob/master/LICENSE
	"github.com/mattn/go-localereader": "MIT",
}

// minimum is the percentage of a file that must match known licenses. pkg.go.dev uses the
// same value: https://github.com/golang/pkgsite/blob/master/internal/licenses/licenses.go
const minimum = 75

var (
	licenseFile = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying`)
	noticeFile  = regexp.MustCompile(`(?i)^(notice|patents)`)
)

// write prints the license and notice files of the modules. It returns all problems in one
// error.
func write(out io.Writer, modules []module) error {
	var problems []string
	for _, m := range modules {
		section, found, err := m.section()
		if err != nil {
			return err
		}
		problems = append(problems, found...)
		if _, err := io.WriteString(out, section); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return errors.New("licenses not allowed; remove the modules, or review the licenses and add them to tools/licenses:\n  " + strings.Join(problems, "\n  "))
	}
	return nil
}

// section returns the output for a module and the problems with its licenses.
func (m module) section() (text string, problems []string, err error) {
	files, err := m.files()
	if err != nil {
		return "", nil, err
	}
	var licenses, texts []string
	if id, ok := inReadme[m.path]; ok {
		licenses = append(licenses, id)
	}
	for _, f := range files {
		texts = append(texts, fmt.Sprintf("%s:\n\n%s\n", f.name, strings.TrimSpace(f.content)))
		if !licenseFile.MatchString(path.Base(f.name)) {
			continue
		}
		for _, id := range identify(f.content) {
			licenses = append(licenses, id)
			if !slices.Contains(allowed, id) {
				problems = append(problems, fmt.Sprintf("%s %s: %s: %s", m.path, m.version, f.name, id))
			}
		}
	}
	if len(licenses) == 0 {
		problems = append(problems, fmt.Sprintf("%s %s: no license file", m.path, m.version))
	}
	slices.Sort(licenses)
	title := fmt.Sprintf("%s %s: %s", m.path, m.version, strings.Join(slices.Compact(licenses), ", "))
	heading := fmt.Sprintf("%s\n%s\nhttps://pkg.go.dev/%s@%s\n\n", title, strings.Repeat("=", len(title)), m.path, m.version)
	return heading + strings.Join(texts, "\n") + "\n\n", problems, nil
}

// file is a file of a module; name is its path in the module.
type file struct{ name, content string }

// files returns the license and notice files of a module.
func (m module) files() ([]file, error) {
	var files []file
	for _, folder := range m.folders() {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			name := entry.Name()
			if entry.IsDir() || !m.isText(name) {
				continue
			}
			content, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				return nil, err
			}
			relative, err := filepath.Rel(m.dir, filepath.Join(folder, name))
			if err != nil {
				return nil, err
			}
			files = append(files, file{filepath.ToSlash(relative), string(content)})
		}
	}
	return files, nil
}

// isText reports whether the module's files with a name are part of the output.
func (m module) isText(name string) bool {
	if filepath.Ext(name) == ".go" {
		return false
	}
	return licenseFile.MatchString(name) || noticeFile.MatchString(name) || inReadme[m.path] != "" && name == "README.md"
}

// identify returns the SPDX identifiers of the licenses in a file, or "unknown".
func identify(content string) []string {
	coverage := licensecheck.Scan([]byte(content))
	if coverage.Percent < minimum {
		return []string{"unknown"}
	}
	var ids []string
	for _, match := range coverage.Match {
		if !match.IsURL {
			ids = append(ids, match.ID)
		}
	}
	return ids
}
