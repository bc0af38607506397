package main

import (
	"context"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// life is that of a stack on an Azure as fast as estimated.
type life struct {
	azure     *azuresim.Azure
	resources []timeline.Resource
	// up and destroy are when Azure works on which resource.
	up, destroy []timeline.Bar
}

// live has the real engine deploy a shipped stack and destroy it. The schedules follow from
// the state that it writes; then it proves that it keeps to them.
func live(ctx context.Context, repository, name string) (l *life, err error) {
	l = &life{azure: azuresim.New()}
	stack, err := open(ctx, l.azure, repository, name)
	if err != nil {
		return nil, err
	}
	defer stack.leave(&err)
	if l.resources, err = deploy(ctx, stack); err != nil {
		return nil, err
	}
	l.up = timeline.Schedule(l.tasks(), 0)
	// A protected stack is destroyed in two steps, of which the first changes nothing.
	if err := stack.Set(ctx, "protect", "false"); err != nil {
		return nil, err
	}
	unprotected, err := deploy(ctx, stack)
	if err != nil {
		return nil, err
	}
	l.destroy = timeline.Schedule(timeline.Deletions(unprotected, l.takes("delete")), 0)
	if err := inLockstep(ctx, l.azure, l.destroy, stack.Destroy); err != nil {
		return nil, err
	}
	azure := azuresim.New()
	again, err := open(ctx, azure, repository, name)
	if err != nil {
		return nil, err
	}
	defer again.leave(&err)
	return l, inLockstep(ctx, azure, l.up, again.Up)
}

// deploy returns the resources of a stack that it deploys.
func deploy(ctx context.Context, stack *site) ([]timeline.Resource, error) {
	if _, err := stack.Up(ctx); err != nil {
		return nil, err
	}
	exported, err := stack.Export(ctx)
	if err != nil {
		return nil, err
	}
	return timeline.Resources(exported.Deployment)
}

// tasks are the creations as the state tells who waits for whom.
func (l *life) tasks() []timeline.Task { return timeline.Tasks(l.resources, l.takes("create")) }

func (l *life) takes(verb string) func(token string) time.Duration {
	return func(token string) time.Duration { return l.azure.Duration(verb, token) }
}
