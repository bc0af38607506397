package store

import "sync"

// running holds the operations in progress on objects for which Azure takes one at a time.
// Operations take no time in tests, so two operations that run side by side rarely overlap
// here. Azure.Overlaps in package azuresim finds possible overlaps in the stack's state.
type running struct {
	sync.Mutex
	// verbs of the operations, by the object that they lock
	verbs map[string]string
}

// begin rejects an operation on an object with another operation in progress. end ends the
// operation.
func (s *Store) begin(kind Kind, r Request) (end func(), err error) {
	if kind.Exclusive == nil || r.Verb == "read" {
		return func() {}, nil
	}
	on := kind.Exclusive(r)
	s.running.Lock()
	defer s.running.Unlock()
	if other, busy := s.running.verbs[on]; busy {
		return nil, InProgress(other)
	}
	s.running.verbs[on] = r.Verb
	return func() {
		s.running.Lock()
		defer s.running.Unlock()
		delete(s.running.verbs, on)
	}, nil
}

// InProgress returns Azure's error for an operation while another one is in progress.
func InProgress(other string) error {
	return Refuse(409, "OperationNotAllowed", "Operation is not allowed: Another operation (%s) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details", other)
}
