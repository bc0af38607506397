package store

import (
	"reflect"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"argocd-on-aks/tests/azuresim/internal/property"
)

// Kind is what the simulation knows of a resource type. Its functions run under
// the store's lock.
type Kind struct {
	// Args is the plain form of the SDK's arguments: which properties exist.
	Args reflect.Type
	// ReplaceOn are the properties that cannot change in place.
	ReplaceOn []resource.PropertyKey
	// Durations are rough figures of real Azure by verb, for the demo's time
	// line: clusters and extensions take minutes, the directory takes seconds.
	Durations map[string]time.Duration
	// Create checks what Azure checks, and returns the new object's ID and
	// what Azure adds to it.
	Create func(in property.Map) (id string, computed map[string]any, err error)
	// Update checks a change. Nil: whatever has the right shape is taken.
	Update func(o *Object, in property.Map) error
	// Within says whether an object goes when another goes. Nil: with none.
	Within func(o, parent *Object) bool
	// Answer is what Azure answers to a request. Nil: Object.Outputs.
	Answer func(o *Object) property.Map
	// Refresh is what a refresh of a state makes of the inputs. Nil: it takes
	// them as they are.
	Refresh func(o *Object, state property.Map) property.Map
}

// Function answers a function of a provider, under the store's lock.
type Function func(args property.Map) (resource.PropertyMap, error)
