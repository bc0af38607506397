package store

import (
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// version is the inputs that an object had until a time.
type version struct {
	inputs property.Map
	until  time.Time
}

// DelayReplicas sets how far Microsoft Graph's replicas are behind for a type. All of them are
// equally far behind, and a deletion is visible at once.
func (s *Objects) DelayReplicas(token string, lag time.Duration) { s.lag[token] = lag }

// Seen returns the object with an ID as a replica shows it, or nil.
func (s *Objects) Seen(id string) *Object {
	o := s.Get(id)
	if o == nil || s.lag[o.Type] == 0 {
		return o
	}
	shown := s.Now().Add(-s.lag[o.Type])
	if o.Created.After(shown) {
		return nil
	}
	for _, before := range o.past {
		if before.until.After(shown) {
			old := *o
			old.Inputs = before.inputs
			return &old
		}
	}
	return o
}
