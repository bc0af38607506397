package lifecycle

import (
	"fmt"
	"testing"

	"github.com/OWNER/argocd-on-aks/examples/fleet/deploy"
	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// fleetResources counts the stack, two clusters and two extensions (two and three resources each,
// with their components), and the app (its component, resources and two credentials).
const fleetResources = 1 + 2*(3+2) + (1 + 4 + 2)

// TestFleet deploys the example program and signs in to each Argo CD through the shared
// application.
func TestFleet(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	stack := e2e.OpenProgram(t, azure, deploy.Fleet, e2e.Root(t)+"/examples/fleet", "europe")
	ports := []int{e2e.FreePort(t), e2e.FreePort(t)}
	for i, port := range ports {
		e2e.Set(t, stack, fmt.Sprintf("clusters[%d].domain", i), fmt.Sprintf("localhost:%d", port))
	}
	e2e.Want(t, stack.Up, map[string]int{"create": fleetResources})
	e2e.Want(t, stack.Up, map[string]int{"same": fleetResources})

	internet := e2e.Connect(t, azure)
	extensions, err := azure.Extensions()
	if err != nil || len(extensions) != 2 {
		t.Fatalf("extensions: %v, %v", extensions, err)
	}
	for i, extension := range extensions {
		// Sorted by name, north precedes west.
		server := e2e.StartOne(t, azure, internet, extension, ports[len(ports)-1-i])
		if err := e2e.Web(t.Context(), azure, internet, server); err != nil {
			t.Errorf("%s: %v", extension.Cluster, err)
		}
	}
	e2e.Want(t, stack.Destroy, map[string]int{"delete": fleetResources})
	e2e.Nothing(t, azure)
}

// TestFleetWithRegistry checks that all Argo CDs pull with one application, which trusts each
// repo-server, and that users sign in through the other application.
func TestFleetWithRegistry(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	stack := e2e.OpenProgram(t, azure, deploy.Fleet, e2e.Root(t)+"/examples/fleet", "europe")
	e2e.Want(t, stack.Up, map[string]int{"create": fleetResources})
	registry := azure.AddRegistry("contoso")
	e2e.Set(t, stack, "containerRegistry", registry)
	// Includes a second credential for the second cluster.
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.RegistryResources + 1, "update": 2, "same": fleetResources - 2})
	internet := e2e.Connect(t, azure)
	extensions, err := azure.Extensions()
	if err != nil || len(extensions) != 2 {
		t.Fatalf("extensions: %v, %v", extensions, err)
	}
	for _, extension := range extensions {
		repoServer := argocd.Pod{Azure: azure, Internet: internet, Extension: extension, Dir: t.TempDir(), ServiceAccount: "argocd-repo-server"}
		if err := e2e.Pull(t.Context(), repoServer, registry); err != nil {
			t.Errorf("%s: %v", extension.Cluster, err)
		}
	}
}
