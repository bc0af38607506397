package main

import (
	"context"
	"fmt"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// picture returns the timeline of a stack's deployment as SVG.
func (l *runner) picture(ctx context.Context, stack string) (string, error) {
	cycle, err := l.lifecycle(ctx, stack)
	if err != nil {
		return "", err
	}
	bars := timeline.Rename(cycle.up, cycle.azure.WithGroupNames)
	title := fmt.Sprintf("pulumi up of the stack %s: %s with estimated durations", stack, timeline.Length(bars))
	return timeline.SVG(title, bars), nil
}
