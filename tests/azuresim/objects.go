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

// The type tokens of the simulated resources.
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

// Error is an error response of Azure.
type Error = store.Error

// Operation is a request that Azure carried out or rejected.
type Operation = store.Operation

// Fault makes matching operations fail, hang or lose their answer.
type Fault = store.Fault

// Failed is the failure of an operation that Azure had accepted.
type Failed = store.Failed

// Inject makes the next matching operations fail, hang or lose their answer. The channel is
// closed when the first operation triggers the fault; an operation that hangs is then in
// progress.
func (a *Azure) Inject(fault Fault) (triggered <-chan struct{}) { return a.store.Inject(fault) }

// PendingFaults returns the faults that still wait for operations.
func (a *Azure) PendingFaults() []Fault { return a.store.PendingFaults() }

// ClearFaults removes the faults that still wait for operations.
func (a *Azure) ClearFaults() { a.store.ClearFaults() }

// Copy returns a new Azure with copies of the objects only.
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

// Operations returns the engines' operations so far, in order of completion.
func (a *Azure) Operations() []Operation { return a.store.Operations() }

// Lookups returns the number of function calls by engines, retries included.
func (a *Azure) Lookups() int64 { return a.store.Lookups() }

// Duration returns an estimate of the duration of an operation on real Azure.
func (a *Azure) Duration(verb, token string) time.Duration {
	kind, err := a.store.Kind(token)
	if err != nil {
		return 0
	}
	return kind.Durations[verb]
}

// Watch calls watch with each operation before it is answered.
func (a *Azure) Watch(watch func(Operation)) { a.store.Watch(watch) }

// IDs returns the IDs of all objects, sorted.
func (a *Azure) IDs() []string {
	a.store.Lock()
	defer a.store.Unlock()
	return a.store.IDs()
}

// IDsOf returns the IDs of a type's objects, sorted.
func (a *Azure) IDsOf(token string) (ids []string) {
	a.store.Lock()
	defer a.store.Unlock()
	for _, o := range a.store.All(token) {
		ids = append(ids, o.ID)
	}
	return ids
}

// Inputs returns the inputs of a type's objects, by ID.
func (a *Azure) Inputs(token string) map[string]resource.PropertyMap {
	a.store.Lock()
	defer a.store.Unlock()
	inputs := map[string]resource.PropertyMap{}
	for _, o := range a.store.All(token) {
		inputs[o.ID] = resource.PropertyMap(o.Inputs.Copy())
	}
	return inputs
}

// Answers returns Azure's answers for a type's objects, by ID.
func (a *Azure) Answers(token string) map[string]resource.PropertyMap {
	a.store.Lock()
	defer a.store.Unlock()
	answers := map[string]resource.PropertyMap{}
	for _, o := range a.store.All(token) {
		answers[o.ID] = resource.PropertyMap(a.store.Answer(o))
	}
	return answers
}

// Create creates an object outside Pulumi. It returns the object's ID and properties.
func (a *Azure) Create(token string, inputs map[string]any) (id string, properties resource.PropertyMap, err error) {
	in, err := a.checked(token, inputs)
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

// Update replaces an object's inputs outside Pulumi.
func (a *Azure) Update(token, id string, inputs map[string]any) error {
	in, err := a.checked(token, inputs)
	if err != nil {
		return err
	}
	a.store.Lock()
	defer a.store.Unlock()
	_, err = a.store.Update(token, id, in)
	return err
}

func (a *Azure) checked(token string, inputs map[string]any) (property.Map, error) {
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

// Restore adds an object from a stack's state without checks.
func (a *Azure) Restore(token, id string, inputs, outputs resource.PropertyMap) {
	computed := property.Map(outputs)
	if kind, err := a.store.Kind(token); err == nil {
		computed = computed.ReadOnly(kind.Args)
	}
	a.store.Lock()
	defer a.store.Unlock()
	a.store.Put(&store.Object{ID: id, Type: token, Inputs: property.Map(inputs), Computed: computed})
}

// Change changes the one object of a type outside Pulumi, without checks.
func (a *Azure) Change(token string, change func(inputs resource.PropertyMap)) error {
	a.store.Lock()
	defer a.store.Unlock()
	found := a.store.All(token)
	if len(found) != 1 {
		return fmt.Errorf("%d objects of type %s, want 1", len(found), token)
	}
	inputs := found[0].Inputs.Copy()
	change(resource.PropertyMap(inputs))
	found[0].Inputs = inputs
	return nil
}

// Remove deletes all objects of a type outside Pulumi.
func (a *Azure) Remove(token string) {
	a.store.Lock()
	defer a.store.Unlock()
	for _, o := range a.store.All(token) {
		a.store.Remove(o)
	}
}

// Delete deletes one object outside Pulumi.
func (a *Azure) Delete(id string) {
	a.store.Lock()
	defer a.store.Unlock()
	if o := a.store.Get(id); o != nil {
		a.store.Remove(o)
	}
}
