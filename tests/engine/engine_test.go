package engine_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }

// TestSameAsCLI runs the same steps on two stacks, alternating between the engine in this
// process and the pulumi command. Results, states, history and configuration must match.
func TestSameAsCLI(t *testing.T) {
	t.Parallel()
	first, second := openProd(t), openProd(t)
	for i, step := range []struct {
		verb, key, value string
		fails            bool
	}{
		{verb: "preview"},
		{verb: "up"},
		{verb: "destroy", fails: true}, // protected
		{verb: "up", key: "domain", value: "argo.example.com"},
		{verb: "up", key: "names.federatedCredential", value: "other"},
		{verb: "up", key: "region", value: "atlantis", fails: true},
		{verb: "refresh", key: "region", value: "westeurope"},
		{verb: "up", key: "protect", value: "false"},
		{verb: "destroy"},
	} {
		first.CLI, second.CLI = i%2 == 1, i%2 == 0
		done, firstErr := run(t, first, step.verb, step.key, step.value)
		want, secondErr := run(t, second, step.verb, step.key, step.value)
		if (firstErr != nil) != step.fails || (secondErr != nil) != step.fails {
			t.Fatalf("step %d: %v, %v", i, firstErr, secondErr)
		}
		if !step.fails && !maps.Equal(done, want) {
			t.Errorf("step %d: %v and %v", i, done, want)
		}
		if difference := cmp.Diff(resources(t, first), resources(t, second), cmpopts.EquateEmpty()); difference != "" {
			t.Errorf("step %d, states (-first +second): %s", i, difference)
		}
	}
	var history []struct{ Kind, Result string }
	commandJSON(t, first, &history, "stack", "history", "--json")
	if n := len(history); n != 8 || history[0].Kind != "destroy" || history[n-1].Kind != "update" {
		t.Errorf("history: %v", history)
	}
}

// TestOutputs checks that outputs, including secrets, equal those of the pulumi command.
func TestOutputs(t *testing.T) {
	t.Parallel()
	stack := openProd(t)
	if _, err := stack.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := stack.Values(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	commandJSON(t, stack, &want, "stack", "output", "--json", "--show-secrets")
	if difference := cmp.Diff(want, got); difference != "" || len(want) == 0 {
		t.Errorf("%d outputs (-CLI +engine): %s", len(want), difference)
	}
}

// open opens a stack on an Azure.
func open(t *testing.T, azure *azuresim.Azure, program pulumi.RunFunc, name string) *engine.Stack {
	t.Helper()
	stack, err := engine.Open(t.Context(), azure, program, "../..", t.TempDir(), name, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	})
	return stack
}

// openProd opens the stack prod with a secret.
func openProd(t *testing.T) *engine.Stack {
	t.Helper()
	stack := open(t, azuresim.New(), program.Deploy, "prod")
	if err := stack.SetSecret(t.Context(), `secretSettings["configs.secret.githubSecret"]`, "s3cret"); err != nil {
		t.Fatal(err)
	}
	return stack
}

// run sets the key, if any, and runs an operation.
func run(t *testing.T, stack *engine.Stack, verb, key, value string) (map[string]int, error) {
	t.Helper()
	if key != "" {
		if err := stack.Set(t.Context(), key, value); err != nil {
			t.Fatal(err)
		}
	}
	run := map[string]func(context.Context) (map[string]int, error){
		"preview": stack.Preview, "up": stack.Up, "refresh": stack.Refresh, "destroy": stack.Destroy,
	}
	return run[verb](t.Context())
}

// record is a resource in a state without IDs and times, which differ between stacks.
type record struct {
	Parent, DeletedWith     resource.URN
	Dependencies            []resource.URN
	DependenciesOf          map[resource.PropertyKey][]resource.URN
	Protect, Custom, Delete bool
	Inputs, Outputs         []string
}

func resources(t *testing.T, stack *engine.Stack) map[resource.URN]record {
	t.Helper()
	exported, err := stack.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &deployment); err != nil {
		t.Fatal(err)
	}
	all := map[resource.URN]record{}
	for _, r := range deployment.Resources {
		all[r.URN] = record{
			r.Parent, r.DeletedWith, slices.Sorted(slices.Values(r.Dependencies)), r.PropertyDependencies,
			r.Protect, r.Custom, r.Delete, slices.Sorted(maps.Keys(r.Inputs)), slices.Sorted(maps.Keys(r.Outputs)),
		}
	}
	return all
}

func commandJSON(t *testing.T, stack *engine.Stack, into any, args ...string) {
	t.Helper()
	printed, err := stack.Command(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(printed), into); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
}
