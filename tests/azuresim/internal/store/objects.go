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

// Object is a resource that exists.
type Object struct {
	// ID is Azure's, Type the resource's token.
	ID, Type string
	// Inputs are what was sent, Computed is what Azure added.
	Inputs, Computed property.Map
	// Created is when, by the clock of the Azure. Zero is long ago.
	Created time.Time
}

// Outputs are what was sent, and what Azure added.
func (o *Object) Outputs() property.Map {
	all := o.Inputs.Copy()
	maps.Copy(all, o.Computed)
	return all
}

// Inside says whether an object's ID continues its parent's.
func Inside(o, parent *Object) bool {
	return strings.HasPrefix(strings.ToLower(o.ID), strings.ToLower(parent.ID)+"/")
}

// Objects is what exists. Whoever uses it holds the lock of its Store.
type Objects struct {
	kinds map[string]Kind
	byID  map[string]*Object
	ahead time.Duration
}

// Now is the time by the clock of the Azure, which stands until Advance moves it.
func (s *Objects) Now() time.Time { return time.Unix(0, 0).Add(s.ahead) }

// Advance moves the clock on.
func (s *Objects) Advance(d time.Duration) { s.ahead += d }

// Learn adds resource types to those that can exist.
func (s *Objects) Learn(kinds map[string]Kind) { maps.Copy(s.kinds, kinds) }

// Kind returns what is known of a type.
func (s *Objects) Kind(token string) (Kind, error) {
	kind, known := s.kinds[token]
	if !known {
		return Kind{}, fmt.Errorf("unknown resource type %s", token)
	}
	return kind, nil
}

// Get returns the object with an ID, nil if there is none. As to ARM, the case
// of its letters does not matter.
func (s *Objects) Get(id string) *Object { return s.byID[strings.ToLower(id)] }

// All returns the objects of a type, by ID.
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

// Find returns an object of a type that is as described, nil if there is none.
func (s *Objects) Find(token string, is func(*Object) bool) *Object {
	for _, o := range s.byID {
		if o.Type == token && is(o) {
			return o
		}
	}
	return nil
}

// IDs lists what exists, sorted.
func (s *Objects) IDs() []string {
	var ids []string
	for _, o := range s.byID {
		ids = append(ids, o.ID)
	}
	slices.Sort(ids)
	return ids
}

// Create makes an object if its kind lets it. Who looks before it creates says
// with exists what it makes of an object with this ID.
func (s *Objects) Create(token string, inputs property.Map, exists func(id string) error) (*Object, error) {
	kind, err := s.Kind(token)
	if err != nil {
		return nil, err
	}
	id, computed, err := kind.Create(inputs)
	if kind.Sent != nil {
		err = First(kind.Sent(inputs), err)
	}
	if s.Get(id) != nil || kind.There != nil && kind.There(id) {
		err = cmp.Or(exists(id), err, Refuse(409, "Conflict", "Resource '%s' already exists.", id))
	}
	if err != nil {
		return nil, err
	}
	o := &Object{ID: id, Type: token, Inputs: inputs, Computed: property.From(computed), Created: s.Now()}
	s.Put(o)
	return o, nil
}

// Put has an object exist, unchecked.
func (s *Objects) Put(o *Object) { s.byID[strings.ToLower(o.ID)] = o }

// Update changes an object if its kind lets it.
func (s *Objects) Update(token, id string, inputs property.Map) (*Object, error) {
	o := s.Get(id)
	if o == nil {
		return nil, Refuse(404, "ResourceNotFound", "'%s' was not found.", id)
	}
	kind := s.kinds[token]
	if kind.Sent != nil {
		if err := kind.Sent(inputs); err != nil {
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

// Remove deletes an object and what lives only inside it.
func (s *Objects) Remove(o *Object) {
	delete(s.byID, strings.ToLower(o.ID))
	for _, other := range s.byID {
		if within := s.kinds[other.Type].Within; within != nil && within(other, o) {
			s.Remove(other)
		}
	}
}

// Answer is what Azure answers to a request for an object.
func (s *Objects) Answer(o *Object) property.Map {
	if answer := s.kinds[o.Type].Answer; answer != nil {
		return answer(o)
	}
	return o.Outputs()
}
