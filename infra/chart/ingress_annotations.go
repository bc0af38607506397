package chart

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// controller lists annotations of an ingress controller that change neither TLS nor the
// servers that receive users' sessions.
type controller struct {
	prefixes []string
	// free have any value on one line.
	free []string
	// limited have some values only.
	limited map[string]limit
}

// limit returns what is wrong with the value of an annotation, or "".
type limit func(i Ingress, value string) string

// controllers are the ingress controllers with annotations on the list. The Ingress must
// not have any other annotation of an ingress controller: new versions have new ones.
var controllers = []controller{
	{ // https://kubernetes.io/docs/reference/labels-annotations-taints/
		prefixes: []string{"kubernetes.io"},
		free:     []string{"tls-acme"},
		limited:  map[string]limit{"ingress.allow-http": mustBeFalse},
	},
	{ // https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
		prefixes: []string{"nginx.ingress.kubernetes.io"},
		free: []string{
			"affinity", "affinity-mode", "allowlist-source-range", "auth-tls-pass-certificate-to-upstream", "auth-tls-secret", "auth-tls-verify-client",
			"auth-tls-verify-depth", "client-body-buffer-size", "denylist-source-range", "enable-access-log", "enable-modsecurity", "enable-opentelemetry",
			"enable-owasp-core-rules", "enable-rewrite-log", "limit-allowlist", "limit-burst-multiplier", "limit-connections", "limit-rate", "limit-rate-after",
			"limit-rpm", "limit-rps", "limit-whitelist", "load-balance", "opentelemetry-operation-name", "opentelemetry-trust-incoming-span",
			"permanent-redirect-code", "proxy-body-size", "proxy-buffer-size", "proxy-buffering", "proxy-buffers-number", "proxy-busy-buffers-size",
			"proxy-connect-timeout", "proxy-http-version", "proxy-max-temp-file-size", "proxy-next-upstream", "proxy-next-upstream-timeout",
			"proxy-next-upstream-tries", "proxy-read-timeout", "proxy-request-buffering", "proxy-send-timeout", "service-upstream",
			"session-cookie-change-on-failure", "session-cookie-conditional-samesite-none", "session-cookie-expires", "session-cookie-max-age",
			"session-cookie-name", "session-cookie-samesite", "session-cookie-secure", "ssl-ciphers", "ssl-prefer-server-ciphers", "temporal-redirect-code",
			"whitelist-source-range",
		},
		limited: map[string]limit{
			"backend-protocol":   byTLS([]string{"HTTP", "GRPC"}, []string{"HTTPS", "GRPCS"}),
			"force-ssl-redirect": mustBeTrue,
			"rewrite-target":     mustBeRoot,
			"ssl-passthrough":    toArgoCD,
			"ssl-redirect":       mustBeTrue,
		},
	},
	{ // https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
		prefixes: []string{"nginx.org"},
		free: []string{
			"client-max-body-size", "fail-timeout", "hsts", "hsts-include-subdomains", "hsts-max-age", "keepalive", "lb-method", "limit-req-burst",
			"limit-req-rate", "max-conns", "max-fails", "proxy-buffer-size", "proxy-buffering", "proxy-buffers", "proxy-connect-timeout",
			"proxy-max-temp-file-size", "proxy-read-timeout", "proxy-send-timeout",
		},
		limited: map[string]limit{"redirect-to-https": mustBeTrue},
	},
	{ // https://learn.microsoft.com/azure/application-gateway/ingress-controller-annotations
		prefixes: []string{"appgw.ingress.kubernetes.io"},
		free: []string{
			"appgw-ssl-certificate", "appgw-ssl-profile", "appgw-trusted-root-certificate", "connection-draining", "connection-draining-timeout",
			"cookie-based-affinity", "cookie-based-affinity-distinct-name", "health-probe-hostname", "health-probe-interval", "health-probe-path",
			"health-probe-port", "health-probe-status-code", "health-probe-status-codes", "health-probe-timeout", "health-probe-unhealthy-threshold", "request-timeout",
			"rule-priority", "use-private-ip", "waf-policy-for-path",
		},
		limited: map[string]limit{
			"backend-protocol": byTLS([]string{"http"}, []string{"https"}),
			"ssl-redirect":     mustBeTrue,
		},
	},
	{ // https://learn.microsoft.com/azure/application-gateway/for-containers/
		prefixes: []string{"alb.networking.azure.io"},
		free:     []string{"alb-frontend", "alb-id", "alb-name", "alb-namespace"},
	},
	{ // https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
		prefixes: []string{"traefik.ingress.kubernetes.io"},
		free: []string{
			"router.observability.accesslogs", "router.observability.metrics", "router.observability.tracing", "router.priority",
			"router.tls.certresolver", "router.tls.domains.0.main", "router.tls.domains.0.sans", "router.tls.options", "service.nativelb",
			"service.sticky.cookie", "service.sticky.cookie.httponly", "service.sticky.cookie.maxage", "service.sticky.cookie.name",
			"service.sticky.cookie.samesite", "service.sticky.cookie.secure",
		},
		limited: map[string]limit{
			"router.entrypoints":    mustHaveTLS,
			"router.tls":            mustBeTrue,
			"service.serversscheme": byTLS([]string{"http", "h2c"}, []string{"https"}),
		},
	},
	{ // https://haproxy-ingress.github.io/docs/configuration/keys/
		prefixes: []string{"haproxy-ingress.github.io", "ingress.kubernetes.io"},
		free: []string{
			"affinity", "allowlist-source-range", "auth-tls-secret", "auth-tls-verify-client", "balance-algorithm", "cert-signer", "denylist-source-range",
			"health-check-fall-count", "health-check-interval", "health-check-rise-count", "health-check-uri", "hsts", "hsts-include-subdomains",
			"hsts-max-age", "hsts-preload", "initial-weight", "limit-connections", "limit-rps", "limit-whitelist", "maxconn-server", "maxqueue-server",
			"proxy-body-size", "session-cookie-name", "session-cookie-same-site", "session-cookie-strategy", "slots-increment", "ssl-cipher-suites",
			"ssl-ciphers", "ssl-redirect-code", "timeout-client", "timeout-client-fin", "timeout-connect", "timeout-http-request", "timeout-keep-alive",
			"timeout-queue", "timeout-server", "timeout-server-fin", "timeout-stop", "timeout-tunnel", "tls-alpn", "waf", "waf-mode",
			"whitelist-source-range",
		},
		limited: map[string]limit{
			"backend-protocol":   byTLS([]string{"h1", "http", "h2", "grpc"}, []string{"h1-ssl", "https", "h2-ssl", "grpcs"}),
			"force-ssl-redirect": mustBeTrue, // Contour's
			"secure-backends":    toArgoCD,
			"ssl-passthrough":    toArgoCD,
			"ssl-redirect":       mustBeTrue,
		},
	},
	{ // https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/ingress/
		prefixes: []string{"haproxy.org"},
		free: []string{
			"allow-list", "blacklist", "check", "check-interval", "cookie-persistence", "deny-list", "forwarded-for", "load-balance", "pod-maxconn",
			"rate-limit-period", "rate-limit-requests", "rate-limit-size", "rate-limit-status-code", "scale-server-slots", "ssl-redirect-code",
			"ssl-redirect-port", "timeout-check", "timeout-client", "timeout-connect", "timeout-http-keep-alive", "timeout-http-request",
			"timeout-queue", "timeout-server", "timeout-tunnel", "whitelist",
		},
		limited: map[string]limit{"server-ssl": toArgoCD, "ssl-passthrough": toArgoCD, "ssl-redirect": mustBeTrue},
	},
	{ // https://projectcontour.io/docs/main/config/annotations/
		prefixes: []string{"projectcontour.io"},
		free: []string{
			"max-connections", "max-pending-requests", "max-requests", "max-retries", "num-retries", "per-try-timeout", "response-timeout", "retry-on",
			"tls-cert-namespace", "tls-minimum-protocol-version", "websocket-routes",
		},
	},
	{ // https://developer.konghq.com/kubernetes-ingress-controller/reference/annotations/
		prefixes: []string{"konghq.com"},
		free: []string{
			"connect-timeout", "https-redirect-status-code", "preserve-host", "read-timeout", "regex-priority", "request-buffering",
			"response-buffering", "retries", "write-timeout",
		},
		limited: map[string]limit{"protocols": mustBeHTTPS},
	},
}

// controllerPrefix matches the prefixes of annotations of ingress controllers, also of
// those that are not in the list.
var controllerPrefix = regexp.MustCompile(`^kubernetes\.io$|^alb\.|ambassador|apisix|envoy|haproxy|ingress|konghq|nginx|projectcontour|traefik|zalando\.org`)

const (
	ownIngress = "could change TLS, or which servers receive users' sessions; leave it out, or deploy an Ingress of your own in place of the chart's"
	userHTTPS  = ", as users sign in over https"
)

var (
	mustBeTrue  = must("be true"+userHTTPS, func(value string) bool { return is(true, value) })
	mustBeFalse = must("be false"+userHTTPS, func(value string) bool { return is(false, value) })
	mustBeHTTPS = must("be https"+userHTTPS, func(value string) bool { return value == "https" })
	mustBeRoot  = must("be /, the path of Argo CD", func(value string) bool { return value == "/" })
	mustHaveTLS = must("only name entry points with TLS, such as websecure"+userHTTPS, onlySecure)
	// A controller may copy a value into its own configuration.
	mustBePlain = must("be plain text; use one line of letters, digits, spaces and . _ / : , * = % + @ ( ) ! ~ -",
		regexp.MustCompile(`^[A-Za-z0-9 ._/:,*=%+@()!~-]*$`).MatchString)
	toArgoCD = byTLS([]string{"false"}, []string{"true", "false"})
)

// must limits a value to those that fit a rule.
func must(rule string, fits func(value string) bool) limit {
	return func(_ Ingress, value string) string {
		if fits(value) {
			return ""
		}
		return "must " + rule
	}
}

// byTLS limits a value to the schemes of the port of Argo CD, which serves HTTP and gRPC,
// in plain text if TLS ends at the controller.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/ingress/
func byTLS(edge, passthrough []string) limit {
	return func(i Ingress, value string) string {
		values, where := edge, "at the controller"
		if i.TLS == "passthrough" {
			values, where = passthrough, "in Argo CD"
		}
		if slices.ContainsFunc(values, func(one string) bool { return strings.EqualFold(one, value) }) {
			return ""
		}
		return fmt.Sprintf("must be one of %s while TLS ends %s", strings.Join(values, ", "), where)
	}
}

// refusal returns the reason why the Ingress must not have an annotation, or "".
func (i Ingress) refusal(key, value string) string {
	prefix, name, _ := strings.Cut(key, "/")
	switch {
	case key == "kubernetes.io/ingress.class":
		return "cannot be combined with className; leave it out"
	case i.CertManagerIssuer != "" && (key == "cert-manager.io/cluster-issuer" || key == "cert-manager.io/issuer"):
		return "cannot be combined with certManagerIssuer; leave it out"
	case strings.Contains(key, "helm.sh/"):
		return "would change " + changesHelm
	case strings.Contains(key, "/") && controllerPrefix.MatchString(prefix):
		if why := limitOf(prefix, name)(i, value); why != "" {
			return why
		}
	}
	if err := checkValue([]string{"server", "ingress", "annotations", key}, value); err != nil {
		return err.Error()
	}
	return ""
}

// limitOf returns the limit of a controller's annotation.
func limitOf(prefix, name string) limit {
	for _, c := range controllers {
		if !slices.Contains(c.prefixes, prefix) {
			continue
		}
		if limited := c.limited[name]; limited != nil {
			return limited
		}
		if slices.Contains(c.free, name) {
			return mustBePlain
		}
	}
	return func(Ingress, string) string { return ownIngress }
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
