package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Wanted is a resource that a program would create.
type Wanted struct {
	// Type is the resource's token.
	Type string
	// Inputs are the provider's inputs in JSON.
	Inputs map[string]any
	// Trusts are the federated credentials of an application in the stack, in the form of Trust.
	Trusts []string
	// Tenant is the ID of the stack's tenant.
	Tenant string
}

// Existing is an object that may be a wanted resource.
type Existing struct {
	// ID is the provider's import ID, ClientID an application's client ID.
	ID, ClientID string
	// What describes the object, Delete is the command that deletes it.
	What, Delete string
	// InUse are doubts that are void if the state has a resource in the object or based on it:
	// dependent objects, and the properties of a resource in Azure.
	InUse []string
	// Foreign are doubts that are never void, such as an owner or a secret.
	Foreign []string
	// Blocks is a property that the stack's application needs and that only one application can
	// have; empty if there is none.
	Blocks string
	// Unseen describes the parts of it that the caller cannot read; empty if there are none.
	Unseen string
	// Unread reports that Microsoft Graph lists the object but returns 404 below it, because it
	// was just created or deleted.
	Unread bool
}

// Doubts returns the reasons why the object cannot be the result of an interrupted deployment.
func (e Existing) Doubts() []string { return slices.Concat(e.InUse, e.Foreign) }

// Is reports whether an ID identifies the object. Applications also have an object ID.
func (e Existing) Is(id string) bool {
	return SameID(id, e.ID) || SameID("/applications/"+id, e.ID)
}

// SameID reports whether two IDs are equal. Azure and Entra ignore case.
func SameID(a, b string) bool { return strings.EqualFold(a, b) }

// ErrNotYet reports that the inputs that identify an object are not known yet.
var ErrNotYet = errors.New("not known yet")

// TypeApplication is the only type whose objects can have the same name.
const TypeApplication = typeApplication

// Find returns the objects that may be a wanted resource. It supports the types in stacks of
// this program and finds no objects of other types.
func Find(ctx context.Context, c *Client, subscription string, w Wanted) ([]Existing, error) {
	find := inEntra[w.Type]
	if kind, known := inAzure[w.Type]; known {
		find = func(ctx context.Context, c *Client, w Wanted) ([]Existing, error) {
			return kind.find(ctx, c, "/subscriptions/"+subscription, w)
		}
	}
	if find == nil {
		return nil, nil
	}
	found, err := find(ctx, c, w)
	if errors.Is(err, errForbidden) {
		return nil, fmt.Errorf("%w; run it with %s, %s, and the role Reader on the subscription",
			err, needsCredentials, needsDirectory)
	}
	return found, err
}

// errIncomplete is the error for a 404 below an object, which does not imply that the object
// does not exist.
var errIncomplete = errors.New("cannot be read completely; retry in a minute")

// complete replaces errAbsent with errIncomplete.
func complete(err error) error {
	if errors.Is(err, errAbsent) {
		return fmt.Errorf("%w: %s", errIncomplete, err.Error())
	}
	return err
}

// InEntra reports whether a type belongs to Entra.
func InEntra(kind string) bool { return inEntra[kind] != nil }

// unknown is the placeholder of pulumi preview --json for values that are not known yet:
// UnknownStringValue in https://github.com/pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// texts returns inputs that are strings, in the order of the names.
func (w Wanted) texts(names ...string) ([]string, error) {
	var values []string
	for _, name := range names {
		value, _ := w.Inputs[name].(string)
		if value == "" || value == unknown {
			return nil, ErrNotYet
		}
		values = append(values, value)
	}
	return values, nil
}

// list returns the strings of an input that is a list.
func (w Wanted) list(name string) (all []string) {
	values, _ := w.Inputs[name].([]any)
	for _, value := range values {
		if text, is := value.(string); is {
			all = append(all, text)
		}
	}
	return all
}

// lastPart returns the text after the last slash.
func lastPart(id string) string { return id[strings.LastIndex(id, "/")+1:] }
