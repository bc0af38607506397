package azuresim

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/authorization"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/extension"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// The types of the objects that can exist.
const (
	ResourceGroup       = arm.ResourceGroup
	Cluster             = aks.Cluster
	AgentPool           = aks.AgentPool
	Maintenance         = aks.Maintenance
	ArgoExtension       = extension.ArgoExtension
	RoleAssignment      = authorization.RoleAssignment
	Application         = directory.Application
	ServicePrincipal    = directory.ServicePrincipal
	FederatedCredential = directory.FederatedCredential
	DelegatedGrant      = directory.DelegatedGrant
	AppRoleAssignment   = directory.AppRoleAssignment
	SecurityGroup       = directory.SecurityGroup
)

// Error is a refusal with Azure's error code.
type Error = store.Error

// Operation is one request that Azure carried out or refused.
type Operation = store.Operation

// Fault makes operations of a kind go wrong.
type Fault = store.Fault

// Failed is why an operation has failed that Azure had accepted.
type Failed = store.Failed

// Inject makes the next operations that match go wrong. The channel is closed when
// the first one has met the fault, and hangs if the fault has it hang.
func (a *Azure) Inject(fault Fault) (met <-chan struct{}) { return a.store.Inject(fault) }

// Unmet lists the faults that no operation, or not as many as they want, has met.
func (a *Azure) Unmet() []Fault { return a.store.Unmet() }

// Withdraw takes those faults back.
func (a *Azure) Withdraw() { a.store.Withdraw() }

// Copy returns an Azure with the same objects, and nothing else of this one.
func (a *Azure) Copy() *Azure {
	a.store.Lock()
	defer a.store.Unlock()
	copied := New()
	for _, id := range a.store.IDs() {
		o := *a.store.Get(id)
		copied.store.Put(&o)
	}
	return copied
}

// Operations lists what engines did so far, in order of completion.
func (a *Azure) Operations() []Operation { return a.store.Operations() }

// Lookups returns how many functions of the providers engines have asked for, retries
// included.
func (a *Azure) Lookups() int64 { return a.store.Lookups() }

// Takes is an estimate of how long real Azure takes to create, update or delete an
// object of a type.
func (a *Azure) Takes(verb, token string) time.Duration {
	kind, err := a.store.Kind(token)
	if err != nil {
		return 0
	}
	return kind.Durations[verb]
}

// Watch calls watch with each operation, before it is answered.
func (a *Azure) Watch(watch func(Operation)) { a.store.Watch(watch) }

// IDs lists what exists, sorted.
func (a *Azure) IDs() []string {
	a.store.Lock()
	defer a.store.Unlock()
	return a.store.IDs()
}

// IDsOf lists the objects of a type, sorted by ID.
func (a *Azure) IDsOf(token string) (ids []string) {
	a.store.Lock()
	defer a.store.Unlock()
	for _, o := range a.store.All(token) {
		ids = append(ids, o.ID)
	}
	return ids
}

// Inputs returns the inputs of every object of a type, by ID.
func (a *Azure) Inputs(token string) map[string]resource.PropertyMap {
	a.store.Lock()
	defer a.store.Unlock()
	inputs := map[string]resource.PropertyMap{}
	for _, o := range a.store.All(token) {
		inputs[o.ID] = resource.PropertyMap(o.Inputs.Copy())
	}
	return inputs
}

// Answers returns what Azure answers for every object of a type, by ID.
func (a *Azure) Answers(token string) map[string]resource.PropertyMap {
	a.store.Lock()
	defer a.store.Unlock()
	answers := map[string]resource.PropertyMap{}
	for _, o := range a.store.All(token) {
		answers[o.ID] = resource.PropertyMap(a.store.Answer(o))
	}
	return answers
}

// Create makes an object as another tool would. It returns the object's ID and
// properties.
func (a *Azure) Create(token string, inputs map[string]any) (id string, properties resource.PropertyMap, err error) {
	in, err := a.shaped(token, inputs)
	if err != nil {
		return "", nil, err
	}
	a.store.Lock()
	defer a.store.Unlock()
	o, err := a.store.Create(token, in, func(string) error { return nil })
	if err != nil {
		return "", nil, err
	}
	return o.ID, resource.PropertyMap(a.store.Answer(o)), nil
}

// Update changes an object as another tool would: inputs are all that it shall
// have.
func (a *Azure) Update(token, id string, inputs map[string]any) error {
	in, err := a.shaped(token, inputs)
	if err != nil {
		return err
	}
	a.store.Lock()
	defer a.store.Unlock()
	_, err = a.store.Update(token, id, in)
	return err
}

func (a *Azure) shaped(token string, inputs map[string]any) (property.Map, error) {
	kind, err := a.store.Kind(token)
	if err != nil {
		return nil, err
	}
	in := property.From(inputs)
	if failures := in.Check(kind.Args); len(failures) > 0 {
		return nil, fmt.Errorf("%s: %v", token, failures)
	}
	return in, nil
}

// Restore puts back what a stack's state says exists, unchecked.
func (a *Azure) Restore(token, id string, inputs, outputs resource.PropertyMap) {
	computed := property.Map(outputs)
	if kind, err := a.store.Kind(token); err == nil {
		computed = computed.ReadOnly(kind.Args)
	}
	a.store.Lock()
	defer a.store.Unlock()
	a.store.Put(&store.Object{ID: id, Type: token, Inputs: property.Map(inputs), Computed: computed})
}

// Change alters the one object of a type behind Pulumi's back, unchecked.
func (a *Azure) Change(token string, change func(inputs resource.PropertyMap)) error {
	a.store.Lock()
	defer a.store.Unlock()
	found := a.store.All(token)
	if len(found) != 1 {
		return fmt.Errorf("%d objects of type %s, not one", len(found), token)
	}
	inputs := found[0].Inputs.Copy()
	change(resource.PropertyMap(inputs))
	found[0].Inputs = inputs
	return nil
}

// Remove deletes all objects of a type behind Pulumi's back.
func (a *Azure) Remove(token string) {
	a.store.Lock()
	defer a.store.Unlock()
	for _, o := range a.store.All(token) {
		a.store.Remove(o)
	}
}

// Delete removes one object behind Pulumi's back.
func (a *Azure) Delete(id string) {
	a.store.Lock()
	defer a.store.Unlock()
	if o := a.store.Get(id); o != nil {
		a.store.Remove(o)
	}
}
