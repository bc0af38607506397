package store

import (
	"context"
	"errors"
	"testing"
)

// TestFault: a fault waits for the resource that it names and for no other, as many
// times as it says, and tells when the first operation has met it.
func TestFault(t *testing.T) {
	t.Parallel()
	s, refusal := newStore(), Refuse(404, "ResourceNotFound", "not yet")
	met := s.Inject(Fault{Verb: "create", Type: clusters, Name: "second", Err: refusal, Times: 2})
	for i, c := range []struct {
		resource string
		refused  bool
		unmet    int
	}{{"urn::first", false, 1}, {"urn::second", true, 1}, {"urn::second", true, 0}, {"urn::second", false, 0}} {
		select {
		case <-met:
			if i < 2 {
				t.Errorf("met before operation %d", i)
			}
		default:
			if i >= 2 {
				t.Errorf("not met by operation %d", i)
			}
		}
		err := s.Operate(t.Context(), Request{Verb: "create", Type: clusters, Resource: c.resource}, done)
		if errors.Is(err, refusal) != c.refused || len(s.Unmet()) != c.unmet {
			t.Errorf("operation %d: %v, unmet %v", i, err, s.Unmet())
		}
	}
}

// TestWithdraw: a fault of any type meets what comes first, and none once it was taken back.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	s, refusal := newStore(), Refuse(404, "ResourceNotFound", "not yet")
	s.Inject(Fault{Verb: "create", Err: refusal, Times: 2})
	for i, refused := range []bool{true, false} {
		if err := s.Operate(t.Context(), Request{Verb: "create", Type: clusters}, done); errors.Is(err, refusal) != refused {
			t.Errorf("operation %d: %v", i, err)
		}
		s.Withdraw()
	}
}

// TestHanging: what hangs ends when nobody waits for it, and goes on when a cancel is
// not heeded; afterwards it is carried out, or was.
func TestHanging(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ after, long, heeded, carriedOut bool }{
		"before, cancelled":               {false, false, true, false},
		"before, in spite of it":          {false, false, false, true},
		"carried out, cancelled":          {true, false, true, true},
		"carried out, and answered":       {true, false, false, true},
		"before, longer than a cancel":    {false, true, true, false},
		"carried out, longer than it too": {true, true, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, fault := newStore(), Fault{Verb: "create", Type: clusters, After: c.after}
			if c.long {
				fault.Cancelled = make(chan struct{})
			}
			hangs := s.Inject(fault)
			ctx, cancel := context.WithCancel(t.Context())
			unheeded, carriedOut := make(chan struct{}), false
			go func() {
				<-hangs
				if !c.heeded || c.long {
					close(unheeded)
				}
				if c.long {
					<-fault.Cancelled
				}
				if c.heeded {
					cancel()
				}
			}()
			err := s.Operate(ctx, Request{Verb: "create", Type: clusters, Unheeded: unheeded}, func() (string, error) { carriedOut = true; return "", nil })
			cancel()
			if errors.Is(err, context.Canceled) != c.heeded || carriedOut != c.carriedOut {
				t.Errorf("%v, carried out: %v", err, carriedOut)
			}
		})
	}
}
