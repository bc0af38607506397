package directory

import (
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// ReadLag is how far Microsoft Graph's replicas are behind, counted in reads: the first Creates
// reads of a new object do not find it, and the first Updates reads after a change return
// the former version. Counting reads keeps tests independent of a clock.
// https://learn.microsoft.com/entra/architecture/architecture#data-consistency
type ReadLag struct{ Creates, Updates int }

// replica holds the reads of an object that a lagging replica still answers.
type replica struct {
	missing, stale int
	former         property.Map
}

// SetReadLag sets the lag of the objects of a type that are written from now on.
func (s *Service) SetReadLag(token string, lag ReadLag) { s.lag[token] = lag }

// Created starts the lag of a new object.
func (s *Service) Created(o *store.Object) {
	if lag := s.lag[o.Type]; lag.Creates > 0 {
		s.replicas[o.ID] = &replica{missing: lag.Creates}
	}
}

// Updated starts the lag of a change. former are the inputs before it.
func (s *Service) Updated(o *store.Object, former property.Map) {
	if lag := s.lag[o.Type]; lag.Updates > 0 {
		s.replicas[o.ID] = &replica{stale: lag.Updates, former: former}
	}
}

// Miss makes the next reads of the existing objects of a type reach a replica that lacks
// them.
func (s *Service) Miss(token string, reads int) {
	for _, o := range s.objects.All(token) {
		s.replicas[o.ID] = &replica{missing: reads}
	}
}

// Read returns an object as the replica that answers this read has it, or nil.
func (s *Service) Read(o *store.Object) *store.Object {
	if o == nil {
		return nil
	}
	behind := s.replicas[o.ID]
	switch {
	case behind == nil:
		return o
	case behind.missing > 0:
		behind.missing--
		return nil
	case behind.stale > 0:
		behind.stale--
		former := *o
		former.Inputs = behind.former
		return &former
	}
	return o
}
