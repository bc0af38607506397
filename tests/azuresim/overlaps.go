package azuresim

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// Overlaps returns Azure's refusals of the operations that an engine can run side by side
// on one object, such as a cluster, on which Azure takes one operation at a time. These are
// the operations on each two resources in a stack's state of which neither waits for the
// other: an engine creates and updates in the order of dependencies, and deletes in the
// reverse order.
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

// operatesOn returns the object that an operation on a resource works on alone, "" for none.
func (a *Azure) operatesOn(r timeline.Resource) string {
	if kind, err := a.store.Kind(r.Type); err == nil && kind.Exclusive != nil {
		return kind.Exclusive(store.Request{Type: r.Type, ID: r.ID})
	}
	return ""
}
