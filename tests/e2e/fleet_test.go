package e2e

import (
	"fmt"
	"testing"

	"github.com/OWNER/argocd-on-aks/examples/fleet/deploy"
	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// The fleet has the stack; two clusters and two extensions of two and three
// resources each with their components; the app with its component and two
// credentials.
const fleetResources = 1 + 2*(3+2) + (1 + 4 + 2)

// TestFleet deploys the example program and signs in to each of its Argo CDs
// through the one application.
func TestFleet(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	stack := openProgram(t, azure, deploy.Fleet, "../../examples/fleet", "europe")
	ports := []int{freePort(t), freePort(t)}
	for i, port := range ports {
		set(t, stack, fmt.Sprintf("clusters[%d].domain", i), fmt.Sprintf("localhost:%d", port))
	}
	want(t, stack.Up, map[string]int{"create": fleetResources})
	want(t, stack.Up, map[string]int{"same": fleetResources})

	internet := connect(t, azure)
	extensions, err := azure.Extensions()
	if err != nil || len(extensions) != 2 {
		t.Fatalf("extensions: %v, %v", extensions, err)
	}
	for i, extension := range extensions {
		// By name, north comes before west.
		server := startOne(t, azure, internet, extension, ports[len(ports)-1-i])
		if err := web(t.Context(), &signInCase{azure: azure, internet: internet, server: server}); err != nil {
			t.Errorf("%s: %v", extension.Cluster, err)
		}
	}
	want(t, stack.Destroy, map[string]int{"delete": fleetResources})
	nothingIn(t, azure)
}

// TestFleetWithRegistry: all Argo CDs pull as one application, which trusts the
// repo-server of each, and users sign in through the other.
func TestFleetWithRegistry(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	stack := openProgram(t, azure, deploy.Fleet, "../../examples/fleet", "europe")
	want(t, stack.Up, map[string]int{"create": fleetResources})
	registry := azure.AddRegistry("contoso")
	set(t, stack, "containerRegistry", registry)
	// A second credential, for the second cluster.
	want(t, stack.Up, map[string]int{"create": registryResources + 1, "update": 2, "same": fleetResources - 2})
	internet := connect(t, azure)
	extensions, err := azure.Extensions()
	if err != nil || len(extensions) != 2 {
		t.Fatalf("extensions: %v, %v", extensions, err)
	}
	for _, extension := range extensions {
		repoServer := argocd.Pod{Azure: azure, Internet: internet, Extension: extension, Dir: t.TempDir(), ServiceAccount: "argocd-repo-server"}
		if err := pull(t.Context(), repoServer, registry); err != nil {
			t.Errorf("%s: %v", extension.Cluster, err)
		}
	}
}
