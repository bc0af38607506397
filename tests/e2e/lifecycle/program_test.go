package lifecycle

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// engineStub is the part of the engine that a rejected program calls. Pulumi's Go
// language host, which starts programs for the CLI, has no resolvable module.
type engineStub struct {
	pulumirpc.UnimplementedResourceMonitorServer
	pulumirpc.UnimplementedEngineServer

	mu         sync.Mutex
	registered []string // without the stack: the program may exit before the SDK has registered it
	log        strings.Builder
}

func (e *engineStub) SupportsFeature(context.Context, *pulumirpc.SupportsFeatureRequest) (*pulumirpc.SupportsFeatureResponse, error) {
	return &pulumirpc.SupportsFeatureResponse{}, nil
}

func (e *engineStub) RegisterResource(_ context.Context, r *pulumirpc.RegisterResourceRequest) (*pulumirpc.RegisterResourceResponse, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.GetType() != "pulumi:pulumi:Stack" {
		e.registered = append(e.registered, r.GetType())
	}
	return &pulumirpc.RegisterResourceResponse{Urn: "urn:pulumi:dev::argocd-on-aks::" + r.GetType() + "::" + r.GetName()}, nil
}

// noLogin is the engine's answer to a lookup without credentials.
const noLogin = "failed to load Azure credentials"

func (e *engineStub) Invoke(context.Context, *pulumirpc.ResourceInvokeRequest) (*pulumirpc.ResourceInvokeResponse, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.log.WriteString("\nlookup\n")
	return nil, status.Error(codes.Unknown, noLogin)
}

func (e *engineStub) RegisterResourceOutputs(context.Context, *pulumirpc.RegisterResourceOutputsRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (e *engineStub) Log(_ context.Context, r *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.log.WriteString(r.GetMessage())
	return &emptypb.Empty{}, nil
}

// TestProgram starts the compiled program as the CLI does, with the configuration in its
// environment. It rejects misspelled keys before the first lookup, which fails.
func TestProgram(t *testing.T) {
	t.Parallel()
	program := e2e.Build(t, "github.com/OWNER/argocd-on-aks")
	const required = `"argocd-on-aks:region":"westus3","argocd-on-aks:group":"Argo CD Admins","azure-native:location":"westus3"`
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"valid":            {required + `,"argocd-on-aks:domain":"localhost:9000"`, nil},
		"misspelt protect": {required + `,"argocd-on-aks:domain":"localhost:9000","argocd-on-aks:protct":"true"`, []string{"protct is not a valid key; did you mean protect?"}},
		"several problems": {
			required + `,"argocd-on-aks:domain":"x:443","argocd-on-aks:requireAssigment":"false","argocd-on-aks:roles":"[]]"`,
			[]string{"roles is not valid JSON (", "requireAssigment is not a valid key; did you mean requireAssignment?", `domain "x:443"`},
		},
		"keys of other projects": {required + `,"argocd-on-aks:domain":"x:443","other:protct":"true"`, []string{`domain "x:443"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, registered := runProgram(t, program, "{"+c.config+"}")
			early, late, found := strings.Cut(output, "\nlookup\n")
			e2e.WantText(t, early, c.want...)
			e2e.WantText(t, late, `argocd-on-aks:group "Argo CD Admins"`, noLogin)
			if strings.Contains(output, "occurred") || !found {
				t.Errorf("the message has the SDK's prefix, or nothing was looked up: %s", output)
			}
			if n := strings.Count(early, "\n  argocd-on-aks:"); n != len(c.want) || strings.Count(late, "\n  argocd-on-aks:") != 1 {
				t.Errorf("%d messages before the lookup, want %d: %s", n, len(c.want), output)
			}
			if len(registered) > 0 {
				t.Errorf("registered %v", registered)
			}
		})
	}
}

// runProgram runs a program that must fail, and returns the engine's log.
func runProgram(t *testing.T, program, config string) (log string, registered []string) {
	t.Helper()
	stub, cancel := &engineStub{}, make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Cancel: cancel, Init: func(server *grpc.Server) error {
		pulumirpc.RegisterResourceMonitorServer(server, stub)
		pulumirpc.RegisterEngineServer(server, stub)
		return nil
	}})
	e2e.NoError(t, err)
	defer func() { close(cancel); e2e.NoError(t, <-handle.Done) }()
	address := fmt.Sprintf("127.0.0.1:%d", handle.Port)
	run := exec.CommandContext(t.Context(), program)
	run.Env = append(os.Environ(), "PULUMI_PROJECT=argocd-on-aks", "PULUMI_STACK=dev", "PULUMI_CONFIG="+config, "PULUMI_DRY_RUN=true",
		"PULUMI_MONITOR="+address, "PULUMI_ENGINE="+address)
	output, err := run.CombinedOutput()
	if err == nil {
		t.Errorf("the program succeeded: %s", output)
	}
	stub.mu.Lock()
	defer stub.mu.Unlock()
	return stub.log.String() + string(output), stub.registered
}
