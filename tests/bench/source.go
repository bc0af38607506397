package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// build is a set of packages in a folder of the repository.
type build struct {
	folder   string
	packages []string
}

// The builds of a new machine, as the first `pulumi up` and tools/build.mk run them, and
// that of a program without resources.
var (
	emptyBuild   = build{".", []string{"github.com/pulumi/pulumi/sdk/v3/go/pulumi"}}
	programBuild = build{".", []string{"."}}
	demoBuild    = build{"tests", []string{"./cmd/demo"}}
	argocdBuild  = build{"tests", []string{"./cmd/argocd", "./cmd/argocd-server"}}
)

// sourceSize returns the size of the Go source that builds compile, in megabytes, each
// package once. Unlike the build time, it is the same on every machine.
func sourceSize(builds ...build) measure {
	return func(ctx context.Context, l *runner) (float64, error) {
		sizes := map[string]int64{}
		for _, b := range builds {
			if err := b.sizes(ctx, l.repository, sizes); err != nil {
				return 0, fmt.Errorf("%v: %w", b.packages, err)
			}
		}
		var bytes int64
		for _, size := range sizes {
			bytes += size
		}
		return float64(bytes) / 1e6, nil
	}
}

// additional returns the source that a build compiles in addition to another one.
func additional(other, b build) measure {
	return func(ctx context.Context, l *runner) (float64, error) {
		before, err := sourceSize(other)(ctx, l)
		if err != nil {
			return 0, err
		}
		both, err := sourceSize(other, b)(ctx, l)
		return both - before, err
	}
}

// sizes adds the source size of each package, by path and version.
func (b build) sizes(ctx context.Context, repository string, sizes map[string]int64) error {
	list := exec.CommandContext(ctx, "go", append([]string{"list", "-deps", "-json=ImportPath,Dir,GoFiles,CgoFiles,Module"}, b.packages...)...)
	list.Dir = filepath.Join(repository, b.folder)
	listed, err := list.Output()
	if err != nil {
		return err
	}
	for packages := json.NewDecoder(bytes.NewReader(listed)); ; {
		var p struct {
			ImportPath, Dir   string
			GoFiles, CgoFiles []string
			Module            *struct{ Version string }
		}
		switch err := packages.Decode(&p); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		name, size := p.ImportPath, int64(0)
		if p.Module != nil {
			name += "@" + p.Module.Version
		}
		for _, file := range slices.Concat(p.GoFiles, p.CgoFiles) {
			info, err := os.Stat(filepath.Join(p.Dir, file))
			if err != nil {
				return err
			}
			size += info.Size()
		}
		sizes[name] = size
	}
}
