// Package firstbuild measures what the first `pulumi up` of a machine compiles, with a
// cache of Go's that is empty.
package firstbuild

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"argocd-on-aks/tests/process"
)

const emptyProgram = `package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

func main() { pulumi.Run(func(*pulumi.Context) error { return nil }) }
`

// Program builds the program in a folder as Pulumi's language host for Go does:
// https://github.com/pulumi/pulumi/pull/23495 and https://github.com/pulumi/pulumi/pull/23497.
func Program(ctx context.Context, folder string) (u process.Usage, err error) {
	empty, err := os.MkdirTemp("", "argocd-on-aks-first-build-")
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(empty)) }()
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(empty, "program"), ".")
	build.Dir, build.Env = folder, append(os.Environ(), "GOCACHE="+empty)
	if output, err := build.CombinedOutput(); err != nil {
		return u, fmt.Errorf("first build of %s: %w: %s", folder, err, output)
	}
	return process.Used(build.ProcessState), nil
}

// Empty does the same to a program without a resource, on the SDK of the one in folder.
func Empty(ctx context.Context, folder string) (u process.Usage, err error) {
	project, err := os.MkdirTemp("", "argocd-on-aks-empty-")
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(project)) }()
	if err := writeEmpty(project, folder); err != nil {
		return u, err
	}
	return Program(ctx, project)
}

// writeEmpty makes a project with the modules of the program in folder.
func writeEmpty(project, folder string) error {
	files := map[string][]byte{"main.go": []byte(emptyProgram)}
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		files[name] = content
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(project, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
