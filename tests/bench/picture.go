package main

import (
	"context"
	"fmt"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// picture is a stack's time line as it was.
func (l *lab) picture(ctx context.Context, stack string) (string, error) {
	lived, err := l.life(ctx, stack)
	if err != nil {
		return "", err
	}
	bars := timeline.Renamed(lived.up, lived.azure.Called)
	title := fmt.Sprintf("pulumi up of the stack %s: %s on an Azure as fast as estimated", stack, timeline.Length(bars))
	return timeline.SVG(title, bars), nil
}
