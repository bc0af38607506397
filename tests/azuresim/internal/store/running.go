package store

import "sync"

// running holds the operations under way where Azure takes one at a time. Operations
// take no time in tests, so two that a program starts side by side seldom meet here.
// Whether they can meet follows from the stack's state: Azure.Overlaps in package azuresim.
type running struct {
	sync.Mutex
	// verbs are those of the operations, by what they work on.
	verbs map[string]string
}

// begin refuses an operation on something that another operation works on. Otherwise
// end ends it.
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

// InProgress is Azure's refusal of an operation while another one is under way.
func InProgress(other string) error {
	return Refuse(409, "OperationNotAllowed", "Operation is not allowed: Another operation (%s) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details", other)
}
