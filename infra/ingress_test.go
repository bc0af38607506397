package infra

import "testing"

const onDomain = "argocd.example.com"

// withIngress is a stack on its domain.
func withIngress(ingress string, more map[string]string) map[string]string {
	config := map[string]string{"domain": onDomain, "ingress": ingress}
	for key, value := range more {
		config[key] = value
	}
	return config
}

func TestIngressSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ingress string
		want    map[string]string
	}{
		"secret": {`{"className":"traefik","tlsSecret":"argocd-tls"}`, map[string]string{
			`configs.params.server\.insecure`:       "true",
			"server.ingress.extraTls[0].hosts[0]":   onDomain,
			"server.ingress.extraTls[0].secretName": "argocd-tls",
		}},
		"the chart's own secret": {`{"className":"traefik","tlsSecret":"argocd-server-tls","tls":"edge"}`, map[string]string{
			`configs.params.server\.insecure`: "true",
			"server.ingress.tls":              "true",
		}},
		"cert-manager": {`{"className":"traefik","certManagerIssuer":"letsencrypt"}`, map[string]string{
			`configs.params.server\.insecure`:                            "true",
			"server.ingress.tls":                                         "true",
			`server.ingress.annotations.cert-manager\.io/cluster-issuer`: "letsencrypt",
		}},
		"passthrough": {`{"className":"traefik","tlsSecret":"argocd-server-tls","tls":"passthrough","annotations":{"haproxy-ingress.github.io/ssl-passthrough":"true"}}`, map[string]string{
			`configs.params.server\.insecure`: "false",
			"server.ingress.tls":              "true",
			`server.ingress.annotations.haproxy-ingress\.github\.io/ssl-passthrough`: "true",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.want["server.ingress.enabled"] = "true"
			c.want["server.ingress.ingressClassName"] = "traefik"
			deploy(t, withIngress(c.ingress, nil)).hasSettings(t, map[string]string{"domain": onDomain}, c.want)
		})
	}
}

func TestBadIngress(t *testing.T) {
	t.Parallel()
	const good = `{"className":"traefik","tlsSecret":"argocd-tls"}`
	for name, c := range map[string]struct {
		config map[string]string
		want   string
	}{
		"localhost":      {withIngress(good, map[string]string{"domain": "localhost"}), `ingress needs a domain without a port that is not localhost, not "localhost"`},
		"a port":         {withIngress(good, map[string]string{"domain": "argocd.example.com:8443"}), `not "argocd.example.com:8443"`},
		"no class":       {withIngress(`{"tlsSecret":"argocd-tls"}`, nil), `ingress.className "" is not the name of an IngressClass`},
		"a class of two": {withIngress(`{"className":"a b","tlsSecret":"argocd-tls"}`, nil), `ingress.className "a b"`},
		"no TLS":         {withIngress(`{"className":"traefik"}`, nil), "ingress.tlsSecret or certManagerIssuer, one of both"},
		"TLS twice":      {withIngress(`{"className":"traefik","tlsSecret":"a","certManagerIssuer":"b"}`, nil), "ingress.tlsSecret or certManagerIssuer, one of both"},
		"a bad secret":   {withIngress(`{"className":"traefik","tlsSecret":"A_B"}`, nil), `ingress.tlsSecret "A_B" is not the name of a secret`},
		"a bad issuer":   {withIngress(`{"className":"traefik","certManagerIssuer":"A_B"}`, nil), `ingress.certManagerIssuer "A_B" is not the name of a ClusterIssuer`},
		"another TLS":    {withIngress(`{"className":"traefik","tlsSecret":"a","tls":"none"}`, nil), `ingress.tls "none" is not one of edge, passthrough`},
		"a foreign secret": {withIngress(`{"className":"traefik","tlsSecret":"argocd-tls","tls":"passthrough"}`, nil),
			"ingress.tlsSecret must be argocd-server-tls with passthrough"},
		"a bad annotation": {withIngress(`{"className":"traefik","tlsSecret":"a","annotations":{"a b":"c"}}`, nil), `ingress.annotations "a b" is not an annotation's name`},
		"a misspelt field": {withIngress(`{"class":"traefik"}`, nil), `ingress cannot be read (json: unknown field "class")`},
		"settings below":   {withIngress(good, map[string]string{"extraSettings": `{"server.ingress.tls":"true"}`}), "it would change server.ingress"},
		"settings above":   {withIngress(good, map[string]string{"extraSettings": `{"server":"x"}`}), "it would change server.ingress"},
		"the edge undone":  {withIngress(good, map[string]string{"extraSettings": `{"configs.params.server\\.insecure":"false"}`}), `it would change configs.params.server\.insecure`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.config, "argocd-on-aks:", c.want)
		})
	}
}

// TestOwnIngress: without the key, the chart's ingress is the user's own.
func TestOwnIngress(t *testing.T) {
	t.Parallel()
	mocks := deploy(t, map[string]string{"domain": onDomain, "extraSettings": `{"server.ingress.enabled":true,"configs.params.server\\.insecure":"true"}`})
	mocks.hasSettings(t, map[string]string{"domain": onDomain}, map[string]string{"server.ingress.enabled": "true", `configs.params.server\.insecure`: "true"})
}
