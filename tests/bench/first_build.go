package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/OWNER/argocd-on-aks/tests/process"
)

// firstBuilds are what the first `pulumi up` of a machine compiles.
func firstBuilds() []figure {
	return []figure{
		{"first_build", "s", 0, building(func(b *built) float64 { return b.ours.CPU.Seconds() })},
		{"first_build_memory", "MB", 0, building(func(b *built) float64 { return float64(b.ours.Memory) / 1e6 })},
		{"first_build_over_empty", "x", 1.35, building(func(b *built) float64 { return float64(b.ours.CPU) / float64(b.empty.CPU) })},
	}
}

// built is what the first builds of the program and of the empty one take.
type built struct{ ours, empty process.Usage }

func building(value func(*built) float64) measure {
	return from(func(ctx context.Context, l *lab) (*built, error) {
		return once(l.builds, l.repository, func() (*built, error) { return buildBoth(ctx, l.repository) })
	}, value)
}

func buildBoth(ctx context.Context, repository string) (b *built, err error) {
	project, err := os.MkdirTemp("", "argocd-on-aks-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(project)) }()
	if err := writeEmpty(repository, project); err != nil {
		return nil, err
	}
	b = &built{}
	if b.ours, err = firstBuild(ctx, repository); err == nil {
		b.empty, err = firstBuild(ctx, project)
	}
	return b, err
}

// firstBuild builds the program in a folder from an empty cache, as Pulumi's language
// host for Go does: https://github.com/pulumi/pulumi/pull/23495 and
// https://github.com/pulumi/pulumi/pull/23497.
func firstBuild(ctx context.Context, folder string) (u process.Usage, err error) {
	cache, err := os.MkdirTemp("", "argocd-on-aks-first-build-")
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(cache)) }()
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(cache, "program"), ".")
	build.Dir, build.Env = folder, append(os.Environ(), "GOCACHE="+cache)
	if output, err := build.CombinedOutput(); err != nil {
		return u, fmt.Errorf("first build of %s: %w: %s", folder, err, output)
	}
	return process.Used(build.ProcessState), nil
}
