package e2e

import (
	"fmt"
	"testing"

	"argocd-on-aks/examples/fleet/deploy"
	"argocd-on-aks/tests/azuresim"
)

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
	// The stack; two clusters and two extensions of two and three resources each
	// with their components; the app with its component and two credentials.
	resources := 1 + 2*(3+2) + (1 + 4 + 2)
	want(t, stack.Up, map[string]int{"create": resources})
	want(t, stack.Up, map[string]int{"same": resources})

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
	want(t, stack.Destroy, map[string]int{"delete": resources})
	nothingIn(t, azure)
}
