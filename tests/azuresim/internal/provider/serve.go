// Package provider offers a store to Pulumi engines in place of the Azure provider plugins.
package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// plugins have the SDK versions of the root go.mod. For other versions the engine would
// look for a plugin.
var plugins = map[string]struct {
	version  string
	behavior behavior
}{
	"azure-native": {"2.92.3", native{}},
	"azuread":      {"5.53.7", bridge{}},
}

// Serve offers a store and functions on loopback, until stop. It returns the value of
// PULUMI_DEBUG_PROVIDERS that makes an engine use them.
func Serve(objects *store.Store, functions map[string]store.Function) (debugProviders string, stop func() error, err error) {
	var done []func() error
	stop = func() error {
		var errs []error
		for _, f := range done {
			errs = append(errs, f())
		}
		return errors.Join(errs...)
	}
	var addresses []string
	for name, real := range plugins {
		p := &provider{behavior: real.behavior, store: objects, functions: functions, version: semver.MustParse(real.version), canceled: make(chan struct{})}
		port, end, err := p.serve()
		if err != nil {
			return "", nil, errors.Join(fmt.Errorf("serving %s: %w", name, err), stop())
		}
		done = append(done, end)
		addresses = append(addresses, fmt.Sprintf("%s:%d", name, port))
	}
	return strings.Join(addresses, ","), stop, nil
}

// detailed answers with the detailed diff, and with the names of changed inputs, as azure-native
// (Diff in provider.go, and https://github.com/pulumi/pulumi-azure-native/pull/3554) and the bridge
// (Diff in pkg/tfbridge/provider.go) do. The SDK's server answers with their paths only.
type detailed struct {
	pulumirpc.ResourceProviderServer
}

func (s detailed) Diff(ctx context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	answer, err := s.ResourceProviderServer.Diff(ctx, request)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for path := range answer.GetDetailedDiff() {
		names[path[:strings.IndexAny(path+".", ".[")]] = true
	}
	answer.Diffs, answer.HasDetailedDiff = slices.Sorted(maps.Keys(names)), len(names) > 0
	return answer, nil
}

func (p *provider) serve() (port int, stop func() error, err error) {
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(server, detailed{plugin.NewProviderServer(p)})
			return nil
		},
		Options: append(rpcutil.OpenTracingServerInterceptorOptions(nil), grpc.ChainUnaryInterceptor(p.process.intercept)),
	})
	if err != nil {
		return 0, nil, err
	}
	return handle.Port, func() error { close(cancel); return <-handle.Done }, nil
}
