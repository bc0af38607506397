package provider

import (
	"context"
	"errors"
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
	// retry repeats a function call as the provider does.
	retry(ask func() (after time.Duration, err error)) error
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

func (p *provider) CheckConfig(_ context.Context, r plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: r.News}, nil
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
	var result plugin.CreateResponse
	err = p.operate(ctx, store.Request{Verb: "create", Type: string(r.Type), Inputs: property.Map(r.Properties), Resource: string(r.URN)}, func() (string, error) {
		o, err := p.store.Create(string(r.Type), property.Map(r.Properties), p.alreadyExists)
		if err != nil {
			return "", err
		}
		result = plugin.CreateResponse{ID: resource.ID(o.ID), Properties: resource.PropertyMap(p.store.Answer(o))}
		return o.ID, nil
	})
	return result, p.failure(kind, result.ID, r.Properties, result.Properties, err)
}

func (p *provider) Read(ctx context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	var result plugin.ReadResult
	err = p.operate(ctx, store.Request{Verb: "read", Type: string(r.Type), ID: string(r.ID), Resource: string(r.URN)}, func() (string, error) {
		if o := p.store.Get(string(r.ID)); o != nil && o.Type == string(r.Type) {
			outputs := p.store.Answer(o)
			inputs := p.inputs(kind, r, outputs)
			result = plugin.ReadResult{ID: r.ID, Inputs: resource.PropertyMap(inputs), Outputs: resource.PropertyMap(outputs)}
		}
		return string(r.ID), nil
	})
	if refusal := (*store.Error)(nil); errors.As(err, &refusal) && refusal.Status == 404 {
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
	err = p.operate(ctx, store.Request{Verb: "update", Type: string(r.Type), ID: string(r.ID), Resource: string(r.URN)}, func() (string, error) {
		o, err := p.store.Update(string(r.Type), string(r.ID), property.Map(r.NewInputs))
		if err == nil {
			result.Properties = resource.PropertyMap(p.store.Answer(o))
		}
		return string(r.ID), err
	})
	return result, p.failure(kind, r.ID, r.NewInputs, result.Properties, err)
}

func (p *provider) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	kind, err := p.store.Kind(string(r.Type))
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	return plugin.DeleteResponse{}, p.operate(ctx, store.Request{Verb: "delete", Type: string(r.Type), ID: string(r.ID), Resource: string(r.URN)}, func() (string, error) {
		o := p.store.Get(string(r.ID))
		if o == nil {
			return string(r.ID), p.notFound(kind, string(r.ID))
		}
		p.store.Remove(o)
		return string(r.ID), nil
	})
}

func (p *provider) Invoke(ctx context.Context, r plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	function, known := p.functions[string(r.Tok)]
	if !known {
		return plugin.InvokeResponse{}, fmt.Errorf("unknown function %s", r.Tok)
	}
	var result resource.PropertyMap
	err := p.retry(func() (after time.Duration, err error) {
		return p.store.Invoke(ctx, store.Request{Verb: "invoke", Type: string(r.Tok)}, func() (err error) {
			result, err = function(property.Map(r.Args))
			return err
		})
	})
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
