package main

import (
	"context"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// ratio returns the ratio of the length of bars to that of a schedule of tasks.
func ratio(bars []timeline.Bar, tasks []timeline.Task, atATime int) float64 {
	return timeline.Length(bars).Seconds() / timeline.Length(timeline.Schedule(tasks, atATime)).Seconds()
}

// stackFigure returns a figure derived from a stack's schedules.
func stackFigure(stack string, value func(*lifecycle) float64) measure {
	return derived(func(ctx context.Context, l *runner) (*lifecycle, error) { return l.lifecycle(ctx, stack) }, value)
}

// deployment returns the seconds of an up.
func (l *lifecycle) deployment() float64 { return timeline.Length(l.up).Seconds() }

// makespan returns the ratio of an up to the minimum that Azure requires.
func (l *lifecycle) makespan() float64 {
	return ratio(l.up, minimalCreations(l.resources, l.takes("create")), 0)
}

// makespanOverGuide returns the ratio of an up to the guide's terraform apply.
func (l *lifecycle) makespanOverGuide() float64 {
	return ratio(l.up, guideCreations(l.takes("create")), parallelism)
}

// destruction returns the ratio of a destroy to the minimum that Azure requires.
func (l *lifecycle) destruction() float64 {
	return ratio(l.destroy, minimalDeletions(l.resources, l.takes("delete")), 0)
}

// destructionOverGuide returns the ratio of a destroy to the guide's terraform destroy.
func (l *lifecycle) destructionOverGuide() float64 {
	return ratio(l.destroy, guideDeletions(l.takes("delete")), parallelism)
}
