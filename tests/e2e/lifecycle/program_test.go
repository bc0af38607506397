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
// environment. It rejects misspelled keys.
func TestProgram(t *testing.T) {
	t.Parallel()
	program := e2e.Build(t, "github.com/OWNER/argocd-on-aks")
	const required = `"argocd-on-aks:region":"westus3","argocd-on-aks:group":"Argo CD Admins","azure-native:location":"westus3"`
	for name, c := range map[string]struct {
		config string
		want   []string
		count  int
	}{
		"misspelt protect": {required + `,"argocd-on-aks:domain":"localhost:9000","argocd-on-aks:protct":"true"`, []string{"argocd-on-aks:protct is not a valid key; must be one of "}, 1},
		"several problems": {
			required + `,"argocd-on-aks:domain":"x:443","argocd-on-aks:requireAssigment":"false","argocd-on-aks:roles":"[]]"`,
			[]string{"argocd-on-aks:requireAssigment is not a valid key", `argocd-on-aks:domain "x:443"`, "argocd-on-aks:roles cannot be parsed (unexpected text after the end)"}, 3,
		},
		"keys of other projects": {required + `,"argocd-on-aks:domain":"x:443","other:protct":"true"`, []string{`argocd-on-aks:domain "x:443"`}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, registered := runProgram(t, program, "{"+c.config+"}")
			e2e.WantText(t, output, c.want...)
			if strings.Contains(output, "occurred") {
				t.Errorf("the message has the SDK's prefix: %s", output)
			}
			if n := strings.Count(output, "\n  argocd-on-aks:"); n != c.count {
				t.Errorf("%d messages, want %d: %s", n, c.count, output)
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
