package store

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// Fault makes matching operations fail, hang or lose their answer.
type Fault struct {
	// Verb is a verb of Operation, login, or invoke for a function, whose token is Type. An empty
	// Type or Name matches any. Name is the resource's logical name in the program.
	Verb, Type, Name string
	// Step is the step of a create that the fault affects, empty for the main request.
	Step string
	// Err is returned. Without one, the operation hangs until it is canceled or no client
	// waits for it. A 404 for a read simulates a replica that lacks the object.
	Err error
	// After carries out the operation and loses only its answer. With a Failed error, the
	// accepted operation fails later.
	After bool
	// Persistent extends the fault to each retry of a request.
	Persistent bool
	// Times is the number of requests that the fault affects. 0 means 1.
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
		return f.Verb == r.Verb && f.Step == r.Step && (f.Type == "" || f.Type == r.Type) &&
			(f.Name == "" || strings.HasSuffix(r.Resource, "::"+f.Name))
	})
	if i < 0 {
		return nil
	}
	fault := s.faults[i]
	if !fault.Persistent || !r.Again {
		fault.Times--
	}
	if fault.Times == 0 {
		s.faults = slices.Delete(s.faults, i, i+1)
	}
	return fault
}

// Invoke calls a function, or fails with a matching fault.
func (s *Store) Invoke(ctx context.Context, r Request, run func() error) error {
	s.lookups.Add(1)
	if fault := s.nextFault(r); fault != nil {
		return fault.apply(ctx, r)
	}
	s.Lock()
	defer s.Unlock()
	return run()
}

// Login returns the error of an injected fault with the verb login. Type is the provider's, such
// as pulumi:providers:azuread.
func (s *Store) Login(ctx context.Context, provider string) error {
	r := Request{Verb: "login", Type: provider}
	if fault := s.nextFault(r); fault != nil {
		return fault.apply(ctx, r)
	}
	return nil
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
