package store

import (
	"reflect"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// Kind is what the simulation knows of a resource type. Its functions run under
// the store's lock.
type Kind struct {
	// Args is the plain form of the SDK's arguments: which properties exist.
	Args reflect.Type
	// ReplaceOn are the properties that cannot change in place: a path of names,
	// with [] behind a list's, such as agentPoolProfiles[].networkProfile.
	ReplaceOn []string
	// Assumes are the values that the provider's schema gives to what a program
	// does not mention.
	Assumes map[string]any
	// Valid is what the provider's schema refuses before anything is sent, also in
	// a preview: reasons by property. Nil: nothing beyond Args.
	Valid func(in property.Map) map[string]string
	// Gone is what a provider says, with an ID, that wants to delete what is gone
	// already and calls that an error.
	Gone string
	// Durations are rough figures of real Azure by verb, for the demo's time
	// line: clusters and extensions take minutes, the directory takes seconds.
	Durations map[string]time.Duration
	// Exclusive names what an operation works on alone: a second one is refused
	// while it runs. Nil: nothing.
	Exclusive func(r Request) string
	// LongRunning says that Azure answers when it has taken a request to create or
	// update, and carries it out then (x-ms-long-running-operation in
	// https://github.com/Azure/azure-rest-api-specs).
	LongRunning bool
	// Create checks what Azure checks, and returns the new object's ID and
	// what Azure adds to it.
	Create func(in property.Map) (id string, computed map[string]any, err error)
	// There says whether an object has this ID that is part of another. Nil: never.
	There func(id string) bool
	// Sent checks a request as it comes, new or not. Nil: nothing.
	Sent func(in property.Map) error
	// Put is what is stored of a request for an object that exists. Nil: the
	// request, so that what it does not mention is gone.
	Put func(o *Object, in property.Map) property.Map
	// Update checks a change, as it would be stored. Nil: whatever has the right
	// shape is taken.
	Update func(o *Object, in property.Map) error
	// Within says whether an object goes when another goes. Nil: with none.
	Within func(o, parent *Object) bool
	// Answer is what Azure answers to a request. Nil: Object.Outputs.
	Answer func(o *Object) property.Map
}

// Function answers a function of a provider, under the store's lock.
type Function func(args property.Map) (resource.PropertyMap, error)
