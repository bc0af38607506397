package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// Object is an existing resource.
type Object struct {
	// ID is Azure's, Type the resource's token.
	ID, Type string
	// Inputs are the stored inputs, Computed the properties that Azure added.
	Inputs, Computed property.Map
	// Created is the creation time by the simulation's clock, or zero.
	Created time.Time
}

// Outputs returns inputs and computed properties.
func (o *Object) Outputs() property.Map {
	all := o.Inputs.Copy()
	maps.Copy(all, o.Computed)
	return all
}

// Inside reports whether an object's ID starts with its parent's.
func Inside(o, parent *Object) bool {
	return strings.HasPrefix(strings.ToLower(o.ID), strings.ToLower(parent.ID)+"/")
}

// Objects are the existing resources. Callers must hold the lock of the Store.
type Objects struct {
	kinds map[string]Kind
	byID  map[string]*Object
	ahead time.Duration
}

// Now returns the time of the simulation's clock, which only Advance moves.
func (s *Objects) Now() time.Time { return time.Unix(0, 0).Add(s.ahead) }

// Advance moves the clock forward.
func (s *Objects) Advance(d time.Duration) { s.ahead += d }

// Register adds resource types.
func (s *Objects) Register(kinds map[string]Kind) { maps.Copy(s.kinds, kinds) }

// Kind returns the description of a type.
func (s *Objects) Kind(token string) (Kind, error) {
	kind, known := s.kinds[token]
	if !known {
		return Kind{}, fmt.Errorf("unknown resource type %s", token)
	}
	return kind, nil
}

// Get returns the object with an ID, or nil. As in ARM, IDs are not case-sensitive.
func (s *Objects) Get(id string) *Object { return s.byID[strings.ToLower(id)] }

// All returns the objects of a type, sorted by ID.
func (s *Objects) All(token string) []*Object {
	var found []*Object
	for _, o := range s.byID {
		if o.Type == token {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, func(x, y *Object) int { return strings.Compare(x.ID, y.ID) })
	return found
}

// Find returns an object of a type that matches, or nil.
func (s *Objects) Find(token string, is func(*Object) bool) *Object {
	for _, o := range s.byID {
		if o.Type == token && is(o) {
			return o
		}
	}
	return nil
}

// IDs returns the IDs of all objects, sorted.
func (s *Objects) IDs() []string {
	var ids []string
	for _, o := range s.byID {
		ids = append(ids, o.ID)
	}
	slices.Sort(ids)
	return ids
}

// Create creates an object if its kind allows it. exists returns the caller's error for an
// object with the same ID.
func (s *Objects) Create(token string, inputs property.Map, exists func(id string) error) (*Object, error) {
	kind, err := s.Kind(token)
	if err != nil {
		return nil, err
	}
	id, computed, err := kind.Create(inputs)
	if kind.CheckRequest != nil {
		err = First(kind.CheckRequest(inputs), err)
	}
	if s.Get(id) != nil || kind.Exists != nil && kind.Exists(id) {
		err = cmp.Or(exists(id), err, Refuse(409, "Conflict", "Resource '%s' already exists.", id))
	}
	if err != nil {
		return nil, err
	}
	o := &Object{ID: id, Type: token, Inputs: inputs, Computed: property.From(computed), Created: s.Now()}
	s.Put(o)
	return o, nil
}

// Put adds or replaces an object without checks.
func (s *Objects) Put(o *Object) { s.byID[strings.ToLower(o.ID)] = o }

// Update changes an object if its kind allows it.
func (s *Objects) Update(token, id string, inputs property.Map) (*Object, error) {
	o := s.Get(id)
	if o == nil {
		return nil, Refuse(404, "ResourceNotFound", "'%s' was not found.", id)
	}
	kind := s.kinds[token]
	if kind.CheckRequest != nil {
		if err := kind.CheckRequest(inputs); err != nil {
			return nil, err
		}
	}
	if kind.Put != nil {
		inputs = kind.Put(o, inputs)
	}
	if kind.Update != nil {
		if err := kind.Update(o, inputs); err != nil {
			return nil, err
		}
	}
	o.Inputs = inputs
	return o, nil
}

// Remove deletes an object and the objects inside it.
func (s *Objects) Remove(o *Object) {
	delete(s.byID, strings.ToLower(o.ID))
	for _, other := range s.byID {
		if within := s.kinds[other.Type].Within; within != nil && within(other, o) {
			s.Remove(other)
		}
	}
}

// Answer returns Azure's answer for an object.
func (s *Objects) Answer(o *Object) property.Map {
	if answer := s.kinds[o.Type].Answer; answer != nil {
		return answer(o)
	}
	return o.Outputs()
}
