package gitops

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/chromium"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

var screenshots = flag.String("screenshots", "", "folder to write the documents' picture to")

// TestBrowser has a release manager sync and change the shop in the browser, where a
// developer is refused.
func TestBrowser(t *testing.T) {
	chromium.Needed(t)
	m := deployed(t)
	m.run(t, m.install(t))
	repository := m.repository(t)
	alice := e2e.Login(t, m.stack, m.internet, "alice")
	e2e.Run(t, alice, "app", "create", "--file", filepath.Join(repository.Bootstrap, "root.yaml"))
	m.settled(t, "cart", "OutOfSync", "Missing")

	bob := chromium.Sit(t, m.internet)
	bob.Visit(m.url)
	bob.SignIn("bob")
	bob.Wait("root")
	bob.Visit(m.url + "/applications/argocd/cart")
	bob.PressUntil("Sync", "Synchronize")
	bob.Press("Synchronize")
	bob.Wait("Unable to sync: permission denied")

	carol := chromium.Sit(t, m.internet)
	carol.Visit(m.url)
	carol.SignIn("carol")
	carol.Wait("checkout")
	if shown := carol.Shown(); strings.Contains(shown, "root") {
		t.Errorf("a release manager sees what is not the shop's: %s", shown)
	}
	carol.Visit(m.url + "/applications/argocd/cart")
	carol.PressUntil("Sync", "Synchronize")
	carol.Press("Synchronize")
	carol.Wait("Sync OK", "Synced")
	m.settled(t, "cart", "Synced", "Healthy")
	if *screenshots != "" {
		carol.Screenshot(filepath.Join(*screenshots, "application.png"), 640)
	}

	e2e.NoError(t, repository.Change(t.Context(), "cart/settings.yaml", "EUR", "USD"))
	carol.Press("Refresh")
	m.settled(t, "cart", "OutOfSync", "Healthy") // the word alone is one of the page's filters, too
	carol.Wait("OutOfSync")
	carol.PressUntil("Sync", "Synchronize")
	carol.Press("Synchronize")
	m.currency(t, "USD")
	m.settled(t, "cart", "Synced", "Healthy")
}
