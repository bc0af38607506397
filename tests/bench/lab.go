package main

import "context"

// lab is where figures are measured. What several need it does once.
type lab struct {
	repository string
	lives      map[string]*life
	previews   map[string]asked
	mappings   map[int]*mapped
	visits     map[string]*visit
}

func newLab(repository string) *lab {
	return &lab{repository, map[string]*life{}, map[string]asked{}, map[int]*mapped{}, map[string]*visit{}}
}

// once measures what is not known yet.
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

// life is that of a stack; see live.
func (l *lab) life(ctx context.Context, stack string) (*life, error) {
	return once(l.lives, stack, func() (*life, error) { return live(ctx, l.repository, stack) })
}

// mapped is dev with a number of roles; see mapping.
func (l *lab) mapped(ctx context.Context, roles int) (*mapped, error) {
	return once(l.mappings, roles, func() (*mapped, error) { return mapping(ctx, l.repository, roles) })
}
