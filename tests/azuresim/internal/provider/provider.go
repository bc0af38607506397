package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// behavior is the behavior of a real provider.
type behavior interface {
	// diff returns the changes of a resource's inputs.
	diff(kind store.Kind, r plugin.DiffRequest) plugin.DiffResult
	// inputs returns the inputs after an import or a refresh.
	inputs(kind store.Kind, r plugin.ReadRequest, answer property.Map) property.Map
	// preview returns the outputs of an update in a preview.
	preview(r plugin.UpdateRequest) resource.PropertyMap
	// alreadyExists and notFound return the errors for an existing and a missing resource, if the
	// provider has any.
	alreadyExists(id string) error
	notFound(kind store.Kind, id string) error
	// supportsCancel reports whether a cancel ends running operations.
	supportsCancel() bool
	// retry repeats a request as the provider does. missing reports whether it repeats a 404
	// too, and wait passes the time until the next try, if there is enough left.
	retry(send func(again bool) error, missing func() bool, wait func(time.Duration) error) error
	// readsBack reports whether the provider reads an object after each create and update.
	readsBack() bool
	// unfinished reports whether, after this error, the provider knows that Azure accepted
	// the operation.
	unfinished(kind store.Kind, err error) bool
}

// provider is a Pulumi provider whose cloud is a store.
type provider struct {
	plugin.UnimplementedProvider
	behavior
	store     *store.Store
	functions map[string]store.Function
	version   semver.Version

	mu       sync.Mutex
	canceled chan struct{}
	// creating counts the creates in progress, by type.
	creating map[string]int
	process  process
}

func (p *provider) Attach(string) error { return nil }
func (p *provider) Close() error        { return nil }

// SignalCancellation cancels running operations. Engines also send it at their end, before
// another engine starts.
func (p *provider) SignalCancellation(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.canceled)
	p.canceled = make(chan struct{})
	return nil
}

func (p *provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	return plugin.PluginInfo{Version: &p.version}, nil
}

// CheckConfig logs in, as azuread does: preConfigureCallback in provider/resources.go of
// https://github.com/pulumi/pulumi-azuread.
func (p *provider) CheckConfig(ctx context.Context, r plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: r.News}, p.store.Login(ctx, string(r.URN.Type()))
}

func (p *provider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffResult{Changes: plugin.DiffNone}, nil
}

func (p *provider) Configure(context.Context, plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	return plugin.ConfigureResponse{}, nil
}

func (p *provider) Check(_ context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	failures := property.Map(r.News).Check(kind.Args)
	if kind.Valid != nil {
		for name, reason := range kind.Valid(property.Map(r.News)) {
			failures = append(failures, plugin.CheckFailure{Property: resource.PropertyKey(name), Reason: reason})
		}
	}
	return plugin.CheckResponse{Properties: r.News, Failures: failures}, nil
}

func (p *provider) Diff(_ context.Context, r plugin.DiffRequest) (plugin.DiffResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.DiffResult{}, err
	}
	return p.diff(kind, r), nil
}

func (p *provider) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	if r.Preview {
		return plugin.CreateResponse{Properties: r.Properties}, nil
	}
	defer p.begin(string(r.Type))()
	result, err := p.create(ctx, kind, store.Request{Verb: "create", Type: string(r.Type), Inputs: property.Map(r.Properties), Resource: string(r.URN)})
	return result, p.failure(kind, result.ID, r.Properties, result.Properties, err)
}

func (p *provider) Read(ctx context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	var result plugin.ReadResult
	err = p.send(ctx, kind, store.Request{Verb: "read", Type: string(r.Type), ID: string(r.ID), Resource: string(r.URN)}, func() (string, error) {
		o := p.store.Seen(string(r.ID))
		if o == nil || o.Type != string(r.Type) {
			return string(r.ID), notFound(string(r.ID))
		}
		outputs := p.store.Answer(o)
		inputs := p.inputs(kind, r, outputs)
		result = plugin.ReadResult{ID: r.ID, Inputs: resource.PropertyMap(inputs), Outputs: resource.PropertyMap(outputs)}
		return string(r.ID), nil
	})
	if isNotFound(err) {
		return plugin.ReadResponse{}, nil // both providers report a missing resource
	}
	return plugin.ReadResponse{ReadResult: result}, err
}

func (p *provider) Update(ctx context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	if r.Preview {
		return plugin.UpdateResponse{Properties: p.preview(r)}, nil
	}
	var result plugin.UpdateResponse
	err = p.send(ctx, kind, store.Request{Verb: "update", Type: string(r.Type), ID: string(r.ID), Resource: string(r.URN)}, func() (string, error) {
		if p.store.Seen(string(r.ID)) == nil {
			return string(r.ID), notFound(string(r.ID))
		}
		o, err := p.store.Update(string(r.Type), string(r.ID), property.Map(r.NewInputs))
		if err != nil {
			return string(r.ID), err
		}
		if p.readsBack() { // perhaps from a replica that lacks the update
			o = p.store.Seen(o.ID)
		}
		result.Properties = resource.PropertyMap(p.store.Answer(o))
		return string(r.ID), nil
	})
	return result, p.failure(kind, r.ID, r.NewInputs, result.Properties, err)
}

func (p *provider) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	err = p.send(ctx, kind, store.Request{Verb: "delete", Type: string(r.Type), ID: string(r.ID), Resource: string(r.URN)}, func() (string, error) {
		o := p.store.Seen(string(r.ID))
		if o == nil {
			return string(r.ID), notFound(string(r.ID))
		}
		p.store.Remove(o)
		return string(r.ID), nil
	})
	if isNotFound(err) {
		err = p.notFound(kind, string(r.ID))
	}
	return plugin.DeleteResponse{}, err
}

func (p *provider) Invoke(ctx context.Context, r plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	function, known := p.functions[string(r.Tok)]
	if !known {
		return plugin.InvokeResponse{}, fmt.Errorf("unknown function %s", r.Tok)
	}
	var result resource.PropertyMap
	// getGroup switches the retry of a 404 off
	// (internal/services/groups/group_data_source.go).
	never := func() bool { return false }
	err := p.retry(func(again bool) error {
		return p.store.Invoke(ctx, store.Request{Verb: "invoke", Type: string(r.Tok), Again: again}, func() (err error) {
			result, err = function(property.Map(r.Args))
			return err
		})
	}, never, p.clock(lookupTimeout))
	return plugin.InvokeResponse{Properties: result}, err
}

// operate runs an operation. A cancel of the engine ends it if the provider supports that.
func (p *provider) operate(ctx context.Context, r store.Request, run func() (string, error)) error {
	p.mu.Lock()
	canceled := p.canceled
	p.mu.Unlock()
	if !p.supportsCancel() {
		r.CancelIgnored = canceled
		return p.store.Operate(ctx, r, run)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-canceled:
			cancel()
		case <-ctx.Done():
		}
	}()
	return p.store.Operate(ctx, r, run)
}
