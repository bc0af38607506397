package store

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault makes matching operations fail, hang or lose their answer.
type Fault struct {
	// Verb is a verb of Operation, or invoke for a function, whose token is Type. An empty
	// Type or Name matches any. Name is the resource's logical name in the program.
	Verb, Type, Name string
	// Err is returned. Without one, the operation hangs until it is canceled or no client
	// waits for it. A 404 for a read simulates a replica that lacks the object.
	Err error
	// After carries out the operation and loses only its answer. With a Failed error, the
	// accepted operation fails later.
	After bool
	// RetryAfter is Microsoft Graph's Retry-After for the caller of a function.
	RetryAfter time.Duration
	// Times is the number of operations that the fault affects. 0 means 1.
	Times int
	// Canceled is closed when a hanging operation whose provider ignores the cancel is
	// canceled. With this channel, the operation keeps hanging while a client waits for it.
	Canceled chan struct{}
}

// injected is a fault that waits for matching operations.
type injected struct {
	Fault
	first     sync.Once
	triggered chan struct{}
}

// Inject adds a fault. The channel is closed when the first operation triggers it; an
// operation that hangs is then in progress.
func (s *Store) Inject(fault Fault) (triggered <-chan struct{}) {
	s.Lock()
	defer s.Unlock()
	fault.Times = max(fault.Times, 1)
	one := &injected{Fault: fault, triggered: make(chan struct{})}
	s.faults = append(s.faults, one)
	return one.triggered
}

// PendingFaults returns the faults that still wait for operations.
func (s *Store) PendingFaults() []Fault {
	s.Lock()
	defer s.Unlock()
	var pending []Fault
	for _, one := range s.faults {
		pending = append(pending, one.Fault)
	}
	return pending
}

// ClearFaults removes the faults that still wait for operations.
func (s *Store) ClearFaults() {
	s.Lock()
	defer s.Unlock()
	s.faults = nil
}

// nextFault returns the fault that an operation triggers, or nil.
func (s *Store) nextFault(r Request) *injected {
	s.Lock()
	defer s.Unlock()
	i := slices.IndexFunc(s.faults, func(f *injected) bool {
		return f.Verb == r.Verb && (f.Type == "" || f.Type == r.Type) &&
			(f.Name == "" || strings.HasSuffix(r.Resource, "::"+f.Name))
	})
	if i < 0 {
		return nil
	}
	fault := s.faults[i]
	if fault.Times--; fault.Times == 0 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	return fault
}

// Invoke calls a function, or fails with a matching fault. after is the time that the
// caller waits before it retries.
func (s *Store) Invoke(ctx context.Context, r Request, run func() error) (after time.Duration, err error) {
	s.lookups.Add(1)
	if fault := s.nextFault(r); fault != nil {
		return fault.RetryAfter, fault.apply(ctx, r)
	}
	s.Lock()
	defer s.Unlock()
	return 0, run()
}

// Lookups returns the number of function calls.
func (s *Store) Lookups() int64 { return s.lookups.Load() }

func (f *injected) apply(ctx context.Context, r Request) error {
	f.first.Do(func() { close(f.triggered) })
	if f.Err != nil {
		return f.Err
	}
	select {
	case <-ctx.Done():
		return canceled(ctx)
	case <-r.CancelIgnored:
	}
	if f.Canceled != nil {
		close(f.Canceled)
		<-ctx.Done()
		return canceled(ctx)
	}
	return nil
}
