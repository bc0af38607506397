package azuresim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// versions are those of the SDKs in the root go.mod, without which the engine
// would look for plugins.
var versions = map[string]string{"azure-native": "2.92.3", "azuread": "5.53.7"}

// Serve offers the Azure to Pulumi engines on loopback. It returns the value of
// PULUMI_DEBUG_PROVIDERS that leads an engine here, and stops with stop.
func (a *Azure) Serve() (debugProviders string, stop func() error, err error) {
	var done []func() error
	stop = func() error {
		var errs []error
		for _, f := range done {
			errs = append(errs, f())
		}
		return errors.Join(errs...)
	}
	for name, version := range versions {
		cancel := make(chan bool)
		handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
			Cancel: cancel,
			Init: func(server *grpc.Server) error {
				p := &provider{azure: a, version: semver.MustParse(version), cancelled: make(chan struct{})}
				pulumirpc.RegisterResourceProviderServer(server, plugin.NewProviderServer(p))
				return nil
			},
			Options: rpcutil.OpenTracingServerInterceptorOptions(nil),
		})
		if err != nil {
			return "", nil, errors.Join(fmt.Errorf("serving %s: %w", name, err), stop())
		}
		done = append(done, func() error { close(cancel); return <-handle.Done })
		debugProviders += fmt.Sprintf(",%s:%d", name, handle.Port)
	}
	return debugProviders[1:], stop, nil
}

// provider is a Pulumi provider whose cloud is an Azure in memory.
type provider struct {
	plugin.UnimplementedProvider
	azure   *Azure
	version semver.Version

	mu        sync.Mutex
	cancelled chan struct{}
}

func (p *provider) Attach(string) error { return nil }
func (p *provider) Close() error        { return nil }

// SignalCancellation ends what is under way. Each engine also sends it when it
// is done, and another may come.
func (p *provider) SignalCancellation(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.cancelled)
	p.cancelled = make(chan struct{})
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
	k, known := kinds[string(r.Type)]
	if !known {
		return plugin.CheckResponse{}, fmt.Errorf("unknown resource type %s", r.Type)
	}
	return plugin.CheckResponse{Properties: r.News, Failures: checkStruct("", k.args, r.News)}, nil
}

func (p *provider) Diff(_ context.Context, r plugin.DiffRequest) (plugin.DiffResponse, error) {
	diff := r.OldInputs.Diff(r.NewInputs)
	if diff == nil {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	result := plugin.DiffResult{
		Changes: plugin.DiffSome, ChangedKeys: diff.ChangedKeys(),
		DetailedDiff: plugin.NewDetailedDiffFromObjectDiff(diff, true),
	}
	for _, key := range result.ChangedKeys {
		if slices.Contains(kinds[string(r.Type)].replaceOn, key) {
			result.ReplaceKeys = append(result.ReplaceKeys, key)
		}
	}
	for path, detail := range result.DetailedDiff {
		key, _, _ := strings.Cut(path, ".")
		if slices.Contains(result.ReplaceKeys, resource.PropertyKey(key)) {
			result.DetailedDiff[path] = plugin.PropertyDiff{Kind: detail.Kind.AsReplace(), InputDiff: true}
		}
	}
	return result, nil
}

func (p *provider) Create(ctx context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	if r.Preview {
		return plugin.CreateResponse{Properties: r.Properties}, nil
	}
	var o *object
	err := p.operate(ctx, "create", string(r.Type), "", func() (id string, err error) {
		o, err = p.azure.create(string(r.Type), r.Properties)
		if err != nil {
			return "", err
		}
		return o.id, nil
	})
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	return plugin.CreateResponse{ID: resource.ID(o.id), Properties: o.outputs()}, nil
}

func (p *provider) Read(ctx context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	var result plugin.ReadResult
	err := p.operate(ctx, "read", string(r.Type), string(r.ID), func() (string, error) {
		if o := p.azure.objects[string(r.ID)]; o != nil && o.token == string(r.Type) {
			result = plugin.ReadResult{ID: r.ID, Inputs: p.azure.refreshedInputs(o, r.State), Outputs: p.azure.outputs(o)}
		}
		return string(r.ID), nil
	})
	return plugin.ReadResponse{ReadResult: result}, err
}

func (p *provider) Update(ctx context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	if r.Preview {
		return plugin.UpdateResponse{Properties: r.NewInputs}, nil
	}
	var outputs resource.PropertyMap
	err := p.operate(ctx, "update", string(r.Type), string(r.ID), func() (id string, err error) {
		outputs, err = p.azure.update(string(r.Type), string(r.ID), r.NewInputs)
		return string(r.ID), err
	})
	return plugin.UpdateResponse{Properties: outputs}, err
}

func (p *provider) Delete(ctx context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	return plugin.DeleteResponse{}, p.operate(ctx, "delete", string(r.Type), string(r.ID), func() (string, error) {
		if o := p.azure.objects[string(r.ID)]; o != nil {
			p.azure.remove(o)
		}
		return string(r.ID), nil
	})
}

func (p *provider) Invoke(_ context.Context, r plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	if r.Tok == "azure-native:containerservice/v20250101:getManagedCluster" {
		found, err := p.azure.readCluster(r.Args)
		return plugin.InvokeResponse{Properties: found}, err
	}
	result, err := p.azure.invoke(string(r.Tok), r.Args)
	if err != nil {
		return plugin.InvokeResponse{}, err
	}
	return plugin.InvokeResponse{Properties: resource.NewPropertyMapFromMap(result)}, nil
}

// operate runs an operation that also ends when the engine cancels.
func (p *provider) operate(ctx context.Context, verb, token, id string, run func() (string, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.mu.Lock()
	cancelled := p.cancelled
	p.mu.Unlock()
	go func() {
		select {
		case <-cancelled:
			cancel()
		case <-ctx.Done():
		}
	}()
	return p.azure.operate(ctx, verb, token, id, run)
}
