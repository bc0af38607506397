package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// module is a module; packages are the folders of the packages that the program imports.
type module struct {
	path, version, dir string
	packages           []string
}

// list returns the modules of the program in a folder, beginning with Go's standard library.
// It omits the program's own module.
func list(folder string) ([]module, error) {
	environment, err := execute(folder, "env", "GOVERSION", "GOROOT")
	if err != nil {
		return nil, err
	}
	version, root, _ := strings.Cut(strings.TrimSpace(string(environment)), "\n")
	packages, err := execute(folder, "list", "-deps", "-json=Dir,Standard,Module", ".")
	if err != nil {
		return nil, err
	}
	found := map[string]*module{}
	for decoder := json.NewDecoder(bytes.NewReader(packages)); ; {
		var p struct {
			Dir      string
			Standard bool
			Module   *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Standard || p.Module == nil || p.Module.Main {
			continue
		}
		m := found[p.Module.Path]
		if m == nil {
			m = &module{path: p.Module.Path, version: p.Module.Version, dir: p.Module.Dir}
			found[m.path] = m
		}
		m.packages = append(m.packages, p.Dir)
	}
	modules := []module{{path: "std", version: version, dir: root}}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		modules = append(modules, *found[path])
	}
	return modules, nil
}

// folders returns the module's root, its packages' folders and the folders between them:
// copied code can have its own license there.
func (m module) folders() []string {
	folders := map[string]bool{m.dir: true}
	for _, folder := range m.packages {
		for ; strings.HasPrefix(folder, m.dir+string(filepath.Separator)); folder = filepath.Dir(folder) {
			folders[folder] = true
		}
	}
	return slices.Sorted(maps.Keys(folders))
}

func execute(folder string, args ...string) ([]byte, error) {
	command := exec.Command("go", args...)
	command.Dir = folder
	output, err := command.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, exit.Stderr)
	}
	return output, err
}
