package store

import (
	"context"
	"errors"
	"testing"
)

// TestFault checks that a fault affects only the named resource, the given number of times,
// and that the channel is closed by the first operation.
func TestFault(t *testing.T) {
	t.Parallel()
	s, refusal := newStore(), Refuse(404, "ResourceNotFound", "not yet")
	triggered := s.Inject(Fault{Verb: "create", Type: clusters, Name: "second", Err: refusal, Times: 2})
	for i, c := range []struct {
		resource string
		refused  bool
		pending  int
	}{{"urn::first", false, 1}, {"urn::second", true, 1}, {"urn::second", true, 0}, {"urn::second", false, 0}} {
		select {
		case <-triggered:
			if i < 2 {
				t.Errorf("triggered before operation %d", i)
			}
		default:
			if i >= 2 {
				t.Errorf("not triggered by operation %d", i)
			}
		}
		err := s.Operate(t.Context(), Request{Verb: "create", Type: clusters, Resource: c.resource}, done)
		if errors.Is(err, refusal) != c.refused || len(s.PendingFaults()) != c.pending {
			t.Errorf("operation %d: %v, pending %v", i, err, s.PendingFaults())
		}
	}
}

// TestClearFaults checks that a fault without a type affects the next operation, and none
// after it is removed.
func TestClearFaults(t *testing.T) {
	t.Parallel()
	s, refusal := newStore(), Refuse(404, "ResourceNotFound", "not yet")
	s.Inject(Fault{Verb: "create", Err: refusal, Times: 2})
	for i, refused := range []bool{true, false} {
		if err := s.Operate(t.Context(), Request{Verb: "create", Type: clusters}, done); errors.Is(err, refusal) != refused {
			t.Errorf("operation %d: %v", i, err)
		}
		s.ClearFaults()
	}
}

// TestHanging checks that a hanging operation ends when no client waits for it, that it
// continues if the provider ignores the cancel, and whether it is carried out.
func TestHanging(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ after, long, supported, carriedOut bool }{
		"before, canceled":                {false, false, true, false},
		"before, cancel ignored":          {false, false, false, true},
		"carried out, canceled":           {true, false, true, true},
		"carried out, and answered":       {true, false, false, true},
		"before, longer than a cancel":    {false, true, true, false},
		"carried out, longer than cancel": {true, true, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, fault := newStore(), Fault{Verb: "create", Type: clusters, After: c.after}
			if c.long {
				fault.Canceled = make(chan struct{})
			}
			hangs := s.Inject(fault)
			ctx, cancel := context.WithCancel(t.Context())
			ignored, carriedOut := make(chan struct{}), false
			go func() {
				<-hangs
				if !c.supported || c.long {
					close(ignored)
				}
				if c.long {
					<-fault.Canceled
				}
				if c.supported {
					cancel()
				}
			}()
			err := s.Operate(ctx, Request{Verb: "create", Type: clusters, CancelIgnored: ignored}, func() (string, error) { carriedOut = true; return "", nil })
			cancel()
			if errors.Is(err, context.Canceled) != c.supported || carriedOut != c.carriedOut {
				t.Errorf("%v, carried out: %v", err, carriedOut)
			}
		})
	}
}
