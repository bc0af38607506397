package main

import (
	"context"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// over is how much longer bars take than tasks need, so many of which at a time.
func over(bars []timeline.Bar, tasks []timeline.Task, atATime int) float64 {
	return timeline.Length(bars).Seconds() / timeline.Length(timeline.Schedule(tasks, atATime)).Seconds()
}

// of is a figure of a stack's life.
func of(stack string, value func(*life) float64) measure {
	return from(func(ctx context.Context, l *lab) (*life, error) { return l.life(ctx, stack) }, value)
}

// deployment is how many seconds Azure is at work on an up.
func (l *life) deployment() float64 { return timeline.Length(l.up).Seconds() }

// makespan is the time of an up over the longest chain of what Azure needs.
func (l *life) makespan() float64 { return over(l.up, needed(l.resources, l.takes("create")), 0) }

// makespanOverGuide is the time of an up over that of the guide's terraform apply.
func (l *life) makespanOverGuide() float64 {
	return over(l.up, terraform(l.takes("create")), parallelism)
}

// destruction is the time of a destroy over the longest chain of what Azure needs.
func (l *life) destruction() float64 {
	return over(l.destroy, neededBack(l.resources, l.takes("delete")), 0)
}

// destructionOverGuide is the time of a destroy over that of the guide's terraform
// destroy.
func (l *life) destructionOverGuide() float64 {
	return over(l.destroy, terraformBack(l.takes("delete")), parallelism)
}
