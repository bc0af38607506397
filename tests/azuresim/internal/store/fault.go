package store

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault makes operations of a kind go wrong.
type Fault struct {
	// Verb is one of Operation's, or invoke for a function, whose token Type is then. An
	// empty Type or Name is whichever comes first; Name is that of the resource in the
	// program.
	Verb, Type, Name string
	// Err is returned; with none, the operation hangs until it is cancelled or nobody
	// waits for it any more. A 404 for a read is a replica that finds nothing.
	Err error
	// After has the operation carried out first, so that only its answer is lost; with
	// an Err that is Failed, it has failed since.
	After bool
	// RetryAfter is what Microsoft Graph has a function's caller wait.
	RetryAfter time.Duration
	// Times is how many operations meet it; 0 is one.
	Times int
	// Cancelled, if there is one, has an operation that hangs and does not heed a cancel
	// hang on, as long as somebody waits for it; it is closed at the cancel.
	Cancelled chan struct{}
}

// injected is a fault that waits for its operations.
type injected struct {
	Fault
	first sync.Once
	met   chan struct{}
}

// Inject makes the next operations that match go wrong. The channel is closed when
// the first one has met the fault: it is under way then, and still is if it hangs.
func (s *Store) Inject(fault Fault) (met <-chan struct{}) {
	s.Lock()
	defer s.Unlock()
	fault.Times = max(fault.Times, 1)
	one := &injected{Fault: fault, met: make(chan struct{})}
	s.faults = append(s.faults, one)
	return one.met
}

// Unmet lists the faults that wait for operations still.
func (s *Store) Unmet() []Fault {
	s.Lock()
	defer s.Unlock()
	var unmet []Fault
	for _, one := range s.faults {
		unmet = append(unmet, one.Fault)
	}
	return unmet
}

// Withdraw has no operation meet what waits for one.
func (s *Store) Withdraw() {
	s.Lock()
	defer s.Unlock()
	s.faults = nil
}

// takeFault is the fault that an operation meets, nil for most.
func (s *Store) takeFault(r Request) *injected {
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

// Invoke has a function answered. It fails when it meets a fault; after is what its
// caller shall wait before the next try.
func (s *Store) Invoke(ctx context.Context, r Request, run func() error) (after time.Duration, err error) {
	s.lookups.Add(1)
	if fault := s.takeFault(r); fault != nil {
		return fault.RetryAfter, fault.meet(ctx, r)
	}
	s.Lock()
	defer s.Unlock()
	return 0, run()
}

// Lookups returns how many functions have been asked for.
func (s *Store) Lookups() int64 { return s.lookups.Load() }

func (f *injected) meet(ctx context.Context, r Request) error {
	f.first.Do(func() { close(f.met) })
	if f.Err != nil {
		return f.Err
	}
	select {
	case <-ctx.Done():
		return cancelled(ctx)
	case <-r.Unheeded:
	}
	if f.Cancelled != nil {
		close(f.Cancelled)
		<-ctx.Done()
		return cancelled(ctx)
	}
	return nil
}
