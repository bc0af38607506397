// Package azuresim is an Azure in memory: an Entra tenant and a subscription,
// served to the real Pulumi engine in place of the azure-native and azuread
// provider plugins. It keeps state, and refuses what Azure refuses with Azure's
// own error codes.
package azuresim

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Azure is one tenant and one subscription.
type Azure struct {
	TenantID, SubscriptionID string
	// TimeScale multiplies the durations that real Azure would take: 0 is at
	// once, 1 is real time. Set it before the first operation.
	TimeScale float64

	mu         sync.Mutex
	directory  directory
	registries []string
	objects    map[string]*object
	operations []Operation
	faults     []*Fault

	signers  map[string]*signer
	codes    map[string]codeGrant
	consents map[string][]string
}

// object is a resource that exists.
type object struct {
	id, token string
	inputs    resource.PropertyMap
	computed  resource.PropertyMap
}

// outputs are what Azure answers: what was sent, and what Azure added.
func (o *object) outputs() resource.PropertyMap {
	all := o.inputs.Copy()
	for key, value := range o.computed {
		all[key] = value
	}
	return all
}

// Operation is one request that Azure carried out or refused.
type Operation struct {
	// Verb is create, read, update or delete; Type is the resource's token.
	Verb, Type, ID string
	// Duration is what real Azure typically takes.
	Duration time.Duration
	Err      error
}

// Fault makes the next operation of a kind go wrong.
type Fault struct {
	Verb, Type string
	// Err is returned; with none, the operation hangs until it is cancelled.
	Err error
}

// Error is a refusal with Azure's error code.
type Error struct {
	Status        int
	Code, Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("Status=%d Code=%q Message=%q", e.Status, e.Code, e.Message)
}

func refuse(status int, code, format string, args ...any) error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// New returns an Azure with Contoso's users and groups in its tenant and an
// empty subscription.
func New() *Azure {
	return &Azure{
		TenantID:       guidOf("tenant"),
		SubscriptionID: guidOf("subscription"),
		directory:      contoso(),
		objects:        map[string]*object{},
		signers:        map[string]*signer{},
		codes:          map[string]codeGrant{},
		consents:       map[string][]string{},
	}
}

// Inject makes the next operation that matches go wrong.
func (a *Azure) Inject(fault Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = append(a.faults, &fault)
}

// Operations lists what was done so far, in order of completion.
func (a *Azure) Operations() []Operation {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.operations)
}

// IDs lists what exists, sorted.
func (a *Azure) IDs() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	ids := make([]string, 0, len(a.objects))
	for id := range a.objects {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Create makes an object as another tool would. It returns the object's ID and
// properties.
func (a *Azure) Create(token string, inputs map[string]any) (id string, properties resource.PropertyMap, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	in := resource.NewPropertyMapFromMap(inputs)
	if failures := checkStruct("", kinds[token].args, in); len(failures) > 0 {
		return "", nil, fmt.Errorf("%s: %v", token, failures)
	}
	o, err := a.create(token, in)
	if err != nil {
		return "", nil, err
	}
	return o.id, o.outputs(), nil
}

func (a *Azure) create(token string, inputs resource.PropertyMap) (*object, error) {
	id, computed, err := kinds[token].create(a, inputs)
	if err != nil {
		return nil, err
	}
	if a.objects[id] != nil {
		return nil, refuse(409, "Conflict", "cannot create already existing resource '%s'", id)
	}
	a.objects[id] = &object{id: id, token: token, inputs: inputs, computed: resource.NewPropertyMapFromMap(computed)}
	return a.objects[id], nil
}

func (a *Azure) update(token, id string, inputs resource.PropertyMap) (resource.PropertyMap, error) {
	o := a.objects[id]
	if o == nil {
		return nil, refuse(404, "ResourceNotFound", "'%s' was not found.", id)
	}
	if check := kinds[token].update; check != nil {
		if err := check(a, o, inputs); err != nil {
			return nil, err
		}
	}
	o.inputs = inputs
	return a.outputs(o), nil
}

// Restore puts back what a stack's state says exists, unchecked.
func (a *Azure) Restore(token, id string, inputs, outputs resource.PropertyMap) {
	computed := resource.PropertyMap{}
	for key, value := range outputs {
		if !value.DeepEquals(inputs[key]) {
			computed[key] = value
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.objects[id] = &object{id: id, token: token, inputs: inputs, computed: computed}
}

// Change alters the one object of a type behind Pulumi's back.
func (a *Azure) Change(token string, change func(inputs resource.PropertyMap)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := a.all(token)
	if len(found) != 1 {
		return fmt.Errorf("%d objects of type %s, not one", len(found), token)
	}
	inputs := found[0].inputs.Copy()
	change(inputs)
	found[0].inputs = inputs
	return nil
}

// Remove deletes all objects of a type behind Pulumi's back.
func (a *Azure) Remove(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, o := range a.all(token) {
		a.remove(o)
	}
}

// Inputs returns the inputs of every object of a type, by ID.
func (a *Azure) Inputs(token string) map[string]resource.PropertyMap {
	a.mu.Lock()
	defer a.mu.Unlock()
	inputs := map[string]resource.PropertyMap{}
	for _, o := range a.all(token) {
		inputs[o.id] = o.inputs.Copy()
	}
	return inputs
}

func (a *Azure) all(token string) []*object {
	var found []*object
	for _, o := range a.objects {
		if o.token == token {
			found = append(found, o)
		}
	}
	return found
}

// operate runs one operation: it takes its time, meets its fault, is logged.
func (a *Azure) operate(ctx context.Context, verb, token, id string, run func() (string, error)) error {
	duration := durations[verb+" "+token]
	err := a.fault(ctx, verb, token)
	if err == nil {
		err = wait(ctx, time.Duration(float64(duration)*a.TimeScale))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		id, err = run()
	}
	a.operations = append(a.operations, Operation{Verb: verb, Type: token, ID: id, Duration: duration, Err: err})
	return err
}

func (a *Azure) fault(ctx context.Context, verb, token string) error {
	a.mu.Lock()
	i := slices.IndexFunc(a.faults, func(f *Fault) bool { return f.Verb == verb && f.Type == token })
	if i < 0 {
		a.mu.Unlock()
		return nil
	}
	fault := a.faults[i]
	a.faults = slices.Delete(a.faults, i, i+1)
	a.mu.Unlock()
	if fault.Err != nil {
		return fault.Err
	}
	<-ctx.Done()
	return fmt.Errorf("operation cancelled: %w", ctx.Err())
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("operation cancelled: %w", ctx.Err())
	}
}

// remove deletes an object and what lives only inside it.
func (a *Azure) remove(o *object) {
	delete(a.objects, o.id)
	for _, other := range a.objects {
		if kinds[other.token].within(a, other, o) {
			a.remove(other)
		}
	}
}
