package main

import (
	"context"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// asked is what a command of the engine asks for: registrations of resources, and lookups of
// what exists.
type asked struct{ registrations, lookups float64 }

// asking counts what a command asks for.
func asking(ctx context.Context, azure *azuresim.Azure, command func(context.Context) (map[string]int, error)) (a asked, err error) {
	before := azure.Lookups()
	counts, err := command(ctx)
	for _, n := range counts {
		a.registrations += float64(n)
	}
	a.lookups = float64(azure.Lookups() - before)
	return a, err
}

// noop is a figure of a preview of dev where nothing has changed.
func noop(value func(asked) float64) measure {
	return from(func(ctx context.Context, l *lab) (asked, error) {
		return once(l.previews, "dev", func() (asked, error) { return unchanged(ctx, l.repository, "dev") })
	}, value)
}

// unchanged deploys a stack and counts what a preview of it asks for.
func unchanged(ctx context.Context, repository, name string) (a asked, err error) {
	azure := azuresim.New()
	stack, err := open(ctx, azure, repository, name)
	if err != nil {
		return a, err
	}
	defer stack.leave(&err)
	if _, err := stack.Up(ctx); err != nil {
		return a, err
	}
	return asking(ctx, azure, stack.Preview)
}
