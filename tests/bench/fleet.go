package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// stacks are how many are deployed at once.
var stacks = []int{1, 10, 50}

// fleets are the figures for each number of stacks.
func fleets() (all []figure) {
	for _, n := range stacks {
		all = append(all, figure{fmt.Sprintf("fleet_%d", n), "s", 0, func(ctx context.Context, l *lab) (float64, error) {
			took, err := l.fleet(ctx, n)
			return took.wall.Seconds(), err
		}})
	}
	return append(all, figure{"fleet_growth", "power", 1.1, func(ctx context.Context, l *lab) (float64, error) {
		one, err := l.fleet(ctx, 1)
		if err != nil {
			return 0, err
		}
		fifty, err := l.fleet(ctx, 50)
		return math.Log(fifty.cpu.Seconds()/one.cpu.Seconds()) / math.Log(50), err
	}})
}

// sail deploys so many stacks like dev at once, from one state backend.
func sail(ctx context.Context, repository string, n int) (took usage, err error) {
	home, err := os.MkdirTemp("", "argocd-on-aks-bench-")
	if err != nil {
		return usage{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	azure, all := azuresim.New(), make([]*engine.Stack, n)
	for i := range all {
		name := fmt.Sprintf("team%d", i+1)
		if err := copyProject(repository, home, name, ""); err != nil {
			return usage{}, err
		}
		if all[i], err = engine.Open(ctx, azure, program.Deploy, home, filepath.Join(home, "fleet"), name, io.Discard); err != nil {
			return usage{}, err
		}
		defer func() { err = errors.Join(err, all[i].Close()) }()
	}
	return measuring(func() error {
		failed := make([]error, n)
		var running sync.WaitGroup
		for i, stack := range all {
			running.Go(func() { _, failed[i] = stack.Up(ctx) })
		}
		running.Wait()
		return errors.Join(failed...)
	})
}
