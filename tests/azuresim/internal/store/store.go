// Package store keeps what exists in the simulated Azure, and what was done to
// it. It knows no service: the services teach it their kinds.
package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// Store is all objects under one lock, which also guards what the services keep
// beside them.
type Store struct {
	sync.Mutex
	Objects

	operations []Operation
	watch      func(Operation)
	faults     []*injected
	running    running
	lookups    atomic.Int64
}

// New returns an empty store.
func New() *Store {
	return &Store{running: running{verbs: map[string]string{}}, Objects: Objects{kinds: map[string]Kind{}, byID: map[string]*Object{}}}
}

// Operation is one request that Azure carried out or refused.
type Operation struct {
	// Verb is create, read, update or delete; Type is the resource's token.
	Verb, Type, ID string
	// Resource is the URN of the resource in the program.
	Resource string
	Err      error
}

// Request asks for an operation. ID is that of the object, "" before there is
// one. Inputs are those that a new object shall have. Resource is the URN of who asks.
type Request struct {
	Verb, Type, ID string
	Inputs         property.Map
	Resource       string
	// Unheeded is closed when an engine wants to cancel and its provider does not heed
	// that: what hangs goes on then. Nil: never.
	Unheeded <-chan struct{}
}

// Operations lists what was done so far, in order of completion.
func (s *Store) Operations() []Operation {
	s.Lock()
	defer s.Unlock()
	return slices.Clone(s.operations)
}

// Watch has somebody look at each operation when it has been carried out or
// refused, and before it is answered: nothing that waits for the answer is done
// yet.
func (s *Store) Watch(watch func(Operation)) {
	s.Lock()
	defer s.Unlock()
	s.watch = watch
}

// Operate runs one operation: it meets its fault, and is logged.
// What it runs holds the lock, and returns the ID of the object.
func (s *Store) Operate(ctx context.Context, r Request, run func() (string, error)) error {
	kind, done := s.kinds[r.Type], Operation{Verb: r.Verb, Type: r.Type, ID: r.ID, Resource: r.Resource}
	var fault *injected
	end, err := s.begin(kind, r)
	if err == nil {
		defer end()
		fault = s.takeFault(r)
	}
	if fault != nil && !fault.After {
		err = fault.meet(ctx, r)
	}
	s.Lock()
	if err == nil {
		done.ID, err = run()
	}
	done.Err = err
	s.operations = append(s.operations, done)
	watch := s.watch
	s.Unlock()
	if watch != nil {
		watch(done)
	}
	if err == nil && fault != nil && fault.After {
		err = fault.meet(ctx, r)
	}
	return err
}

func cancelled(ctx context.Context) error { return fmt.Errorf("operation cancelled: %w", ctx.Err()) }
