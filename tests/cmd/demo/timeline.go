package main

import (
	"context"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// timeline draws when each resource would be there on real Azure: as soon as all that
// it waits for is, by what the stack's state says of that.
func (l life) timeline(ctx context.Context) error {
	exported, err := l.stack.Export(ctx)
	if err != nil {
		return err
	}
	resources, err := timeline.Resources(exported.Deployment)
	if err != nil {
		return err
	}
	tasks := timeline.Tasks(resources, func(token string) time.Duration { return l.azure.Takes("create", token) })
	bars := timeline.Renamed(timeline.Schedule(tasks, 0), l.azure.Called)
	l.printf("%s", timeline.Chart(bars, l.good))
	l.printf("  On real Azure about %s in all, by estimates; simulated, at once.\n", timeline.Length(bars))
	return nil
}
