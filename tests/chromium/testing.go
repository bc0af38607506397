package chromium

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Needed skips a test where there is no browser, or no page for it; `make test
// BROWSER=required` fails there.
func Needed(t testing.TB) {
	t.Helper()
	install := missing()
	if argocd.WebApplication() == "" {
		install = "Node.js and npm, for Argo CD's web application"
	}
	switch {
	case install != "" && os.Getenv("BROWSER") == "required":
		t.Fatalf("no browser: install %s, as make browser does", install)
	case install != "":
		t.Skipf("no browser: install %s, as make browser does", install)
	}
}

// Sit opens a browser for as long as a test takes.
func Sit(t testing.TB, internet *azuresim.Internet) *Browser {
	t.Helper()
	browser, err := open(t, internet, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := browser.end(); err != nil {
			t.Error(err)
		}
	})
	return browser
}
