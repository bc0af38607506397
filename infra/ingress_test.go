package infra

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// onDomain is the walkthrough's configuration on a real domain.
func onDomain(changes map[string]string) map[string]string {
	config := map[string]string{"domain": "argocd.example.com"}
	for key, value := range changes {
		config[key] = value
	}
	return config
}

// TestIngress compares all that an ingress adds to the chart's settings.
func TestIngress(t *testing.T) {
	t.Parallel()
	const insecure = `configs.params.server\.insecure`
	for name, c := range map[string]struct {
		ingress string
		want    map[string]string
	}{
		"a secret": {`{"className":"traefik","tlsSecret":"argocd-tls"}`, map[string]string{
			"server.ingress.extraTls[0].hosts[0]": "argocd.example.com", "server.ingress.extraTls[0].secretName": "argocd-tls", insecure: "true",
		}},
		"TLS at the edge, in words": {`{"className":"traefik","tlsSecret":"argocd-tls","tls":"edge"}`, map[string]string{
			"server.ingress.extraTls[0].hosts[0]": "argocd.example.com", "server.ingress.extraTls[0].secretName": "argocd-tls", insecure: "true",
		}},
		"Argo CD's own secret": {`{"className":"traefik","tlsSecret":"argocd-server-tls"}`, map[string]string{
			"server.ingress.tls": "true", insecure: "true",
		}},
		"cert-manager": {`{"className":"traefik","certManagerIssuer":"letsencrypt"}`, map[string]string{
			"server.ingress.tls": "true", insecure: "true", `server.ingress.annotations.cert-manager\.io/cluster-issuer`: "letsencrypt",
		}},
		// Argo CD ends TLS itself, so it must keep on speaking it.
		"passthrough": {
			`{"className":"traefik","tlsSecret":"argocd-server-tls","tls":"passthrough","annotations":{"nginx.ingress.kubernetes.io/ssl-passthrough":"true"}}`,
			map[string]string{
				"server.ingress.tls": "true", insecure: "false", `server.ingress.annotations.nginx\.ingress\.kubernetes\.io/ssl-passthrough`: "true",
			},
		},
		"passthrough with cert-manager": {`{"className":"traefik","certManagerIssuer":"letsencrypt","tls":"passthrough"}`, map[string]string{
			"server.ingress.tls": "true", insecure: "false", `server.ingress.annotations.cert-manager\.io/cluster-issuer`: "letsencrypt",
		}},
		"annotations": {`{"className":"traefik","tlsSecret":"argocd-server-tls","annotations":{"a.example/b.c_d":"x, y=z","plain":""}}`, map[string]string{
			"server.ingress.tls": "true", insecure: "true", `server.ingress.annotations.a\.example/b\.c_d`: "x, y=z", "server.ingress.annotations.plain": "",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.want["server.ingress.enabled"], c.want["server.ingress.ingressClassName"] = "true", "traefik"
			deploy(t, onDomain(map[string]string{"ingress": c.ingress})).hasSettings(t, onDomain(nil), c.want)
		})
	}
}

// TestNoIngress: without the key, what it would manage is the user's own.
func TestNoIngress(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, onDomain(map[string]string{"ingress": `{}`, "extraSettings": `{"server.ingress.tls":"true","configs.params.server\\.insecure":"true"}`}))
	mocks.hasSettings(t, onDomain(nil), map[string]string{"server.ingress.tls": "true", `configs.params.server\.insecure`: "true"})
}

func TestBadIngress(t *testing.T) {
	t.Parallel()
	const good = `{"className":"traefik","tlsSecret":"argocd-tls"}`
	for name, c := range map[string]struct {
		config map[string]string
		want   string
	}{
		"port-forward":              {map[string]string{"domain": "localhost:9000", "ingress": good}, `argocd-on-aks:ingress needs a domain without a port that is not localhost, not "localhost:9000"`},
		"local name":                {map[string]string{"domain": "argocd.localhost", "ingress": good}, `argocd-on-aks:ingress needs a domain`},
		"port":                      {map[string]string{"domain": "argocd.example.com:8443", "ingress": good}, `argocd-on-aks:ingress needs a domain without a port`},
		"no class":                  {map[string]string{"ingress": `{"tlsSecret":"argocd-tls"}`}, `argocd-on-aks:ingress.className "" is not the name of an IngressClass`},
		"class of no shape":         {map[string]string{"ingress": `{"className":"Traefik","tlsSecret":"argocd-tls"}`}, `argocd-on-aks:ingress.className "Traefik"`},
		"no TLS":                    {map[string]string{"ingress": `{"className":"traefik"}`}, `argocd-on-aks:ingress.tlsSecret or certManagerIssuer, one of both`},
		"two certificates":          {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd-tls","certManagerIssuer":"letsencrypt"}`}, `argocd-on-aks:ingress.tlsSecret or certManagerIssuer, one of both`},
		"secret of no shape":        {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd/tls"}`}, `argocd-on-aks:ingress.tlsSecret "argocd/tls" is not the name of a secret`},
		"issuer of no shape":        {map[string]string{"ingress": `{"className":"traefik","certManagerIssuer":"Let's Encrypt"}`}, `argocd-on-aks:ingress.certManagerIssuer "Let's Encrypt" is not the name of a ClusterIssuer`},
		"TLS elsewhere":             {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd-tls","tls":"reencrypt"}`}, `argocd-on-aks:ingress.tls "reencrypt" is not one of edge, passthrough`},
		"passthrough with a secret": {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd-tls","tls":"passthrough"}`}, `argocd-on-aks:ingress.tlsSecret must be argocd-server-tls with passthrough`},
		"annotation of no shape":    {map[string]string{"ingress": `{"className":"traefik","tlsSecret":"argocd-tls","annotations":{"a=b,global.domain":"x"}}`}, `argocd-on-aks:ingress.annotations "a=b,global.domain" is not an annotation's name`},
		"misspelt":                  {map[string]string{"ingress": `{"class":"traefik","tlsSecret":"argocd-tls"}`}, `argocd-on-aks:ingress cannot be read (json: unknown field "class")`},
		"a setting below":           {map[string]string{"ingress": good, "extraSettings": `{"server.ingress.tls":"true"}`}, `argocd-on-aks:extraSettings "server.ingress.tls" is managed by this program: it would change server.ingress`},
		"a list as a setting":       {map[string]string{"extraSettings": `{"server.extraArgs":["--x"]}`}, `argocd-on-aks:extraSettings cannot be read ("server.extraArgs" is not a text`},
		"server.insecure":           {map[string]string{"ingress": good, "extraSettings": `{"configs.params.server\\.insecure":"false"}`}, `it would change configs.params.server\.insecure`},
		"server.insecure unescaped": {map[string]string{"ingress": good, "extraSettings": `{"configs.params.server.insecure":"false"}`}, `it would change configs.params.server\.insecure`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, onDomain(c.config), c.want)
		})
	}
}

// TestIngressOfComponent: a program of its own gets the same answers, named as
// its arguments.
func TestIngressOfComponent(t *testing.T) {
	t.Parallel()
	program := func(ctx *pulumi.Context) error {
		id := pulumi.String("x")
		_, err := NewArgoExtension(ctx, "argocd", &ArgoExtensionArgs{
			ResourceGroupName: id, ClusterName: id, ClientID: id, TenantID: id, Domain: "localhost:9000",
			Roles:         []RoleMapping{{GroupObjectID: adminsID, Role: "admin"}},
			Ingress:       &Ingress{TLSSecret: "argocd-tls"},
			RegistryLogin: true,
			ExtraSettings: map[string]string{"server.ingress.tls": "true", "repoServer.env[0].name": "x"},
		})
		return err
	}
	_ = (&recorder{}).refused(t, nil, program,
		`needs a domain without a port that is not localhost`, `argument Ingress.className ""`, `argument ExtraSettings: "server.ingress.tls"`, `argument ExtraSettings: "repoServer.env[0].name"`)
}

// TestLoginCommand: through an ingress controller the CLI needs gRPC-Web, and a
// certificate that it trusts; through a port-forward neither.
func TestLoginCommand(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]struct{ login, forward string }{
		"argocd.example.com": {"argocd login argocd.example.com --sso --grpc-web", ""},
		"localhost:9000":     {"argocd login localhost:9000 --sso --insecure", "kubectl port-forward svc/argocd-server -n argocd 9000:443"},
		"localhost":          {"argocd login localhost --sso --insecure", "kubectl port-forward svc/argocd-server -n argocd 443:443"},
	} {
		var login, forward pulumi.String
		_, err := run(walkthrough(map[string]string{"domain": domain}), func(ctx *pulumi.Context) error {
			err := Deploy(ctx)
			login, _ = ctx.GetCurrentExportMap()["loginCommand"].(pulumi.String)
			forward, _ = ctx.GetCurrentExportMap()["portForwardCommand"].(pulumi.String)
			return err
		})
		if err != nil || string(login) != want.login || string(forward) != want.forward {
			t.Errorf("%s: %q and %q (%v), want %q", domain, login, forward, err, want)
		}
	}
}
