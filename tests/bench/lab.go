package main

import "context"

// lab is where figures are measured. What several need it does once.
type lab struct {
	repository string
	lives      map[string]*life
	edits      map[string]*edit
	crowds     map[crowd]*crowded
	fleets     map[int]usage
	visits     map[string]*visit
	builds     map[string]*built
	machines   map[string]*settled
}

func newLab(repository string) *lab {
	return &lab{
		repository, map[string]*life{}, map[string]*edit{}, map[crowd]*crowded{}, map[int]usage{},
		map[string]*visit{}, map[string]*built{}, map[string]*settled{},
	}
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

// edit is what the edit loop of a stack takes; see loop.
func (l *lab) edit(ctx context.Context, stack string) (*edit, error) {
	return once(l.edits, stack, func() (*edit, error) { return loop(ctx, l.repository, stack) })
}

// crowd is the life of dev with many groups; see among.
func (l *lab) crowd(ctx context.Context, c crowd) (*crowded, error) {
	return once(l.crowds, c, func() (*crowded, error) { return among(ctx, l.repository, c) })
}

// fleet is what several ups at once take; see sail.
func (l *lab) fleet(ctx context.Context, stacks int) (usage, error) {
	return once(l.fleets, stacks, func() (usage, error) { return sail(ctx, l.repository, stacks) })
}
