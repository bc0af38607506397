package store

import (
	"reflect"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// Kind describes a resource type. Its functions run under the store's lock.
type Kind struct {
	// Args is the plain form of the SDK's arguments.
	Args reflect.Type
	// ReplaceOn are the properties that cannot change in place: paths of names with []
	// after a list's name, such as agentPoolProfiles[].networkProfile.
	ReplaceOn []string
	// Defaults are the default values of the provider's schema.
	Defaults map[string]any
	// Valid is the provider's schema validation, which also runs in a preview. It returns
	// reasons by property. Optional.
	Valid func(in property.Map) map[string]string
	// NotFound is the format of the provider's error for deleting a missing object with an
	// ID. Empty if the delete succeeds.
	NotFound string
	// Durations are estimates of real Azure by verb, for the demo's timeline: minutes for
	// clusters and extensions, seconds for the directory.
	Durations map[string]time.Duration
	// Exclusive returns the object that an operation locks: a second operation on it is
	// rejected meanwhile. Optional.
	Exclusive func(r Request) string
	// LongRunning reports whether Azure answers a create or update before it is carried out
	// (x-ms-long-running-operation in https://github.com/Azure/azure-rest-api-specs).
	LongRunning bool
	// Create validates a new object as Azure does and returns its ID and its computed
	// properties.
	Create func(in property.Map) (id string, computed map[string]any, err error)
	// Exists reports whether an ID belongs to a part of another object. Optional.
	Exists func(id string) bool
	// CheckRequest checks each create and update request. Optional.
	CheckRequest func(in property.Map) error
	// Put returns the stored inputs after an update request. By default these are the
	// request's, without the properties that it omits.
	Put func(o *Object, in property.Map) property.Map
	// Update checks the stored inputs after a change. Optional.
	Update func(o *Object, in property.Map) error
	// Within reports whether an object is deleted with another one. Optional.
	Within func(o, parent *Object) bool
	// Answer returns Azure's answer for an object. The default is Object.Outputs.
	Answer func(o *Object) property.Map
}

// Function is a function of a provider. It runs under the store's lock.
type Function func(args property.Map) (resource.PropertyMap, error)
