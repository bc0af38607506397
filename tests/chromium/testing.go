package chromium

import (
	"os"
	"testing"

	"argocd-on-aks/tests/argocd"
	"argocd-on-aks/tests/azuresim"
)

// Needed skips a test where there is no browser, or no page for it; `make test
// BROWSER=required` fails there.
func Needed(t testing.TB) {
	t.Helper()
	missing := Missing()
	if argocd.WebApplication() == "" {
		missing = "Node.js and npm, for Argo CD's web application"
	}
	switch {
	case missing != "" && os.Getenv("BROWSER") == "required":
		t.Fatalf("no browser: install %s, as make browser does", missing)
	case missing != "":
		t.Skipf("no browser: install %s, as make browser does", missing)
	}
}

// Sit opens a browser for as long as a test takes.
func Sit(t testing.TB, internet *azuresim.Internet) *Browser {
	t.Helper()
	browser, err := Open(t.Context(), internet, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := browser.Close(); err != nil {
			t.Error(err)
		}
	})
	return browser
}

// Steps are what a person does, in order.
func Steps(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}
