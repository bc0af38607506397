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

// build is what Go compiles in a folder of the repository.
type build struct {
	folder   string
	packages []string
}

// The builds of a fresh machine, as the first `pulumi up` and tools/build.mk have them, and
// that of a program without resources.
var (
	emptyBuild   = build{".", []string{"github.com/pulumi/pulumi/sdk/v3/go/pulumi"}}
	programBuild = build{".", []string{"."}}
	demoBuild    = build{"tests", []string{"./cmd/demo"}}
	argocdBuild  = build{"tests", []string{"./cmd/argocd", "./cmd/argocd-server"}}
)

// compiling is how many megabytes of Go some builds compile one after another, each package
// once. Unlike the time that this takes, it is the same on every machine.
func compiling(builds ...build) measure {
	return func(ctx context.Context, l *lab) (float64, error) {
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

// beyond is how much more a build compiles than another one.
func beyond(other, b build) measure {
	return func(ctx context.Context, l *lab) (float64, error) {
		before, err := compiling(other)(ctx, l)
		if err != nil {
			return 0, err
		}
		both, err := compiling(other, b)(ctx, l)
		return both - before, err
	}
}

// sizes adds the size of each package's source, by its path and version.
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
