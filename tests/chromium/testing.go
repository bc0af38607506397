package chromium

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Require skips a test if the browser or the web application is missing, or fails it with
// `make test BROWSER=required`.
func Require(t testing.TB) {
	t.Helper()
	install := missing()
	if argocd.WebApplication() == "" {
		install = "Node.js and npm, for Argo CD's web application"
	}
	switch {
	case install != "" && os.Getenv("BROWSER") == "required":
		t.Fatalf("no browser; install %s, for example with make browser", install)
	case install != "":
		t.Skipf("no browser; install %s, for example with make browser", install)
	}
}

// Open opens a browser for the duration of a test.
func Open(t testing.TB, internet *azuresim.Internet) *Browser {
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
