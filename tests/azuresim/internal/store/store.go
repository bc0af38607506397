// Package store keeps the objects of the simulated Azure and a log of operations. The
// services register their kinds.
package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// Store is all objects under one lock. The lock also guards the services' own data.
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

// Operation is a request that Azure carried out or rejected.
type Operation struct {
	// Verb is create, read, update or delete; Type is the resource's token.
	Verb, Type, ID string
	// Resource is the resource's URN.
	Resource string
	Err      error
}

// Request asks for an operation. ID is empty for a create, Inputs are those of a new
// object, Resource is the URN.
type Request struct {
	Verb, Type, ID string
	Inputs         property.Map
	Resource       string
	// CancelIgnored is closed when an engine cancels and the provider ignores it: a hanging
	// operation then continues. Optional.
	CancelIgnored <-chan struct{}
}

// Operations returns the log, in order of completion.
func (s *Store) Operations() []Operation {
	s.Lock()
	defer s.Unlock()
	return slices.Clone(s.operations)
}

// Watch calls watch with each operation after it was carried out or rejected and before it
// is answered. Operations that depend on it have not started by then.
func (s *Store) Watch(watch func(Operation)) {
	s.Lock()
	defer s.Unlock()
	s.watch = watch
}

// Operate runs an operation, or its fault, and logs it. run holds the lock and returns the
// object's ID.
func (s *Store) Operate(ctx context.Context, r Request, run func() (string, error)) error {
	kind, done := s.kinds[r.Type], Operation{Verb: r.Verb, Type: r.Type, ID: r.ID, Resource: r.Resource}
	var fault *injected
	end, err := s.begin(kind, r)
	if err == nil {
		defer end()
		fault = s.nextFault(r)
	}
	if fault != nil && !fault.After {
		err = fault.apply(ctx, r)
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
		err = fault.apply(ctx, r)
	}
	return err
}

func canceled(ctx context.Context) error { return fmt.Errorf("operation canceled: %w", ctx.Err()) }
