package main

import "context"

// lab is where figures are measured. What several need it does once.
type lab struct {
	repository string
	lives      map[string]*life
}

// life is that of a stack; see live.
func (l *lab) life(ctx context.Context, stack string) (*life, error) {
	if lived := l.lives[stack]; lived != nil {
		return lived, nil
	}
	lived, err := live(ctx, l.repository, stack)
	if err == nil {
		l.lives[stack] = lived
	}
	return lived, err
}
