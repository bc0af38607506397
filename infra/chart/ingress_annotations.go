package chart

import (
	"regexp"
	"strings"
)

var (
	redirectsToTLS = regexp.MustCompile(`(ssl|tls|https).*redirect|redirect.*(ssl|tls|https)`)
	backendScheme  = regexp.MustCompile(`backend-protocol|backends?-scheme|secure-backends|server-ssl|server\.scheme`)
)

// refusal says why the Ingress must not have an annotation; empty: it may. With
// some, controllers would hand out Argo CD without TLS, or not reach it.
// https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
// https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
// https://haproxy-ingress.github.io/docs/configuration/keys/
// https://learn.microsoft.com/azure/application-gateway/ingress-controller-annotations
func (i Ingress) refusal(key, value string) string {
	name := strings.ToLower(key[strings.Index(key, "/")+1:])
	off := strings.EqualFold(value, "false")
	switch {
	case strings.Contains(value, "{{"):
		return "has {{ in its value, which the chart would run as a template"
	case redirectsToTLS.MatchString(name) && off,
		strings.HasSuffix(name, "allow-http") && !off,
		strings.HasSuffix(name, "router.tls") && off,
		strings.HasSuffix(name, "router.entrypoints") && !onlySecure(value):
		return "would undo TLS: users' sign-in needs https"
	case strings.Contains(name, "snippet"):
		return "is the controller's own configuration as text, which could undo TLS"
	case strings.Contains(name, "ssl-passthrough") && !off && i.TLS != "passthrough":
		return "needs tls passthrough: with edge, Argo CD serves plain HTTP to the controller"
	case backendScheme.MatchString(name) && i.TLS != "passthrough" && !strings.EqualFold(value, "http") && !off:
		return "has the controller speak TLS to Argo CD, which serves plain HTTP with tls edge"
	case key == "kubernetes.io/ingress.class":
		return "is what className says"
	case i.CertManagerIssuer != "" && (key == "cert-manager.io/cluster-issuer" || key == "cert-manager.io/issuer"):
		return "is what certManagerIssuer says"
	}
	return ""
}

// onlySecure says whether Traefik's entry points are those with TLS, by the
// names of its own chart.
func onlySecure(entryPoints string) bool {
	for _, one := range strings.Split(entryPoints, ",") {
		if one = strings.TrimSpace(one); one == "web" || one == "http" || one == "" {
			return false
		}
	}
	return true
}
