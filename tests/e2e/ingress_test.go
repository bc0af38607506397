package e2e

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestIngress reaches prod's Argo CD on its domain, and sees what is wrong when
// the cluster has not what the ingress names.
func TestIngress(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	internet := connect(t, azure)
	server := start(t, azure, internet, freePort(t))
	for name, c := range map[string]struct {
		controller argocd.Controller
		want       string
	}{
		"another class": {argocd.Controller{Class: "haproxy", Secrets: []string{"argocd-tls"}}, "no controller has class traefik"},
		"no secret":     {argocd.Controller{Class: "traefik"}, `no certificate for argocd.example.com: secret "argocd-tls"`},
	} {
		if err := c.controller.Serve(internet, installed(t, azure), server); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}

	expired := prodController
	expired.Expires = time.Now().Add(-time.Hour)
	expose(t, azure, internet, server, expired)
	failing(t, "certificate", "expired")(verify.Run(t.Context(), internet.Transport(), verify.Patience, outputs(t, stack)), 1)

	expose(t, azure, internet, server, prodController)
	if checks := verify.Run(t.Context(), internet.Transport(), verify.Patience, outputs(t, stack)); verify.Failed(checks) {
		t.Errorf("verify: %+v", checks)
	}
}

// TestCertManager has cert-manager make the certificate.
func TestCertManager(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	set(t, stack, "ingress.tlsSecret", "")
	set(t, stack, "ingress.certManagerIssuer", "letsencrypt")
	want(t, stack.Up, map[string]int{"create": prodResources})
	internet := connect(t, azure)
	server := start(t, azure, internet, freePort(t))
	expose(t, azure, internet, server, argocd.Controller{Class: "traefik", Issuers: []string{"letsencrypt"}})
	if _, err := browse(t, internet, "alice").SignIn(t.Context(), output(t, stack, "argocdUrl")); err != nil {
		t.Error(err)
	}
}

// TestPassthrough ends TLS in Argo CD, with the team's certificate.
func TestPassthrough(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	for key, value := range map[string]string{
		"ingress.className": "haproxy", "ingress.tlsSecret": "argocd-server-tls", "ingress.tls": "passthrough",
		`ingress.annotations["haproxy-ingress.github.io/ssl-passthrough"]`: "true",
	} {
		set(t, stack, key, value)
	}
	want(t, stack.Up, map[string]int{"create": prodResources})
	internet := connect(t, azure)
	expose(t, azure, internet, start(t, azure, internet, freePort(t)), argocd.Controller{Class: "haproxy"})
	if _, err := browse(t, internet, "alice").SignIn(t.Context(), output(t, stack, "argocdUrl")); err != nil {
		t.Error(err)
	}
	if checks := verify.Run(t.Context(), internet.Transport(), verify.Patience, outputs(t, stack)); verify.Failed(checks) {
		t.Errorf("verify: %+v", checks)
	}
}

// TestRedirectLoop shows what the setting server.insecure is for: without it,
// Argo CD sends the controller, which speaks plain HTTP to it, back to itself.
func TestRedirectLoop(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	if err := azure.Change(azuresim.ArgoExtension, setting(`configs.params.server\.insecure`, "false")); err != nil {
		t.Fatal(err)
	}
	internet := connect(t, azure)
	expose(t, azure, internet, start(t, azure, internet, freePort(t)), prodController)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := browse(t, internet, "alice").SignIn(ctx, output(t, stack, "argocdUrl"))
	if err == nil || !strings.Contains(err.Error(), "redirects") {
		t.Errorf("got %v, want a redirect loop", err)
	}
}

// TestGatewayAPI has the settings of docs/production.md reach the chart.
func TestGatewayAPI(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	if err := stack.Set(t.Context(), "ingress", ""); err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{
		"server.httproute.enabled": "true", `configs.params.server\.insecure`: "true",
		"server.httproute.parentRefs[0].name": "public", "server.httproute.parentRefs[0].namespace": "gateways",
	} {
		set(t, stack, `extraSettings["`+key+`"]`, value)
	}
	want(t, stack.Up, map[string]int{"create": prodResources})
	values := installed(t, azure).Values
	server := values["server"].(map[string]any)
	route := map[string]any{"enabled": true, "parentRefs": []any{map[string]any{"name": "public", "namespace": "gateways"}}}
	if !reflect.DeepEqual(server["httproute"], route) || !reflect.DeepEqual(server["ingress"], map[string]any{"enabled": false}) {
		t.Errorf("server: %v", server)
	}
	params := values["configs"].(map[string]any)["params"].(map[string]any)
	if params["server.insecure"] != true {
		t.Errorf("configs.params: %v", params)
	}
}
