package azuresim

import (
	"slices"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// DelayReplicas sets how far Microsoft Graph's replicas are behind for a type. During this time,
// azuread's requests do not find a new object, and read the values from before a change.
func (a *Azure) DelayReplicas(token string, lag time.Duration) {
	a.store.Lock()
	defer a.store.Unlock()
	a.store.DelayReplicas(token, lag)
}

// EndAssignmentsWithRoles makes Entra delete the assignments of an app role that is removed.
func (a *Azure) EndAssignmentsWithRoles() {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.RolesEndAssignments = true
}

// Now returns the time of the simulation's clock. Waits of azuread move it.
func (a *Azure) Now() time.Time {
	a.store.Lock()
	defer a.store.Unlock()
	return a.store.Now()
}

// Queued returns resources with the objects on which azuread runs one operation at a time.
func (a *Azure) Queued(resources []timeline.Resource) []timeline.Resource {
	queued := slices.Clone(resources)
	for i, r := range queued {
		if kind, err := a.store.Kind(r.Type); err == nil && kind.Queue != nil {
			queued[i].Queue = kind.Queue(store.Request{Type: r.Type, ID: r.ID})
		}
	}
	return queued
}
