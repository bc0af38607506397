package provider

import (
	"context"
	"errors"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// create sends the requests that create an object. After a failure, the object can exist
// without its last properties.
func (p *provider) create(ctx context.Context, kind store.Kind, r store.Request) (result plugin.CreateResponse, err error) {
	if err := p.existing(kind, r.Inputs); err != nil {
		return result, err
	}
	writes := kind.Writes
	if writes == nil {
		writes = []store.Write{{Inputs: func(in property.Map) property.Map { return in }}}
	}
	for _, write := range writes {
		r.Step = write.Step
		err := p.send(ctx, kind, r, func() (string, error) {
			o, err := p.write(kind, r, string(result.ID), write.Inputs(r.Inputs))
			if err != nil {
				return "", err
			}
			result = plugin.CreateResponse{ID: resource.ID(o.ID), Properties: resource.PropertyMap(p.store.Answer(o))}
			return o.ID, nil
		})
		if isNotFound(err) && write.Step != "" {
			err = errors.New(kind.Unreplicated)
		}
		if err != nil {
			return result, err
		}
	}
	if p.readsBack() {
		return p.readBack(ctx, kind, r, result.ID)
	}
	return result, nil
}

// existing returns the error for an object that the provider finds before a create.
func (p *provider) existing(kind store.Kind, in property.Map) error {
	if kind.Existing == nil {
		return nil
	}
	p.store.Lock()
	defer p.store.Unlock()
	return kind.Existing(in)
}

// write creates an object, or changes it in a step.
func (p *provider) write(kind store.Kind, r store.Request, id string, in property.Map) (*store.Object, error) {
	if r.Step != "" {
		if p.store.Seen(id) == nil {
			return nil, notFound(id)
		}
		return p.store.Update(r.Type, id, in)
	}
	if kind.References != nil {
		for _, id := range kind.References(in) {
			if p.store.Get(id) != nil && p.store.Seen(id) == nil {
				return nil, notFound(id)
			}
		}
	}
	return p.store.Create(r.Type, in, p.alreadyExists)
}

// readBack returns the properties of a new object as a replica shows them.
func (p *provider) readBack(ctx context.Context, kind store.Kind, r store.Request, id resource.ID) (result plugin.CreateResponse, err error) {
	r.Step = store.Reading
	err = p.send(ctx, kind, r, func() (string, error) {
		o := p.store.Seen(string(id))
		if o == nil {
			return "", notFound(string(id))
		}
		result = plugin.CreateResponse{ID: id, Properties: resource.PropertyMap(p.store.Answer(o))}
		return o.ID, nil
	})
	if isNotFound(err) {
		panic(crash(r.Type + " has no ID"))
	}
	return result, err
}

// send sends a request to Azure and repeats it as the provider does.
func (p *provider) send(ctx context.Context, kind store.Kind, r store.Request, run func() (string, error)) error {
	return p.retry(
		func(again bool) error {
			r.Again = again
			return p.operate(ctx, r, run)
		},
		func() bool { return p.waitsFor(kind, r) },
		p.clock(noTimeout),
	)
}

// clock returns a function that moves the clock, or returns an error after a timeout. Requests
// that wait at the same time move it once.
func (p *provider) clock(timeout time.Duration) func(time.Duration) error {
	p.store.Lock()
	defer p.store.Unlock()
	now := p.store.Now()
	return func(d time.Duration) error {
		if timeout -= d; timeout < 0 {
			return context.DeadlineExceeded
		}
		p.store.Lock()
		defer p.store.Unlock()
		now = now.Add(d)
		p.store.AdvanceTo(now)
		return nil
	}
}

// begin counts a create in progress until end.
func (p *provider) begin(token string) (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.creating == nil {
		p.creating = map[string]int{}
	}
	p.creating[token]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.creating[token]--
	}
}

func notFound(id string) error {
	return store.Refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", id)
}

func isNotFound(err error) bool {
	var refusal *store.Error
	return errors.As(err, &refusal) && refusal.Status == 404
}
