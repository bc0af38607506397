package stack

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// onDomain returns the walkthrough's configuration on a public domain.
func onDomain(changes map[string]string) map[string]string {
	config := map[string]string{"domain": "argocd.example.com"}
	for key, value := range changes {
		config[key] = value
	}
	return config
}

func TestInvalidIngress(t *testing.T) {
	t.Parallel()
	const good = `{"className":"traefik","tlsSecret":"argocd-tls"}`
	for name, c := range map[string]struct {
		config map[string]string
		want   string
	}{
		"port-forward":              {map[string]string{"domain": "localhost:9000", "ingress": good}, `argocd-on-aks:ingress requires a domain without a port that is not localhost; "localhost:9000" does not qualify`},
		"local name":                {map[string]string{"domain": "argocd.localhost", "ingress": good}, `argocd-on-aks:ingress requires a domain`},
		"port":                      {map[string]string{"domain": "argocd.example.com:8443", "ingress": good}, `argocd-on-aks:ingress requires a domain without a port`},
		"no class":                  {map[string]string{"ingress": `{"tlsSecret":"argocd-tls"}`}, `argocd-on-aks:ingress.className "" is not a valid IngressClass name`},
		"class of no shape":         {map[string]string{"ingress": `{"className":"Traefik","tlsSecret":"argocd-tls"}`}, `argocd-on-aks:ingress.className "Traefik"`},
		"no TLS":                    {map[string]string{"ingress": `{"className":"traefik"}`}, `argocd-on-aks:ingress.tlsSecret or ingress.certManagerIssuer is required`},
		"secret of no shape":        {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd/tls"}`}, `argocd-on-aks:ingress.tlsSecret "argocd/tls" is not a valid Secret name`},
		"issuer of no shape":        {map[string]string{"ingress": `{"className":"traefik","certManagerIssuer":"Let's Encrypt"}`}, `argocd-on-aks:ingress.certManagerIssuer "Let's Encrypt" is not a valid ClusterIssuer name`},
		"TLS elsewhere":             {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd-tls","tls":"reencrypt"}`}, `argocd-on-aks:ingress.tls "reencrypt" must be one of edge, passthrough`},
		"passthrough with a secret": {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd-tls","tls":"passthrough"}`}, `argocd-on-aks:ingress.tlsSecret must be argocd-server-tls with passthrough`},
		"annotation of no shape":    {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd-tls","annotations":{"a=b,global.domain":"x"}}`}, `argocd-on-aks:ingress.annotations "a=b,global.domain" is not a valid annotation name`},
		"misspelled":                {map[string]string{"ingress": `{"class":"traefik","tlsSecret":"argocd-tls"}`}, `argocd-on-aks:ingress.class is not a valid field; did you mean className?`},
		"a setting below":           {map[string]string{"ingress": good, "extraSettings": `{"server.ingress.tls":"true"}`}, `argocd-on-aks:extraSettings "server.ingress.tls" would change the ingress`},
		"a list as a setting":       {map[string]string{"extraSettings": `{"server.extraArgs":["--x"]}`}, `argocd-on-aks:extraSettings "server.extraArgs" must be a string, a number or a boolean`},
		"server.insecure unescaped": {map[string]string{"ingress": good, "extraSettings": `{"configs.params.server.insecure":"false"}`}, `it would change configs.params.server\.insecure`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, onDomain(c.config), c.want)
		})
	}
}

// TestIngressReachesArgoCD: annotations can be booleans, which the CLI writes for true.
func TestIngressReachesArgoCD(t *testing.T) {
	t.Parallel()
	ingress := `{"className":"traefik","tlsSecret":"argocd-server-tls","tls":"passthrough","annotations":{"a.example/ssl-passthrough":true}}`
	settings := deploy(t, onDomain(map[string]string{"ingress": ingress})).Settings(t)
	if settings["server.ingress.ingressClassName"] != "traefik" || settings[`server.ingress.annotations.a\.example/ssl-passthrough`] != "true" ||
		settings[`configs.params.server\.insecure`] != "false" {
		t.Errorf("settings %v", settings)
	}
	if settings := deploy(t, onDomain(map[string]string{"ingress": `{}`})).Settings(t); settings["server.ingress.enabled"] != "false" {
		t.Errorf("without an ingress: %v", settings)
	}
}

// TestLoginCommand: through an ingress controller, the CLI needs gRPC-Web and a trusted
// certificate; through a port-forward, it needs neither.
func TestLoginCommand(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]struct{ login, forward string }{
		"argocd.example.com": {"argocd login argocd.example.com --sso --grpc-web", ""},
		"localhost:9000":     {"argocd login localhost:9000 --sso --insecure", "kubectl port-forward svc/argocd-server -n argocd 9000:443"},
		"localhost":          {"argocd login localhost --sso --insecure", "kubectl port-forward svc/argocd-server -n argocd 443:443"},
	} {
		outputs := exports(t, &mocks.Recorder{}, map[string]string{"domain": domain})
		if outputs["loginCommand"] != want.login || outputs["portForwardCommand"] != want.forward {
			t.Errorf("%s: outputs %q, want %q", domain, outputs, want)
		}
	}
}
