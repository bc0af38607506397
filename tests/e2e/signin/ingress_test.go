package signin

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestIngress reaches prod's Argo CD on its domain, and checks the errors if the cluster lacks the
// ingress class or the Secret.
func TestIngress(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	internet := e2e.Connect(t, azure)
	server := e2e.Start(t, azure, internet, e2e.FreePort(t))
	for name, c := range map[string]struct {
		controller argocd.Controller
		want       string
	}{
		"another class": {argocd.Controller{Class: "haproxy", Secrets: []string{"argocd-tls"}}, "no controller has class traefik"},
		"no secret":     {argocd.Controller{Class: "traefik"}, `no certificate for argocd.example.com: secret "argocd-tls"`},
	} {
		e2e.WantError(t, c.controller.Serve(internet, e2e.Installed(t, azure), server), c.want, "%s", name)
	}

	expired := e2e.ProdController
	expired.Expires = time.Now().Add(-time.Hour)
	e2e.Expose(t, azure, internet, server, expired)
	e2e.Failing(t, "certificate", "expired", e2e.Verify(t, stack, internet))

	e2e.Expose(t, azure, internet, server, e2e.ProdController)
	e2e.Verified(t, "verify", e2e.Verify(t, stack, internet))
}

// TestCertManager uses a certificate from cert-manager.
func TestCertManager(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "prod")
	e2e.Set(t, stack, "ingress.tlsSecret", "")
	e2e.Set(t, stack, "ingress.certManagerIssuer", "letsencrypt")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	internet, _ := e2e.Serve(t, azure, argocd.Controller{Class: "traefik", Issuers: []string{"letsencrypt"}})
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "alice").SignIn(t.Context(), e2e.Output(t, stack, "argocdUrl"))), "", "sign-in")
}

// TestPassthrough terminates TLS in Argo CD with a certificate of the user.
func TestPassthrough(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "prod")
	e2e.SetAll(t, stack, map[string]string{
		"ingress.className": "haproxy", "ingress.tlsSecret": "argocd-server-tls", "ingress.tls": "passthrough",
		`ingress.annotations["haproxy-ingress.github.io/ssl-passthrough"]`: "true",
	})
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	internet, _ := e2e.Serve(t, azure, argocd.Controller{Class: "haproxy"})
	e2e.WantError(t, e2e.Err(e2e.Browse(t, internet, "alice").SignIn(t.Context(), e2e.Output(t, stack, "argocdUrl"))), "", "sign-in")
	e2e.Verified(t, "verify", e2e.Verify(t, stack, internet))
}

// TestRedirectLoop shows why prod sets server.insecure: without it, Argo CD redirects the
// controller, which sends plain HTTP, to itself.
func TestRedirectLoop(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	e2e.Break(t, azure, azuresim.ArgoExtension, e2e.Setting(`configs.params.server\.insecure`, "false"))
	internet, _ := e2e.Serve(t, azure, e2e.ProdController)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := e2e.Browse(t, internet, "alice").SignIn(ctx, e2e.Output(t, stack, "argocdUrl"))
	e2e.WantError(t, err, "redirects", "sign-in")
}

// TestGatewayAPI checks that the settings of docs/networking.md reach the chart.
func TestGatewayAPI(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "prod")
	e2e.Unset(t, stack, "ingress")
	e2e.Paste(t, stack, recipe(t, "networking.md", "Gateway API", "```yaml"))
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources})
	values := e2e.Installed(t, azure).Values
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
