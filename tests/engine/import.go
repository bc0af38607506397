package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optimport"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// adopt runs `pulumi import` on what exists: the resources of an import file.
func (s *Stack) adopt(ctx context.Context, resources []*optimport.ImportResource, names map[string]string) (err error) {
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Cancel: cancel, Init: func(server *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(server, languageHost{})
		return nil
	}})
	if err != nil {
		return fmt.Errorf("language host: %w", err)
	}
	defer func() { close(cancel); err = errors.Join(err, <-handle.Done) }()
	const key = "PULUMI_DEBUG_LANGUAGES"
	s.Workspace().SetEnvVar(key, fmt.Sprintf("go:%d", handle.Port))
	defer s.Workspace().UnsetEnvVar(key)
	_, err = s.ImportResources(ctx, optimport.Resources(resources), optimport.NameTable(names),
		optimport.GenerateCode(false), optimport.Protect(false), optimport.ProgressStreams(s.log), optimport.ErrorProgressStreams(s.log))
	return err
}

// languageHost is what an import asks of Pulumi's plugin for Go, whose module
// does not resolve: its name, and that the program needs no other plugin.
type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
}

func (languageHost) Handshake(context.Context, *pulumirpc.LanguageHandshakeRequest) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

func (languageHost) GetRequiredPackages(context.Context, *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}
