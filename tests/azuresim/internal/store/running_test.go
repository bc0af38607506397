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
	s.Register(map[string]Kind{clusters: {Exclusive: func(r Request) string { return r.Inputs.Text("cluster") }}})
	return s
}

func request(verb, cluster string) Request {
	return Request{Verb: verb, Type: clusters, Inputs: property.From(map[string]any{"cluster": cluster})}
}

func done() (string, error) { return "", nil }

// TestOneAtATime checks that while an operation hangs, a second one on the same cluster is
// rejected, and that reads and other clusters are not.
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
		t.Errorf("after the first one: %v", err)
	}
}
