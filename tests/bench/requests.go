package main

import (
	"context"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// requests counts the requests of an engine command: registrations of resources and lookups of
// existing objects.
type requests struct{ registrations, lookups float64 }

// countRequests runs a command and counts its requests.
func countRequests(ctx context.Context, azure *azuresim.Azure, command func(context.Context) (map[string]int, error)) (a requests, err error) {
	before := azure.Lookups()
	counts, err := command(ctx)
	for _, n := range counts {
		a.registrations += float64(n)
	}
	a.lookups = float64(azure.Lookups() - before)
	return a, err
}

// noop returns a figure of a preview of dev without changes.
func noop(value func(requests) float64) measure {
	return derived(func(ctx context.Context, l *runner) (requests, error) {
		return once(l.previews, "dev", func() (requests, error) { return measureNoop(ctx, l.repository, "dev") })
	}, value)
}

// measureNoop deploys a stack and counts the requests of a preview.
func measureNoop(ctx context.Context, repository, name string) (a requests, err error) {
	azure := azuresim.New()
	stack, err := open(ctx, azure, repository, name)
	if err != nil {
		return a, err
	}
	defer stack.remove(&err)
	if _, err := stack.Up(ctx); err != nil {
		return a, err
	}
	return countRequests(ctx, azure, stack.Preview)
}
