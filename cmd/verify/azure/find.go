package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Wanted is a resource that a program wants to create.
type Wanted struct {
	// Type is the resource's token.
	Type string
	// Inputs are those that the provider would get, as JSON has them.
	Inputs map[string]any
	// Trusts are the federated credentials that the stack asks for on an application, as
	// Trust has them.
	Trusts []string
	// Tenant is the ID of the stack's tenant.
	Tenant string
}

// Existing is an object that could be a wanted resource.
type Existing struct {
	// ID is what the provider imports it by, ClientID what else others know an
	// application by.
	ID, ClientID string
	// What says what it is, Delete is the command that deletes it.
	What, Delete string
	// InUse are reasons that do not count if the state has a resource in the object or
	// built on it: resources that are in use, and the properties of a resource in Azure.
	InUse []string
	// Foreign are reasons that always count, such as an owner or a secret.
	Foreign []string
	// Blocks is a property that the stack's own application needs and only one application
	// can have; empty if there is none.
	Blocks string
	// Unseen is what the caller may not read of it; empty if there is nothing.
	Unseen string
	// Unread is true if Microsoft Graph lists the object, but answers 404 below it. It was
	// just created or deleted.
	Unread bool
}

// Doubts are the reasons why an interrupted create of the stack cannot have left it.
func (e Existing) Doubts() []string { return slices.Concat(e.InUse, e.Foreign) }

// Is reports whether an ID is the object's. Applications also have an object ID.
func (e Existing) Is(id string) bool {
	return SameID(id, e.ID) || SameID("/applications/"+id, e.ID)
}

// SameID reports whether two IDs are those of one object. Azure and Entra ignore the case.
func SameID(a, b string) bool { return strings.EqualFold(a, b) }

// ErrNotYet says that what an object is found by is not known before others exist.
var ErrNotYet = errors.New("not known yet")

// TypeApplication is the one type of which several objects can have the same name.
const TypeApplication = typeApplication

// Find looks for what could be a wanted resource. It knows the types that the stacks
// of this program have; of any other it finds nothing.
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
		return nil, fmt.Errorf("%w; look with %s, %s, and the role Reader on the subscription",
			err, needsCredentials, needsDirectory)
	}
	return found, err
}

// errIncomplete is a 404 to a request for what belongs to an object. It does not say that
// the object does not exist.
var errIncomplete = errors.New("cannot be read completely; wait a minute, then run recover again")

// complete returns errIncomplete instead of errAbsent.
func complete(err error) error {
	if errors.Is(err, errAbsent) {
		return fmt.Errorf("%w: %s", errIncomplete, err.Error())
	}
	return err
}

// InEntra says whether a type is one of the directory's.
func InEntra(kind string) bool { return inEntra[kind] != nil }

// unknown is what `pulumi preview --json` has for what will be known later:
// UnknownStringValue in https://github.com/pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// texts are inputs that are texts, in the order of their names.
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

// list are the texts of a list among the inputs.
func (w Wanted) list(name string) (all []string) {
	values, _ := w.Inputs[name].([]any)
	for _, value := range values {
		if text, is := value.(string); is {
			all = append(all, text)
		}
	}
	return all
}

// lastPart is what follows the last slash.
func lastPart(id string) string { return id[strings.LastIndex(id, "/")+1:] }
