package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// kept contains folders with recorded states of former releases. Tests compare with them, so
// they never change.
var kept = []string{"tests/e2e/testdata/releases/", "tests/e2e/testdata/moves/"}

// repository is a clone; files are its text files that Git tracks.
type repository struct {
	root  string
	files []string
}

// tracked returns the clone in root with its text files, except the kept ones.
func tracked(root string) (repository, error) {
	names, err := execute(root, "git", "ls-files", "-z")
	if err != nil {
		return repository{}, err
	}
	r := repository{root: root}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		info, err := os.Lstat(r.path(name))
		if err != nil && !os.IsNotExist(err) {
			return repository{}, err
		}
		if err == nil && info.Mode().IsRegular() && !isKept(name) {
			r.files = append(r.files, name)
		}
	}
	return r, nil
}

func isKept(name string) bool {
	for _, folder := range kept {
		if strings.HasPrefix(name, folder) {
			return true
		}
	}
	return false
}

func (r repository) path(name string) string {
	return filepath.Join(r.root, filepath.FromSlash(name))
}

func (r repository) read(name string) (string, error) {
	content, err := os.ReadFile(r.path(name))
	return string(content), err
}

// edit is a file with its new content.
type edit struct{ file, content string }

// edits returns the files whose content differs after change.
func (r repository) edits(change func(file, content string) (string, error)) ([]edit, error) {
	var all []edit
	for _, name := range r.files {
		content, err := os.ReadFile(r.path(name))
		if err != nil {
			return nil, err
		}
		if bytes.IndexByte(content, 0) >= 0 {
			continue // binary file
		}
		changed, err := change(name, string(content))
		if err != nil {
			return nil, err
		}
		if changed != string(content) {
			all = append(all, edit{name, changed})
		}
	}
	return all, nil
}

// write writes the edits. An existing file keeps its permissions.
func (r repository) write(edits []edit) error {
	for _, e := range edits {
		if err := os.WriteFile(r.path(e.file), []byte(e.content), fs.FileMode(0o644)); err != nil {
			return err
		}
	}
	return nil
}
