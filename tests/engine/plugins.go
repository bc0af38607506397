package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	pkghost "github.com/pulumi/pulumi/pkg/v3/host"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/env"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// plugins is a plugin host that attaches to running plugins, at the ports that the CLI
// reads from PULUMI_DEBUG_PROVIDERS and PULUMI_DEBUG_LANGUAGES.
type plugins struct {
	plugin.Host

	ports map[string]string

	mu        sync.Mutex
	conns     []*grpc.ClientConn
	providers []plugin.Provider
}

// host is a factory of plugin hosts.
func (s *Stack) host(ctx context.Context, d, status diag.Sink, debug plugin.DebugContext) (plugin.Host, error) {
	inner, err := pkghost.New(ctx, d, status, debug, nil, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	ports := map[string]string{}
	for _, served := range strings.Split(s.providers+","+s.languages, ",") {
		name, port, _ := strings.Cut(served, ":")
		ports[name] = port
	}
	return &plugins{Host: inner, ports: ports}, nil
}

func (p *plugins) dial(name string) (*grpc.ClientConn, error) {
	port, served := p.ports[name]
	if !served {
		return nil, fmt.Errorf("plugin %s is not served", name)
	}
	conn, err := grpc.NewClient("127.0.0.1:"+port, grpc.WithTransportCredentials(insecure.NewCredentials()), rpcutil.GrpcChannelOptions())
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, conn)
	return conn, nil
}

// Provider attaches to a provider.
func (p *plugins) Provider(ctx *plugin.Context, of workspace.PluginDescriptor, _ env.Env) (plugin.Provider, error) {
	conn, err := p.dial(of.Name)
	if err != nil {
		return nil, err
	}
	client := pulumirpc.NewResourceProviderClient(conn)
	if _, err := client.Attach(ctx.Request(), &pulumirpc.PluginAttach{Address: p.ServerAddr()}); err != nil {
		return nil, fmt.Errorf("plugin %s: %w", of.Name, err)
	}
	provider := plugin.NewProviderWithClient(ctx, client, false)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.providers = append(p.providers, provider)
	return provider, nil
}

// LanguageRuntime attaches to the language host of the program.
func (p *plugins) LanguageRuntime(ctx *plugin.Context, name string) (plugin.LanguageRuntime, error) {
	conn, err := p.dial(name)
	if err != nil {
		return nil, err
	}
	client := pulumirpc.NewLanguageRuntimeClient(conn)
	if _, err := client.Handshake(ctx.Request(), &pulumirpc.LanguageHandshakeRequest{EngineAddress: p.ServerAddr()}); err != nil {
		return nil, fmt.Errorf("language host %s: %w", name, err)
	}
	return plugin.NewLanguageRuntimeClient(name, client), nil
}

// SignalCancellation asks the providers to cancel their operations.
func (p *plugins) SignalCancellation() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, provider := range p.providers {
		errs = append(errs, provider.SignalCancellation(context.Background()))
	}
	return errors.Join(errs...)
}

// Close also closes the connections.
func (p *plugins) Close() error {
	err := p.Host.Close()
	for _, conn := range p.conns {
		_ = conn.Close() // its client may have closed it already
	}
	return err
}
