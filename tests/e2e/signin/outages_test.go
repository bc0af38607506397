package signin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// outages are the hosts that a sign-in and verify need, with the effect of an outage.
var outages = []struct {
	name string
	// checks are the checks of verify that do not pass, azureChecks those of verify --azure.
	checks, azureChecks []string
	// early is the browser's error during an outage, late the error if the outage begins before
	// Argo CD redeems the code. Empty: the sign-in succeeds.
	early, late string
}{
	{
		name: "login.microsoftonline.com", checks: []string{"Entra tenant", "workload identity"},
		early: "login.microsoftonline.com", late: "argocd.example.com",
	},
	{name: "argocd.example.com", checks: []string{"certificate"}, early: "argocd.example.com", late: "argocd.example.com"},
	// Entra requests the keys of the issuer and reports the outage.
	{name: "the cluster's issuer", checks: []string{"cluster issuer"}, early: "AADSTS50166", late: "AADSTS50166"},
	{
		name:        "graph.microsoft.com",
		azureChecks: []string{"accounts", "assignments", "client secrets", "consent", "directory permissions", "exposed API", "federated credentials", "groups claim", "owners", "policies", "redirect URIs", "second application"},
	},
	{name: "management.azure.com", azureChecks: []string{"Azure roles", "cluster", "extension", "extension settings", "ways around sign-in"}},
}

// TestOutages checks each outage: no command hangs, the affected ones name the host, and everything
// works after the outage.
func TestOutages(t *testing.T) {
	t.Parallel()
	stack, azure, internet := e2e.OnItsDomain(t)
	deployed, argoCD := e2e.Outputs(t, stack), e2e.Output(t, stack, "argocdUrl")
	verifier := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
	verifier.Client = &http.Client{Transport: verify.ThroughProxy(internet.Transport()), Timeout: limit}
	signIn := func(redirected func(*url.URL)) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		browser := e2e.Browse(t, internet, "alice")
		browser.Redirected = redirected
		_, err := browser.SignIn(ctx, argoCD)
		return err
	}
	e2e.NoError(t, signIn(nil))
	for _, c := range outages {
		host := c.name
		if host == "the cluster's issuer" {
			issuer, err := url.Parse(deployed.OIDCIssuerURL)
			e2e.NoError(t, err)
			host = issuer.Host
		}
		for _, outage := range []azuresim.Outage{azuresim.Refused, azuresim.Hanging, azuresim.Broken} {
			t.Run(c.name+" "+outage.String(), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				restore := internet.Cut(host, outage)
				missed(t, host, c.checks, verify.Run(ctx, internet.Transport(), limit, deployed))
				missed(t, host, c.azureChecks, verifier.Run(t))
				e2e.WantError(t, signIn(nil), c.early, "sign-in")
				restore()
				e2e.WantError(t, signIn(func(to *url.URL) {
					if to.Path == "/auth/callback" {
						internet.Cut(host, outage)
					}
				}), c.late, "sign-in")
				restore()
				if err := signIn(nil); err != nil {
					t.Errorf("sign-in after the outage: %v", err)
				}
			})
		}
	}
}

// TestOutagesOfCLI checks that the argocd CLI names the unreachable host and ends if the connection
// fails. It waits for a connection that hangs.
func TestOutagesOfCLI(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	server := e2e.Start(t, azure, internet, port)
	login := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := argocd.NewCLI(internet, t.TempDir()).Login(ctx, e2e.Output(t, stack, "loginCommand"), e2e.Browse(t, internet, "alice"))
		return errors.Join(err, ctx.Err())
	}
	for _, outage := range []azuresim.Outage{azuresim.Refused, azuresim.Broken} {
		restore := internet.Cut("login.microsoftonline.com", outage)
		if err := login(); err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "login.microsoftonline.com") {
			t.Errorf("Entra %s: %v", outage, err)
		}
		restore()
	}
	if err := login(); err != nil {
		t.Errorf("sign-in after the outage: %v", err)
	}
	e2e.NoError(t, server.Stop())
	if err := login(); err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), server.Address) {
		t.Errorf("Argo CD stopped: %v", err)
	}
}
