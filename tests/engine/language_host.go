package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// languageHost runs Go programs for the pulumi command in place of Pulumi's plugin for Go,
// whose module does not resolve.
type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	run func(ctx context.Context, r *pulumirpc.RunRequest, engine string) (*pulumirpc.RunResponse, error)
	// install installs the dependencies of the program in a folder.
	install func(ctx context.Context, folder string) error

	mu     sync.Mutex
	engine string
}

// ServeGo serves a language host on loopback that builds and runs Go programs, until stop.
// It returns the value of PULUMI_DEBUG_LANGUAGES that makes a pulumi command use it.
func ServeGo() (debugLanguages string, stop func() error, err error) {
	return ServeGoWith(nil)
}

// ServeGoWith is ServeGo with additional environment variables for the Go command.
func ServeGoWith(environment []string) (debugLanguages string, stop func() error, err error) {
	return serve(&languageHost{install: tidy(environment), run: func(ctx context.Context, r *pulumirpc.RunRequest, engine string) (*pulumirpc.RunResponse, error) {
		if failed := build(ctx, r, environment); failed != nil {
			return failed, nil
		}
		return start(ctx, r, engine)
	}})
}

// ServeProgram is ServeGo for one program, which runs in this process for one pulumi
// command at a time.
func ServeProgram(program pulumi.RunFunc) (debugLanguages string, stop func() error, err error) {
	return serve(&languageHost{run: func(ctx context.Context, r *pulumirpc.RunRequest, engine string) (*pulumirpc.RunResponse, error) {
		run, err := pulumi.NewContext(ctx, pulumi.RunInfo{
			Organization: r.GetOrganization(), Project: r.GetProject(), Stack: r.GetStack(),
			Config: r.GetConfig(), ConfigSecretKeys: r.GetConfigSecretKeys(),
			MonitorAddr: r.GetMonitorAddress(), EngineAddr: engine,
			Parallel: r.GetParallel(), DryRun: r.GetDryRun(), RootDirectory: r.GetInfo().GetRootDirectory(),
		})
		if err != nil {
			return nil, err
		}
		if err := errors.Join(pulumi.RunWithContext(run, program), run.Close()); err != nil {
			return &pulumirpc.RunResponse{Error: err.Error()}, nil
		}
		return &pulumirpc.RunResponse{}, nil
	}})
}

func serve(host *languageHost) (debugLanguages string, stop func() error, err error) {
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Cancel: cancel, Init: func(server *grpc.Server) error {
		pulumirpc.RegisterLanguageRuntimeServer(server, host)
		return nil
	}})
	if err != nil {
		return "", nil, fmt.Errorf("language host: %w", err)
	}
	stop = func() error { close(cancel); return <-handle.Done }
	return fmt.Sprintf("go:%d", handle.Port), stop, nil
}

// Handshake is the first call of each command.
func (h *languageHost) Handshake(_ context.Context, r *pulumirpc.LanguageHandshakeRequest) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.engine = r.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

func (h *languageHost) GetRequiredPackages(context.Context, *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// InstallDependencies is called by `pulumi new` and `pulumi install`.
func (h *languageHost) InstallDependencies(r *pulumirpc.InstallDependenciesRequest, stream grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse]) error {
	if h.install == nil {
		return nil
	}
	return h.install(stream.Context(), r.GetInfo().GetProgramDirectory())
}

// tidy returns a function that installs a program's dependencies, as InstallDependencies
// in sdk/go/pulumi-language-go/main.go of https://github.com/pulumi/pulumi does.
func tidy(environment []string) func(ctx context.Context, folder string) error {
	return func(ctx context.Context, folder string) error {
		command := exec.CommandContext(ctx, "go", "mod", "tidy", "-compat=1.18")
		command.Dir, command.Env = folder, append(os.Environ(), environment...)
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("go mod tidy: %w: %s", err, output)
		}
		return nil
	}
}

// Run is the second call of each command.
func (h *languageHost) Run(ctx context.Context, r *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	h.mu.Lock()
	engine := h.engine
	h.mu.Unlock()
	return h.run(ctx, r, engine)
}

// program returns the path of the built program.
func program(r *pulumirpc.RunRequest) string {
	return filepath.Join(r.GetInfo().GetProgramDirectory(), r.GetInfo().GetOptions().GetFields()["buildTarget"].GetStringValue())
}

// build builds the program at its buildTarget. It does not use -trimpath, as Pulumi's
// plugin does, because Go would compile all packages again.
func build(ctx context.Context, r *pulumirpc.RunRequest, environment []string) (failed *pulumirpc.RunResponse) {
	compile := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags", "-w -s", "-o", program(r), ".")
	compile.Dir, compile.Env = r.GetInfo().GetProgramDirectory(), append(os.Environ(), environment...)
	if output, err := compile.CombinedOutput(); err != nil {
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("go build: %v: %s", err, output)}
	}
	return nil
}

// start runs the program, which reports configuration errors to the engine itself.
func start(ctx context.Context, r *pulumirpc.RunRequest, engine string) (*pulumirpc.RunResponse, error) {
	environment, err := programEnvironment(r, engine)
	if err != nil {
		return nil, err
	}
	run := exec.CommandContext(ctx, program(r))
	run.Dir, run.Env = r.GetPwd(), append(os.Environ(), environment...)
	output, err := run.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == constant.ExitStatusLoggedError:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case err != nil:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("%v: %s", err, output)}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

func programEnvironment(r *pulumirpc.RunRequest, engine string) ([]string, error) {
	config, err := json.Marshal(r.GetConfig())
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(r.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	return []string{
		pulumi.EnvOrganization + "=" + r.GetOrganization(),
		pulumi.EnvProject + "=" + r.GetProject(),
		pulumi.EnvPulumiRootDirectory + "=" + r.GetInfo().GetRootDirectory(),
		pulumi.EnvStack + "=" + r.GetStack(),
		pulumi.EnvConfig + "=" + string(config),
		pulumi.EnvConfigSecretKeys + "=" + string(secrets),
		pulumi.EnvDryRun + "=" + strconv.FormatBool(r.GetDryRun()),
		pulumi.EnvParallel + "=" + strconv.Itoa(int(r.GetParallel())),
		pulumi.EnvMonitor + "=" + r.GetMonitorAddress(),
		pulumi.EnvEngine + "=" + engine,
	}, nil
}
