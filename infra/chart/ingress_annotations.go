package chart

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	redirectsToTLS = regexp.MustCompile(`(ssl|tls|https).*redirect|redirect.*(ssl|tls|https)|force-https|http-to-https`)
	servesHTTP     = regexp.MustCompile(`insecure|^protocols$`)
	redirectDetail = regexp.MustCompile(`redirect.*-(code|port)$`)
	backendScheme  = regexp.MustCompile(`backend-protocol|backends?-scheme|secure-backends|server-ssl|servers?\.?scheme`)
	controllerText = regexp.MustCompile(`snippet|^skipper-|^config$|^config-(backend|defaults|frontend|global|peers|proxy|sections|tcp)`)
	otherServer    = regexp.MustCompile(`redirect|mirror|^auth-(url|signin)|^oauth|error-page|login-url|default-backend|set-header|^cr-backend|^destination$|^cookie-path|proxy-cookie-(path|domain)|cors-allow-origin`)
	rewrites       = regexp.MustCompile(`rewrite|app-root`)
	moreHosts      = regexp.MustCompile(`alias|hostname-extension`)
)

// refusal returns the reason why the Ingress must not have an annotation, or "". With
// some, controllers would serve Argo CD without TLS, send requests with their sessions to
// another server, or not reach it.
// https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
// https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
// https://haproxy-ingress.github.io/docs/configuration/keys/
// https://learn.microsoft.com/azure/application-gateway/ingress-controller-annotations
func (i Ingress) refusal(key, value string) string {
	name := strings.ToLower(key[strings.Index(key, "/")+1:])
	switch {
	case undoesTLS(name, value):
		return "would undo TLS: users' sign-in needs https"
	case otherServer.MatchString(name) && !redirectsToTLS.MatchString(name), rewrites.MatchString(name) && strings.Contains(value, "//"):
		return "would send users, or requests with their sessions, to another server"
	case moreHosts.MatchString(name):
		return "would add hosts for which there is no TLS; use additionalDomains"
	case controllerText.MatchString(name):
		return "is the controller's own configuration as text, which could undo TLS"
	case (strings.Contains(name, "ssl-passthrough") || strings.Contains(name, "tls-passthrough")) && !is(false, value) && i.TLS != "passthrough":
		return "needs tls passthrough: with edge, Argo CD serves plain HTTP to the controller"
	case backendScheme.MatchString(name) && !strings.EqualFold(value, "http") && !is(false, value) && i.TLS != "passthrough":
		return "has the controller speak TLS to Argo CD, which serves plain HTTP with tls edge"
	case key == "kubernetes.io/ingress.class":
		return "is what className says"
	case i.CertManagerIssuer != "" && (key == "cert-manager.io/cluster-issuer" || key == "cert-manager.io/issuer"):
		return "is what certManagerIssuer says"
	case strings.Contains(key, "helm.sh/"):
		return "would change " + changesHelm
	}
	if err := checkValue([]string{"server", "ingress", "annotations", key}, value); err != nil {
		return err.Error()
	}
	return ""
}

// undoesTLS reports whether an annotation leaves a way to Argo CD without TLS. A switch
// must be spelled so that every controller reads it, or it counts as the wrong one.
func undoesTLS(name, value string) bool {
	switch {
	case redirectDetail.MatchString(name):
		_, err := strconv.Atoi(value)
		return err != nil
	case redirectsToTLS.MatchString(name), strings.HasSuffix(name, "router.tls"):
		return !is(true, value)
	case strings.HasSuffix(name, "allow-http"):
		return !is(false, value)
	case servesHTTP.MatchString(name):
		return true
	case strings.HasSuffix(name, "router.entrypoints"):
		return !onlySecure(value)
	}
	return false
}

// is reports whether controllers read a value as this boolean: they use Go's
// strconv.ParseBool, which also reads 1, t, T, 0, f and F.
func is(want bool, value string) bool {
	got, err := strconv.ParseBool(value)
	return err == nil && got == want
}

// onlySecure reports whether Traefik's entry points are those with TLS, by the names of
// its own chart.
func onlySecure(entryPoints string) bool {
	for _, one := range strings.Split(entryPoints, ",") {
		if one = strings.TrimSpace(one); one == "web" || one == "http" || one == "" {
			return false
		}
	}
	return true
}
