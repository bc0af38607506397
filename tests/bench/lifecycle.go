package main

import (
	"context"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// lifecycle is the schedules of a stack with Azure's estimated durations.
type lifecycle struct {
	azure     *azuresim.Azure
	resources []timeline.Resource
	// up and destroy are the schedules.
	up, destroy []timeline.Bar
}

// measureLifecycle deploys and destroys a shipped stack with the real engine. It derives the schedules
// from the state and checks that the engine keeps to them.
func measureLifecycle(ctx context.Context, repository, name string) (l *lifecycle, err error) {
	l = &lifecycle{azure: azuresim.New()}
	stack, err := open(ctx, l.azure, repository, name)
	if err != nil {
		return nil, err
	}
	defer stack.remove(&err)
	if l.resources, err = deploy(ctx, stack); err != nil {
		return nil, err
	}
	l.up = timeline.Schedule(l.tasks(), 0)
	// The state of an unprotected stack has fewer dependencies, and removing the protection
	// changes no resource in Azure.
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
	defer again.remove(&err)
	return l, inLockstep(ctx, azure, l.up, again.Up)
}

// deploy deploys a stack and returns its resources.
func deploy(ctx context.Context, stack *tempStack) ([]timeline.Resource, error) {
	if _, err := stack.Up(ctx); err != nil {
		return nil, err
	}
	exported, err := stack.Export(ctx)
	if err != nil {
		return nil, err
	}
	return timeline.Resources(exported.Deployment)
}

// tasks returns the creations with the dependencies in the state.
func (l *lifecycle) tasks() []timeline.Task { return timeline.Tasks(l.resources, l.takes("create")) }

func (l *lifecycle) takes(verb string) func(token string) time.Duration {
	return func(token string) time.Duration { return l.azure.Duration(verb, token) }
}
