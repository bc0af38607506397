// Package e2e has the fixtures of the tests of the whole program: a stack on the real Pulumi
// engine and the simulated Azure, the real Argo CD with the settings of that stack, users who
// sign in to it, and the checks of verify.
package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// The number of resources that a deployment has.
const (
	// DevResources are the stack, three components and eight resources.
	DevResources = 12
	// ProdResources has three more groups, a user pool and two maintenance configurations.
	ProdResources = DevResources + 6
	// ExistingResources lacks the cluster's component, resource group and cluster.
	ExistingResources = DevResources - 3
	// RegistryResources are the additional resources of a container registry: an application, its
	// service principal, federated credential and role.
	RegistryResources = 4
	// ClustersResources are the additional resources of spoke clusters: an application, its service
	// principal and two federated credentials. Each cluster adds a role.
	ClustersResources = 4
)

// WebhookSecret is the value of the secret setting that SetSecret sets.
const WebhookSecret = "correct-horse-battery-staple"

// Open opens a shipped stack on a new Azure.
func Open(t *testing.T, name string) (*engine.Stack, *azuresim.Azure) {
	t.Helper()
	azure := azuresim.New()
	return OpenOn(t, azure, name), azure
}

// Deploy opens a shipped stack on a new Azure and creates its resources.
func Deploy(t *testing.T, name string) (*engine.Stack, *azuresim.Azure) {
	t.Helper()
	stack, azure := Open(t, name)
	Want(t, stack.Up, map[string]int{"create": map[string]int{"dev": DevResources, "prod": ProdResources}[name]})
	return stack, azure
}

// OpenOn opens a shipped stack on an Azure.
func OpenOn(t *testing.T, azure *azuresim.Azure, name string) *engine.Stack {
	t.Helper()
	return OpenProgram(t, azure, program.Deploy, Root(t), name)
}

// OpenProgram opens a stack of the program whose Pulumi.yaml is in folder. It checks the
// stack when the test ends.
func OpenProgram(t *testing.T, azure *azuresim.Azure, program pulumi.RunFunc, folder, name string) *engine.Stack {
	t.Helper()
	stack, err := engine.Open(context.Background(), azure, program, folder, t.TempDir(), name, t.Output())
	NoError(t, err)
	before := azure.IDs()
	t.Cleanup(func() {
		if !t.Failed() {
			leave(t, stack, azure, before)
		}
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	})
	return stack
}

// leave checks a stack at the end of its test: the test expected all replacements, another up
// changes nothing, and destroy leaves only the objects of before.
func leave(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, before []string) {
	t.Helper()
	if stack.Replaced > 0 {
		t.Errorf("%d unexpected replacements", stack.Replaced)
	}
	if !stack.Deployed {
		return
	}
	ctx := context.WithoutCancel(t.Context())
	got, err := stack.Up(ctx)
	if err != nil || len(got) != 1 || got["same"] == 0 {
		t.Errorf("up again: %v, %v", got, err)
	}
	if protected, err := stack.Protected(); protected || err != nil {
		err := errors.Join(err, stack.Set(ctx, "protect", "false"))
		if _, upErr := stack.Up(ctx); err != nil || upErr != nil {
			t.Error(err, upErr)
		}
	}
	if _, err := stack.Destroy(ctx); err != nil {
		t.Error(err)
	}
	for _, id := range azure.IDs() {
		if !slices.Contains(before, id) {
			t.Errorf("destroy left %s", id)
		}
	}
}

// Set sets a config value, as `pulumi config set` does.
func Set(t *testing.T, stack *engine.Stack, key, value string) {
	t.Helper()
	NoError(t, stack.Set(t.Context(), key, value))
}

// SetAll sets config values.
func SetAll(t *testing.T, stack *engine.Stack, values map[string]string) {
	t.Helper()
	for key, value := range values {
		Set(t, stack, key, value)
	}
}

// SetSecret sets a config value to WebhookSecret, as `pulumi config set --secret` does.
func SetSecret(t *testing.T, stack *engine.Stack, key string) {
	t.Helper()
	NoError(t, stack.SetSecret(t.Context(), key, WebhookSecret))
}

// Unset removes a config value.
func Unset(t *testing.T, stack *engine.Stack, key string) {
	t.Helper()
	NoError(t, stack.Set(t.Context(), key, ""))
}

// Paste adds a block to the configuration in the stack's file.
func Paste(t *testing.T, stack *engine.Stack, block string) {
	t.Helper()
	file := filepath.Join(stack.Dir, "Pulumi."+stack.Name+".yaml")
	content, err := os.ReadFile(file)
	NoError(t, err)
	indented := "  " + strings.ReplaceAll(strings.TrimSpace(block), "\n", "\n  ") + "\n"
	before, after, found := strings.Cut(string(content), "config:\n")
	if !found {
		t.Fatalf("no config in %s", content)
	}
	Write(t, file, before+"config:\n"+indented+after)
}

// Succeed runs one command of the engine and returns its operations.
func Succeed(t *testing.T, command func(context.Context) (map[string]int, error)) map[string]int {
	t.Helper()
	got, err := command(t.Context())
	NoError(t, err)
	return got
}

// Want runs one command of the engine and compares its number of operations.
func Want(t *testing.T, command func(context.Context) (map[string]int, error), counts map[string]int) {
	t.Helper()
	if got := Succeed(t, command); !maps.Equal(got, counts) {
		t.Fatalf("operations: got %v, want %v", got, counts)
	}
}

// OnlyUpdates runs one command of the engine that only updates resources.
func OnlyUpdates(t *testing.T, command func(context.Context) (map[string]int, error)) {
	t.Helper()
	for operation, n := range Succeed(t, command) {
		if operation != "same" && operation != "update" {
			t.Errorf("%d times %s", n, operation)
		}
	}
}

// AtEnd calls stop when the test ends.
func AtEnd(t *testing.T, stop func() error) {
	t.Helper()
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// NoError ends the test if there is an error.
func NoError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Err returns the error of a call alone.
func Err(_ any, err error) error { return err }

// WantError checks that an error contains a text. Without a text it checks that there is no error.
func WantError(t *testing.T, err error, text, what string, args ...any) {
	t.Helper()
	if what = fmt.Sprintf(what, args...); text == "" && err != nil {
		t.Errorf("%s: %v", what, err)
	} else if text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
		t.Errorf("%s: got %v, want an error with %q", what, err, text)
	}
}

// WantText checks that a text contains these parts.
func WantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

// Nothing checks that an Azure has no objects of a stack.
func Nothing(t *testing.T, azure *azuresim.Azure) {
	t.Helper()
	if ids := azure.IDs(); len(ids) > 0 {
		t.Errorf("Azure has %v", ids)
	}
}

// Output returns one of the stack's outputs.
func Output(t *testing.T, stack *engine.Stack, name string) string {
	t.Helper()
	values, err := stack.Values(t.Context())
	NoError(t, err)
	return fmt.Sprint(values[name])
}

// Exported returns the output of `pulumi stack export`. The automation API would decrypt the
// secrets.
func Exported(t *testing.T, stack *engine.Stack) string {
	t.Helper()
	state, err := stack.Command(t.Context(), "stack", "export")
	NoError(t, err)
	return state
}
