package store

import (
	"maps"
	"sync"
	"time"
)

// An operation that has been carried out looks around every millisecond before it
// is answered. Looks are counted, not time, so that a machine that stands still
// ends nothing early.
const (
	// quiet is in how many looks nothing has arrived when it is answered.
	quiet = 5
	// patience is how many looks it waits for what was announced.
	patience = 200
)

// running is what Azure is at work on, where it takes one operation at a time.
//
// Operations take no time in tests, so that two which a program starts side by
// side would hardly ever meet. Therefore one that runs is answered only when
// nothing has arrived for a moment, and no other on the same is announced: an
// engine has every resource checked some time before it asks for it. What is sent
// without waiting for the answer thus arrives in the meantime, and is refused. What
// waits for the answer cannot arrive or be announced before it, so that a program
// in the right order is never refused.
type running struct {
	sync.Mutex
	// at are the verbs of the operations, by what they work on.
	at map[string]string
	// announced are what operations to come work on, by resource.
	announced map[string]string
	arrivals  int
}

// Arrive notes that a request of any kind has arrived.
func (s *Store) Arrive() {
	s.running.Lock()
	defer s.running.Unlock()
	s.running.arrivals++
}

// Announce says that an operation may be to come.
func (s *Store) Announce(r Request) {
	s.Arrive()
	if exclusive := s.kinds[r.Type].Exclusive; exclusive != nil {
		s.running.Lock()
		defer s.running.Unlock()
		s.running.announced[r.Resource] = exclusive(r)
	}
}

// Settle says that what was announced for a resource does not come.
func (s *Store) Settle(resource string) {
	s.Arrive()
	s.running.Lock()
	defer s.running.Unlock()
	delete(s.running.announced, resource)
}

// begin refuses an operation on what another works on. Otherwise end ends it.
func (s *Store) begin(kind Kind, r Request) (end func(), err error) {
	if kind.Exclusive == nil || r.Verb == "read" {
		return func() {}, nil
	}
	on := kind.Exclusive(r)
	s.running.Lock()
	defer s.running.Unlock()
	delete(s.running.announced, r.Resource)
	if other, busy := s.running.at[on]; busy {
		return nil, Refuse(409, "OperationNotAllowed", "Operation is not allowed: Another operation (%s) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details", other)
	}
	s.running.at[on] = r.Verb
	return func() { s.end(on) }, nil
}

func (s *Store) end(on string) {
	seen, silent := 0, 0
	for looks := 0; silent < quiet; looks++ {
		arrivals, announced := s.look(on)
		silent++
		if arrivals != seen || announced && looks < patience {
			silent = 0
		}
		seen = arrivals
		time.Sleep(time.Millisecond)
	}
	s.running.Lock()
	defer s.running.Unlock()
	delete(s.running.at, on)
	maps.DeleteFunc(s.running.announced, func(_, other string) bool { return other == on })
}

// look tells how much has arrived so far, and whether more is announced.
func (s *Store) look(on string) (arrivals int, announced bool) {
	s.running.Lock()
	defer s.running.Unlock()
	for _, other := range s.running.announced {
		announced = announced || other == on
	}
	return s.running.arrivals, announced
}
