package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/OWNER/argocd-on-aks/tests/process"
)

// freshMachine is what `make demo` builds on a machine with an empty cache. It takes
// minutes, and so is measured only if asked for: make bench ONLY=fresh_machine. The goals
// are processor time on cores like those of docs/performance.md.
var freshMachine = []figure{
	{"fresh_machine_cli", "s", 0, settling(func(s *settled) float64 { return s.cli })},
	{"fresh_machine_program", "s", 0, settling(func(s *settled) float64 { return s.program })},
	{"fresh_machine_argocd", "s", 0, settling(func(s *settled) float64 { return s.argocd })},
	{"fresh_machine_preview", "s", 540, settling(func(s *settled) float64 { return s.cli + s.program })},
	{"fresh_machine", "s", 720, settling(func(s *settled) float64 { return s.cli + s.program + s.argocd })},
	{"fresh_machine_cache", "MB", 0, settling(func(s *settled) float64 { return s.megabytes })},
}

// settled is what a machine has spent on it: processor time in seconds, one part after
// another from the same cache, and what the cache has in the end.
type settled struct{ cli, program, argocd, megabytes float64 }

func settling(value func(*settled) float64) measure {
	return from(func(ctx context.Context, l *lab) (*settled, error) {
		return once(l.machines, l.repository, func() (*settled, error) { return settle(ctx, l.repository) })
	}, value)
}

// settle builds the parts as tools/build.mk does. Modules are downloaded before.
func settle(ctx context.Context, repository string) (s *settled, err error) {
	home, err := os.MkdirTemp("", "argocd-on-aks-fresh-machine-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	cache := filepath.Join(home, "cache")
	s = &settled{}
	for _, part := range []struct {
		into     *float64
		folder   string
		packages []string
	}{
		{&s.cli, "tools", []string{"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"}},
		{&s.program, "tests", []string{"./cmd/demo"}},
		{&s.argocd, "tests", []string{"./cmd/argocd", "./cmd/argocd-server"}},
	} {
		build := exec.CommandContext(ctx, "go", append([]string{"build", "-ldflags", "-s -w", "-o", home + "/"}, part.packages...)...)
		build.Dir, build.Env = filepath.Join(repository, part.folder), append(os.Environ(), "GOCACHE="+cache)
		if output, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%v: %w: %s", part.packages, err, output)
		}
		*part.into = process.Used(build.ProcessState).CPU.Seconds()
	}
	s.megabytes, err = size(cache)
	return s, err
}

// size is that of a folder's files, in megabytes.
func size(folder string) (megabytes float64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			megabytes += float64(info.Size()) / 1e6
		}
		return err
	})
	return megabytes, err
}
