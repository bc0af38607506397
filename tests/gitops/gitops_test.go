package gitops

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestGitOps creates, syncs and changes the applications of examples/bootstrap as several
// users of prod, and checks what their roles deny.
func TestGitOps(t *testing.T) {
	t.Parallel()
	m := deployed(t)
	m.run(t, m.install(t))
	repository := m.repository(t)
	alice, bob, carol := e2e.Login(t, m.stack, m.internet, "alice"), e2e.Login(t, m.stack, m.internet, "bob"), e2e.Login(t, m.stack, m.internet, "carol")

	if printed, err := m.shell(t, command(t, "With kubectl")); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	m.waitFor(t, "root", "Synced", "Healthy")
	m.waitFor(t, "cart", "OutOfSync", "Missing")
	m.waitFor(t, "checkout", "OutOfSync", "Missing")

	for cli, want := range map[*argocd.CLI][]string{alice: {"cart", "checkout", "root"}, bob: {"cart", "checkout", "root"}, carol: {"cart", "checkout"}} {
		if seen := strings.Fields(e2e.Run(t, cli, "app", "list", "--output", "name")); !slices.Equal(sorted(seen), qualified(want)) {
			t.Errorf("got the applications %v, want %v", seen, want)
		}
	}
	e2e.Refused(t, bob, "PermissionDenied", "app", "sync", "cart", "--async")
	e2e.Refused(t, bob, "PermissionDenied", "app", "sync", "root", "--async")
	e2e.Refused(t, carol, "PermissionDenied", "app", "sync", "root", "--async")
	e2e.Refused(t, carol, "PermissionDenied", "app", "delete", "cart", "--yes")
	e2e.Refused(t, carol, "PermissionDenied", "proj", "delete", "shop")

	e2e.Run(t, carol, "app", "sync", "cart", "--async")
	m.waitFor(t, "cart", "Synced", "Healthy")
	m.waitFor(t, "checkout", "OutOfSync", "Missing")
	m.currency(t, "EUR")
	e2e.NoError(t, repository.Change(t.Context(), "cart/settings.yaml", "EUR", "USD"))
	e2e.Run(t, carol, "app", "sync", "cart", "--async")
	m.currency(t, "USD")
	m.waitFor(t, "cart", "Synced", "Healthy")

	// In the web sign-in, argocd-server redeems the code with a token of the API server.
	if info, err := e2e.Browse(t, m.internet, "alice").SignIn(t.Context(), m.url); err != nil || info.Username != "alice@contoso.example" {
		t.Errorf("alice in the browser: %+v, %v", info, err)
	}
	e2e.WantError(t, e2e.Err(e2e.Browse(t, m.internet, "dave").SignIn(t.Context(), m.url)), "AADSTS50105", "a user in no assigned group")
}

func (m *team) waitFor(t *testing.T, application, sync, health string) {
	t.Helper()
	e2e.NoError(t, WaitFor(t.Context(), m.cluster, application, sync, health))
}

// currency waits until the ConfigMap in the cluster has this currency.
func (m *team) currency(t *testing.T, want string) {
	t.Helper()
	configMaps := schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	if err := m.cluster.Until(t.Context(), configMaps, "shop", "cart", func(configMap map[string]any) bool {
		return text(configMap, "data", "currency") == want
	}); err != nil {
		t.Fatal(err)
	}
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

func qualified(names []string) []string {
	for i, name := range names {
		names[i] = "argocd/" + name
	}
	return names
}
