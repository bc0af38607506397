package chart

// ingressController lists the allowed annotations of an ingress controller: those that change
// neither TLS nor the servers that receive users' sessions.
type ingressController struct {
	prefixes []string
	// free annotations can have any one-line value.
	free []string
	// limited annotations have a rule for their value.
	limited map[string]annotationRule
}

// ingressControllers are the supported ingress controllers. Other annotations of ingress
// controllers are rejected, because new versions add new ones.
var ingressControllers = []ingressController{
	{ // https://kubernetes.io/docs/reference/labels-annotations-taints/
		prefixes: []string{"kubernetes.io"},
		free:     []string{"tls-acme"},
		limited:  map[string]annotationRule{"ingress.allow-http": mustBeFalse},
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
		limited: map[string]annotationRule{
			"backend-protocol":   schemes([]string{"HTTP", "GRPC"}, []string{"HTTPS", "GRPCS"}),
			"force-ssl-redirect": mustBeTrue,
			"rewrite-target":     mustBeRoot,
			"ssl-passthrough":    tlsToArgoCD,
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
		limited: map[string]annotationRule{"redirect-to-https": mustBeTrue},
	},
	{ // https://learn.microsoft.com/azure/application-gateway/ingress-controller-annotations
		prefixes: []string{"appgw.ingress.kubernetes.io"},
		free: []string{
			"appgw-ssl-certificate", "appgw-ssl-profile", "appgw-trusted-root-certificate", "connection-draining", "connection-draining-timeout",
			"cookie-based-affinity", "cookie-based-affinity-distinct-name", "health-probe-hostname", "health-probe-interval", "health-probe-path",
			"health-probe-port", "health-probe-status-code", "health-probe-status-codes", "health-probe-timeout", "health-probe-unhealthy-threshold", "request-timeout",
			"rule-priority", "use-private-ip", "waf-policy-for-path",
		},
		limited: map[string]annotationRule{
			"backend-protocol": schemes([]string{"http"}, []string{"https"}),
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
		limited: map[string]annotationRule{
			"router.entrypoints":    mustHaveTLS,
			"router.tls":            mustBeTrue,
			"service.serversscheme": schemes([]string{"http", "h2c"}, []string{"https"}),
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
		limited: map[string]annotationRule{
			"backend-protocol":   schemes([]string{"h1", "http", "h2", "grpc"}, []string{"h1-ssl", "https", "h2-ssl", "grpcs"}),
			"force-ssl-redirect": mustBeTrue, // Contour's
			"secure-backends":    tlsToArgoCD,
			"ssl-passthrough":    tlsToArgoCD,
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
		limited: map[string]annotationRule{"server-ssl": tlsToArgoCD, "ssl-passthrough": tlsToArgoCD, "ssl-redirect": mustBeTrue},
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
		limited: map[string]annotationRule{"protocols": mustBeHTTPS},
	},
}
