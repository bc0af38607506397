package gitops

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
)

// TestGitOps has prod's users set up, sync and change what is in examples/bootstrap,
// each as far as the configured roles let them.
func TestGitOps(t *testing.T) {
	t.Parallel()
	m := deployed(t)
	m.run(t, m.install(t))
	repository := m.repository(t)
	alice, bob, carol := m.signIn(t, "alice"), m.signIn(t, "bob"), m.signIn(t, "carol")

	if printed, err := m.shell(t, command(t, "With kubectl")); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	m.settled(t, "root", "Synced", "Healthy")
	m.settled(t, "cart", "OutOfSync", "Missing")
	m.settled(t, "checkout", "OutOfSync", "Missing")

	for cli, want := range map[*argocd.CLI][]string{alice: {"cart", "checkout", "root"}, bob: {"cart", "checkout", "root"}, carol: {"cart", "checkout"}} {
		if seen := strings.Fields(do(t, cli, "app", "list", "--output", "name")); !slices.Equal(sorted(seen), qualified(want)) {
			t.Errorf("sees %v, want %v", seen, want)
		}
	}
	refused(t, bob, "app", "sync", "cart", "--async")
	refused(t, bob, "app", "sync", "root", "--async")
	refused(t, carol, "app", "sync", "root", "--async")
	refused(t, carol, "app", "delete", "cart", "--yes")
	refused(t, carol, "proj", "delete", "shop")

	do(t, carol, "app", "sync", "cart", "--async")
	m.settled(t, "cart", "Synced", "Healthy")
	m.settled(t, "checkout", "OutOfSync", "Missing")
	m.currency(t, "EUR")
	if err := repository.Change(t.Context(), "cart/settings.yaml", "EUR", "USD"); err != nil {
		t.Fatal(err)
	}
	do(t, carol, "app", "sync", "cart", "--async")
	m.currency(t, "USD")
	m.settled(t, "cart", "Synced", "Healthy")

	// In the browser, argocd-server redeems the code with the API server's token.
	if info, err := m.browser(t, "alice").SignIn(t.Context(), m.url); err != nil || info.Username != "alice@contoso.example" {
		t.Errorf("alice in the browser: %+v, %v", info, err)
	}
	if _, err := m.browser(t, "dave").SignIn(t.Context(), m.url); err == nil || !strings.Contains(err.Error(), "AADSTS50105") {
		t.Errorf("a user in no assigned group: %v", err)
	}
}

func (m *team) settled(t *testing.T, application, sync, health string) {
	t.Helper()
	if err := Settled(t.Context(), m.cluster, application, sync, health); err != nil {
		t.Fatal(err)
	}
}

// currency is what the ConfigMap in the cluster says, sooner or later.
func (m *team) currency(t *testing.T, want string) {
	t.Helper()
	configMaps := schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	if err := m.cluster.Until(t.Context(), configMaps, "shop", "cart", func(configMap map[string]any) bool {
		return text(configMap, "data", "currency") == want
	}); err != nil {
		t.Fatal(err)
	}
}

func do(t *testing.T, cli *argocd.CLI, command ...string) string {
	t.Helper()
	printed, err := cli.Run(t.Context(), command...)
	if err != nil {
		t.Fatal(err)
	}
	return printed
}

func refused(t *testing.T, cli *argocd.CLI, command ...string) {
	t.Helper()
	if _, err := cli.Run(t.Context(), command...); err == nil || !strings.Contains(err.Error(), "PermissionDenied") {
		t.Errorf("%v is not refused: %v", command, err)
	}
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

func qualified(names []string) []string {
	for i, name := range names {
		names[i] = "argocd/" + name
	}
	return names
}
