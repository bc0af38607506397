package store

import (
	"context"
	"errors"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

const clusters = "clusters"

func newStore() *Store {
	s := New()
	s.Learn(map[string]Kind{clusters: {Exclusive: func(r Request) string { return r.Inputs.Text("cluster") }}})
	return s
}

func request(verb, cluster string) Request {
	return Request{Verb: verb, Type: clusters, Inputs: property.From(map[string]any{"cluster": cluster})}
}

func done() (string, error) { return "", nil }

// TestOneAtATime: while one operation hangs, a second on the same cluster is
// refused, reads and other clusters are not.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	s := newStore()
	hangs := s.Inject(Fault{Verb: "create", Type: clusters})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() { first <- s.Operate(ctx, request("create", "prod"), done) }()
	<-hangs
	for _, c := range []struct {
		request Request
		refused bool
	}{
		{request("update", "prod"), true},
		{request("delete", "prod"), true},
		{request("read", "prod"), false},
		{request("update", "dev"), false},
	} {
		var refusal *Error
		err := s.Operate(t.Context(), c.request, done)
		if errors.As(err, &refusal) != c.refused || c.refused && (refusal.Status != 409 || refusal.Code != "OperationNotAllowed") {
			t.Errorf("%+v: %v", c.request, err)
		}
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := s.Operate(t.Context(), request("update", "prod"), done); err != nil {
		t.Errorf("when the first was over: %v", err)
	}
}

// TestSideBySide: of operations that are sent without waiting for each other's
// answers only one is taken, although they take no time.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	s := newStore()
	errs := make(chan error)
	for _, resource := range []string{"cluster", "pool", "window"} {
		r := request("update", "prod")
		r.Resource = resource
		s.Announce(r)
		go func() { errs <- s.Operate(t.Context(), r, done) }()
	}
	refused := 0
	for range 3 {
		if err := <-errs; err != nil {
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("%d of 3 refused", refused)
	}
}
