package lifecycle

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// formerRegistry is the state of dev with a container registry, from a release in which repo-server
// used the application of the users.
const formerRegistry = "tests/e2e/testdata/moves/registry.json"

// formerlyWithRegistry deploys that state with Argo CD on a free port.
func formerlyWithRegistry(t *testing.T, change func(state []byte) []byte) (stack *engine.Stack, azure *azuresim.Azure, registry string, port int) {
	t.Helper()
	state := []byte(e2e.Read(t, formerRegistry))
	stack, azure = e2e.Open(t, "dev")
	registry, port = azure.AddRegistry("contoso"), e2e.FreePort(t)
	domain := fmt.Sprintf("localhost:%d", port)
	e2e.Set(t, stack, "domain", domain)
	e2e.Set(t, stack, "containerRegistry", registry)
	state = bytes.ReplaceAll(state, []byte("localhost:9000"), []byte(domain))
	e2e.NoError(t, stack.Restore(t.Context(), change(state)))
	return stack, azure, registry, port
}

// TestRegistryMoves checks that one up creates a separate application for repo-server. Users can
// sign in and charts can be pulled before, during and after it.
func TestRegistryMoves(t *testing.T) {
	t.Parallel()
	stack, azure, registry, port := formerlyWithRegistry(t, func(state []byte) []byte { return state })
	internet := e2e.Connect(t, azure)
	server := e2e.Start(t, azure, internet, port)
	works := func() error {
		extension, err := azure.Extension()
		repoServer := argocd.Pod{Azure: azure, Internet: internet, Extension: extension, Dir: t.TempDir(), ServiceAccount: "argocd-repo-server"}
		return errors.Join(err, e2e.Web(t.Context(), azure, internet, server), e2e.Pull(t.Context(), repoServer, registry))
	}
	users := e2e.Output(t, stack, "clientId")
	if err := works(); err != nil {
		t.Fatalf("before: %v", err)
	}
	var steps []string
	var one sync.Mutex
	azure.Watch(func(o azuresim.Operation) {
		one.Lock()
		defer one.Unlock()
		if o.Verb == "read" {
			return
		}
		step := o.Verb + " " + o.Type[strings.LastIndex(o.Type, ":")+1:]
		steps = append(steps, step)
		if err := works(); err != nil {
			t.Errorf("after %q: %v", steps, err)
		}
	})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 1, "create": e2e.RegistryResources, "update": 1, "delete": 2})
	azure.Watch(nil)
	wantMoved(t, steps)

	if now := e2e.Output(t, stack, "clientId"); now != users {
		t.Errorf("users sign in through %s, before through %s", now, users)
	}
	_, err := e2e.Pod(t, azure, internet, "argocd-repo-server").Token(t.Context(), users, "https://management.azure.com")
	e2e.WantError(t, err, "AADSTS700213", "repo-server with the users' application")
	e2e.NoError(t, server.Stop())
	server = e2e.Start(t, azure, internet, port) // with the new settings
	if err := works(); err != nil {
		t.Errorf("after: %v", err)
	}
}

// wantMoved checks that all new objects exist before the update of Argo CD, and that the old ones
// are deleted after it.
func wantMoved(t *testing.T, steps []string) {
	t.Helper()
	const created = e2e.RegistryResources
	if len(steps) != created+3 || steps[created] != "update Extension" {
		t.Fatalf("steps: %q", steps)
	}
	slices.Sort(steps[:created])
	slices.Sort(steps[created+1:])
	if want := []string{
		"create Application", "create ApplicationFederatedIdentityCredential", "create RoleAssignment", "create ServicePrincipal",
		"update Extension", "delete ApplicationFederatedIdentityCredential", "delete RoleAssignment",
	}; !slices.Equal(steps, want) {
		t.Errorf("steps: %q, want %q", steps, want)
	}
}

// TestProtectedRegistryMoves checks that in a protected stack the preview fails with Pulumi's
// command to unprotect the old resources. Then the stack moves and stays protected.
func TestProtectedRegistryMoves(t *testing.T) {
	t.Parallel()
	stack, azure, _, _ := formerlyWithRegistry(t, protected)
	e2e.Set(t, stack, "protect", "true")
	before := azure.IDs()
	_, err := stack.Preview(t.Context())
	if err == nil || !strings.Contains(err.Error(), "pulumi state unprotect '") || !slices.Equal(azure.IDs(), before) {
		t.Fatalf("preview: %v", err)
	}
	e2e.NoError(t, stack.Unprotect(t.Context()))
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 1, "create": e2e.RegistryResources, "update": 1, "delete": 2})
	e2e.WantError(t, e2e.Err(stack.Destroy(t.Context())), "protect", "destroy")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources + e2e.RegistryResources})
}

// protected returns a state in which all resources are protected.
func protected(state []byte) []byte {
	return regexp.MustCompile(`(?m)^ *"type": "(azure|argocd-on-aks:)`).ReplaceAll(state, []byte(`"protect": true, $0`))
}
