package main

import (
	"context"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// timeline charts the estimated deployment on real Azure. Each resource begins when its
// dependencies in the stack's state are complete.
func (l lifecycle) timeline(ctx context.Context) error {
	exported, err := l.stack.Export(ctx)
	if err != nil {
		return err
	}
	resources, err := timeline.Resources(exported.Deployment)
	if err != nil {
		return err
	}
	tasks := timeline.Tasks(l.azure.Queued(resources), func(token string) time.Duration { return l.azure.Duration("create", token) })
	bars := timeline.Rename(timeline.Schedule(tasks, 0), l.azure.WithGroupNames)
	l.printf("%s", timeline.Chart(bars, l.good))
	l.printf("  Estimated total on real Azure: %s. The simulated Azure takes no time.\n", timeline.Length(bars))
	return nil
}
