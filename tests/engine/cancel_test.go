package engine_test

import (
	"context"
	"testing"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestCancel checks that an up that is canceled during the creation of the cluster fails,
// that the state has the resources created before, and that the next up creates the rest.
func TestCancel(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	stack := open(t, azure, program.Deploy, "dev")
	ctx, cancel := context.WithCancel(t.Context())
	hangs := azure.Inject(azuresim.Fault{Verb: "create", Type: azuresim.Cluster})
	ended := make(chan error)
	go func() { _, err := stack.Up(ctx); ended <- err }()
	select {
	case <-hangs:
	case err := <-ended:
		t.Fatalf("up ended: %v", err)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("a canceled up succeeded")
	}
	names := map[string]bool{}
	for urn := range resources(t, stack) {
		names[urn.Name()] = true
	}
	if !names["aks-group"] || names["aks-cluster"] {
		t.Errorf("the state has %v", names)
	}
	if got, err := stack.Up(t.Context()); err != nil || got["create"] == 0 || len(azure.IDsOf(azuresim.Cluster)) != 1 {
		t.Errorf("the next up: %v, %v", got, err)
	}
}
