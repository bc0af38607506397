package azuresim

import (
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// SetLag sets how far Microsoft Graph's replicas are behind for a type: until then, azuread's
// requests miss a new object and read the values from before a change.
func (a *Azure) SetLag(token string, lag time.Duration) {
	a.store.Lock()
	defer a.store.Unlock()
	a.store.SetLag(token, lag)
}

// Now returns the time of the simulation's clock. Waits of azuread move it.
func (a *Azure) Now() time.Time {
	a.store.Lock()
	defer a.store.Unlock()
	return a.store.Now()
}

// Queue returns the object on which azuread runs one operation on resources of a type at a
// time, or "".
func (a *Azure) Queue(token, id string) string {
	if kind, err := a.store.Kind(token); err == nil && kind.Queue != nil {
		return kind.Queue(store.Request{Type: token, ID: id})
	}
	return ""
}
