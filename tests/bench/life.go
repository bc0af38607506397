package main

import (
	"context"
	"fmt"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// life is a stack's on a simulated Azure that keeps time.
type life struct {
	azure     *azuresim.Azure
	resources []timeline.Resource
	// up and destroy are when Azure was at work on what, by resource.
	up, destroy []timeline.Bar
}

// live has the real engine deploy a shipped stack and destroy it.
func live(ctx context.Context, repository, name string) (lived *life, err error) {
	azure := azuresim.New()
	stack, err := open(ctx, azure, repository, name)
	if err != nil {
		return nil, err
	}
	defer stack.leave(&err)
	azure.KeepTime()
	if _, err := stack.Up(ctx); err != nil {
		return nil, err
	}
	exported, err := stack.Export(ctx)
	if err != nil {
		return nil, err
	}
	l := &life{azure: azure}
	if l.resources, err = timeline.Resources(exported.Deployment); err != nil {
		return nil, err
	}
	if l.up, err = l.bars(azure.Operations()); err != nil {
		return nil, err
	}
	// A protected stack is destroyed in two steps, of which the first changes nothing.
	if err := stack.Set(ctx, "protect", "false"); err != nil {
		return nil, err
	}
	if _, err := stack.Up(ctx); err != nil {
		return nil, err
	}
	before := len(azure.Operations())
	if _, err := stack.Destroy(ctx); err != nil {
		return nil, err
	}
	l.destroy, err = l.bars(azure.Operations()[before:])
	return l, err
}

// bars are operations by the resources that they were about.
func (l *life) bars(operations []azuresim.Operation) ([]timeline.Bar, error) {
	names := map[string]string{}
	for _, r := range l.resources {
		names[r.ID] = r.Name
	}
	var bars []timeline.Bar
	for _, o := range operations {
		name, known := names[o.ID]
		if !known {
			return nil, fmt.Errorf("%s of %s %q, which the state does not have", o.Verb, o.Type, o.ID)
		}
		bars = append(bars, timeline.Bar{Name: name, Begin: o.Began, End: o.Ended})
	}
	return timeline.Explain(bars, l.tasks()), nil
}

// tasks are the creations as the state tells who waits for whom.
func (l *life) tasks() []timeline.Task { return timeline.Tasks(l.resources, l.takes("create")) }

func (l *life) takes(verb string) func(token string) time.Duration {
	return func(token string) time.Duration { return l.azure.Takes(verb, token) }
}
