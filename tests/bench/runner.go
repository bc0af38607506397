package main

import "context"

// runner measures figures. It runs each shared measurement once.
type runner struct {
	repository string
	lifecycles map[string]*lifecycle
	previews   map[string]requests
	roleUsages map[int]*roleUsage
	signIns    map[string]*signInRequests
}

func newRunner(repository string) *runner {
	return &runner{repository, map[string]*lifecycle{}, map[string]requests{}, map[int]*roleUsage{}, map[string]*signInRequests{}}
}

// once returns a known value or measures it.
func once[K comparable, V any](known map[K]V, key K, measure func() (V, error)) (V, error) {
	if value, is := known[key]; is {
		return value, nil
	}
	value, err := measure()
	if err == nil {
		known[key] = value
	}
	return value, err
}

func (l *runner) lifecycle(ctx context.Context, stack string) (*lifecycle, error) {
	return once(l.lifecycles, stack, func() (*lifecycle, error) { return measureLifecycle(ctx, l.repository, stack) })
}

func (l *runner) roleUsage(ctx context.Context, roles int) (*roleUsage, error) {
	return once(l.roleUsages, roles, func() (*roleUsage, error) { return measureRoles(ctx, l.repository, roles) })
}
