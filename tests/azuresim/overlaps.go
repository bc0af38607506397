package azuresim

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// Overlaps returns Azure's errors for operations that an engine can run side by side on an
// object, such as a cluster, for which Azure takes one operation at a time. Two operations
// can overlap if neither resource depends on the other in the stack's state: an engine
// creates and updates in the order of dependencies, and deletes in reverse order.
func (a *Azure) Overlaps(deployment json.RawMessage) error {
	resources, err := timeline.Resources(deployment)
	if err != nil {
		return err
	}
	var refusals []error
	for i, later := range resources {
		on := a.operatesOn(later)
		for _, earlier := range resources[:i] {
			if on != "" && on == a.operatesOn(earlier) && !later.WaitsFor(earlier) {
				refusals = append(refusals, fmt.Errorf("%s does not wait for %s: %w", later.Name, earlier.Name, store.InProgress(earlier.Name)))
			}
		}
	}
	return errors.Join(refusals...)
}

// operatesOn returns the object that an operation on a resource locks, or "".
func (a *Azure) operatesOn(r timeline.Resource) string {
	if kind, err := a.store.Kind(r.Type); err == nil && kind.Exclusive != nil {
		return kind.Exclusive(store.Request{Type: r.Type, ID: r.ID})
	}
	return ""
}
