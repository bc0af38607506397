package gitops

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/chromium"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

var screenshots = flag.String("screenshots", "", "folder for the screenshot")

// TestBrowser checks in the browser that a release manager can sync the shop, and that a
// developer cannot.
func TestBrowser(t *testing.T) {
	chromium.Require(t)
	m := deployed(t)
	m.run(t, m.install(t))
	repository := m.repository(t)
	alice := e2e.Login(t, m.stack, m.internet, "alice")
	e2e.Run(t, alice, "app", "create", "--file", filepath.Join(repository.Bootstrap, "root.yaml"))
	m.waitFor(t, "cart", "OutOfSync", "Missing")

	bob := chromium.Open(t, m.internet)
	bob.Visit(m.url)
	bob.SignIn("bob")
	bob.Wait("root")
	bob.Visit(m.url + "/applications/argocd/cart")
	bob.PressUntil("Sync", "Synchronize")
	bob.Press("Synchronize")
	bob.Wait("Unable to sync: permission denied")

	carol := chromium.Open(t, m.internet)
	carol.Visit(m.url)
	carol.SignIn("carol")
	carol.Wait("checkout")
	if shown := carol.Shown(); strings.Contains(shown, "root") {
		t.Errorf("a release manager sees applications outside the shop: %s", shown)
	}
	carol.Visit(m.url + "/applications/argocd/cart")
	carol.PressUntil("Sync", "Synchronize")
	carol.Press("Synchronize")
	carol.Wait("Sync OK", "Synced")
	m.waitFor(t, "cart", "Synced", "Healthy")
	if *screenshots != "" {
		carol.Screenshot(filepath.Join(*screenshots, "application.png"), 640)
	}

	e2e.NoError(t, repository.Change(t.Context(), "cart/settings.yaml", "EUR", "USD"))
	carol.Press("Refresh")
	m.waitFor(t, "cart", "OutOfSync", "Healthy") // the page also has a filter named OutOfSync
	carol.Wait("OutOfSync")
	carol.PressUntil("Sync", "Synchronize")
	carol.Press("Synchronize")
	m.currency(t, "USD")
	m.waitFor(t, "cart", "Synced", "Healthy")
}
