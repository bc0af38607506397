package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// lockstep answers operations in the order in which a schedule ends them. Before it answers
// one, it waits until all operations that the schedule starts earlier have begun. An engine
// that waits for more than the schedule never gets the answer; one that waits for less
// begins too early. This checks the schedule without a clock.
type lockstep struct {
	mu    sync.Mutex
	steps map[string]*step
	errs  []error
}

// step is an operation of a schedule. Its channels are closed when it begins and when it is
// answered.
type step struct {
	timeline.Bar
	begun, answered chan struct{}
}

func newLockstep(bars []timeline.Bar) *lockstep {
	l := &lockstep{steps: map[string]*step{}}
	for _, b := range bars {
		l.steps[b.Name] = &step{b, make(chan struct{}), make(chan struct{})}
	}
	return l
}

// commandTimeout is the timeout of a command, which normally takes seconds.
const commandTimeout = time.Minute

// inLockstep runs an engine command on an Azure that answers according to a schedule.
func inLockstep(ctx context.Context, azure *azuresim.Azure, bars []timeline.Bar, command func(context.Context) (map[string]int, error)) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	l := newLockstep(bars)
	azure.Watch(func(o azuresim.Operation) { l.operate(ctx, resource.URN(o.Resource).Name()) })
	defer azure.Watch(nil)
	_, err := command(ctx)
	return errors.Join(l.failed(), err)
}

// operate returns when an operation is due.
func (l *lockstep) operate(ctx context.Context, name string) {
	err := l.begin(name)
	if err == nil {
		err = l.end(ctx, l.steps[name])
	}
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.errs = append(l.errs, fmt.Errorf("%s: %w", name, err))
	}
}

// failed returns the differences between the operations and the schedule.
func (l *lockstep) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	errs := slices.Clone(l.errs)
	for name, s := range l.steps {
		if !closed(s.begun) {
			errs = append(errs, fmt.Errorf("%s: missing operation", name))
		}
	}
	return errors.Join(errs...)
}

func (l *lockstep) begin(name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.steps[name]
	if s == nil || closed(s.begun) {
		return errors.New("not in the schedule")
	}
	close(s.begun)
	for _, other := range l.steps {
		if (other.End < s.Begin || other.Name == s.After) && !closed(other.answered) {
			return fmt.Errorf("begins before %s ends", other.Name)
		}
	}
	return nil
}

func (l *lockstep) end(ctx context.Context, s *step) error {
	for _, other := range l.steps {
		if other.Begin < s.End && !wait(ctx, other.begun) {
			return fmt.Errorf("ends before %s begins", other.Name)
		}
		if other.End < s.End && !wait(ctx, other.answered) {
			return fmt.Errorf("ends before %s ends", other.Name)
		}
	}
	close(s.answered)
	return nil
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// wait reports whether a channel is closed before a context ends.
func wait(ctx context.Context, c chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-ctx.Done():
		return closed(c)
	}
}
