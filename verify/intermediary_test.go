package verify

import (
	"strings"
	"testing"
)

// The responses of servers in front of Argo CD.
const (
	gateway403 = "header Server: Microsoft-Azure-Application-Gateway/v2\nheader Content-Type: text/html\nstatus 403 <html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n" +
		"<center><h1>403 Forbidden</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n"
	appProxy302 = "header Set-Cookie: AzureAppProxyAnalyticCookie_11111111-1111-1111-1111-111111111111_https_1.3=4|6O; path=/\n" +
		"found https://login.microsoftonline.com/tenant/oauth2/authorize?response_type=code&client_id=proxy&scope=openid&redirect_uri=https%3a%2f%2fargocd.example.com%2f&state=AppProxyState%3a%7b%22IsMsofba%22%3afalse%7d%23EndOfStateParam%23"
	oauth2Proxy403 = "header Content-Type: text/html\nstatus 403 <html lang=\"en\"><form method=\"GET\" action=\"/oauth2/start\"></form><footer>Secured with " +
		"<a href=\"https://github.com/oauth2-proxy/oauth2-proxy#oauth2_proxy\">OAuth2 Proxy</a></footer></html>"
	oauth2Proxy302 = "header Set-Cookie: _oauth2_proxy_csrf=x; Path=/\nfound " + authorize + "?client_id=proxy&redirect_uri=https%3A%2F%2Fargocd.example.com%2Foauth2%2Fcallback"
	frontDoor403   = "header X-Azure-Ref: 20240420T152844Z-r1f8b879b596nkrk\nheader Content-Type: text/html\nstatus 403 <title>Service unavailable</title><h2>The request is blocked.</h2>"
)

// TestIntermediaries: a response of a gateway, firewall or sign-in in front of Argo CD fails one
// check, which names it, and not Argo CD's pods.
func TestIntermediaries(t *testing.T) {
	t.Parallel()
	const (
		routed   = "route Argo CD's domain to argocd-server"
		firewall = "allow this path in its firewall (WAF) policy"
	)
	for name, c := range map[string]struct{ answer, detail, fix string }{
		"Application Gateway WAF":      {gateway403, "Azure Application Gateway returned 403 Forbidden for PATH (Server: Microsoft-Azure-Application-Gateway/v2)", firewall},
		"Application Gateway 502":      {strings.ReplaceAll(gateway403, "403", "502"), "Azure Application Gateway returned 502 Bad Gateway for PATH (Server: Microsoft-Azure-Application-Gateway/v2)", "check the backend health in Application Gateway"},
		"Application Gateway 404":      {strings.ReplaceAll(gateway403, "403", "404"), "Azure Application Gateway returned 404 Not Found for PATH", routed},
		"Gateway for Containers 503":   {"header Server: Microsoft-Azure-Application-LB/AGC\nstatus 503 no healthy upstream", "Azure Application Gateway returned 503 Service Unavailable for PATH (Server: Microsoft-Azure-Application-LB/AGC)", "check the backend health in Application Gateway"},
		"Front Door WAF":               {frontDoor403, "Azure Front Door returned 403 Forbidden for PATH", firewall},
		"Front Door rate limit":        {strings.Replace(frontDoor403, "403", "429", 1), "Azure Front Door returned 429 Too Many Requests for PATH", firewall},
		"Front Door 504":               {strings.Replace(frontDoor403, "403", "504", 1), "Azure Front Door returned 504 Gateway Timeout for PATH", "check the origin health in Front Door"},
		"nginx behind Front Door":      {"header X-Azure-Ref: x\nheader Server: nginx\nheader Content-Type: text/html\nstatus 502 <center>nginx</center>", "a gateway, firewall, sign-in or other server in front of Argo CD returned 502 Bad Gateway for PATH (Server: nginx)", "check the ingress controller"},
		"Entra application proxy":      {appProxy302, "Microsoft Entra application proxy returned 302 Found for PATH (redirects to login.microsoftonline.com)", "set Pre Authentication of its enterprise application to Passthrough"},
		"oauth2-proxy page":            {oauth2Proxy403, "oauth2-proxy returned 403 Forbidden for PATH", "--skip-auth-route"},
		"oauth2-proxy redirect":        {oauth2Proxy302, "oauth2-proxy returned 302 Found for PATH (redirects to login.microsoftonline.com)", "--skip-auth-route"},
		"ingress-nginx with a sign-in": {"header Server: nginx\nfound https://auth.example.com/oauth2/start?rd=%2F", "oauth2-proxy returned 302 Found for PATH (Server: nginx, redirects to auth.example.com)", "--skip-auth-route"},
		"Cloudflare Access":            {"header Server: cloudflare\nfound https://contoso.cloudflareaccess.com/cdn-cgi/access/login/argocd.example.com", "a gateway, firewall, sign-in or other server in front of Argo CD returned 302 Found for PATH (Server: cloudflare, redirects to contoso.cloudflareaccess.com)", routed},
		"nginx 401":                    {"header Server: nginx\nheader Content-Type: text/html\nstatus 401 <center>nginx</center>", "returned 401 Unauthorized for PATH (Server: nginx)", routed},
		"Istio 403":                    {"header Server: istio-envoy\nstatus 403 RBAC: access denied", "returned 403 Forbidden for PATH (Server: istio-envoy)", firewall},
		"Istio 503":                    {"header Server: istio-envoy\nstatus 503 upstream connect error or disconnect/reset before headers", "returned 503 Service Unavailable for PATH (Server: istio-envoy)", "check the ingress controller"},
		"another web site":             {"<!doctype html><title>Welcome</title>", "returned 200 OK for PATH", routed},
	} {
		for path, check := range map[string]string{
			"/api/v1/settings": "Argo CD settings", "/api/v1/applications": "anonymous access", "/auth/login": "login redirect", "/auth/callback": "workload identity",
		} {
			t.Run(name+" "+path, func(t *testing.T) {
				t.Parallel()
				changed := pages()
				changed[argocd+path] = c.answer
				checks := Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs)
				expectOne(t, checks, check, strings.ReplaceAll(c.detail, "PATH", path))
				expectOne(t, checks, check, c.fix)
				for _, one := range checks {
					if strings.Contains(one.Fix, "kubectl get pods") || strings.Contains(one.Fix, "kubectl logs") {
						t.Errorf("blames the pods: %+v", one)
					}
				}
			})
		}
	}
}

// TestProxyPages: a page instead of an issuer's document comes from a proxy or firewall on the way
// from here, and does not blame the configuration.
func TestProxyPages(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"blocked":        "header Server: squid\nheader Content-Type: text/html\nstatus 403 <h1>Access denied</h1>",
		"a sign-in page": "<!doctype html><title>Sign in to the network</title>",
		"a redirect":     "found https://proxy.example.com/login",
		"plain text":     "status 403 blocked by policy",
	} {
		for issuer, check := range map[string]string{login: "Entra tenant", strings.TrimSuffix(cluster, "/"): "cluster issuer"} {
			t.Run(name+" "+check, func(t *testing.T) {
				t.Parallel()
				changed := pages()
				changed[issuer+"/.well-known/openid-configuration"] = answer
				expectOne(t, Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs), check,
					"; to do: check whether a proxy or firewall responded in place of "+of(issuer))
			})
		}
	}
}

// TestOwnErrors: the errors of Argo CD itself behind the same gateways are still Argo CD's.
func TestOwnErrors(t *testing.T) {
	t.Parallel()
	const behind = "header Server: Microsoft-Azure-Application-Gateway/v2\nheader X-Azure-Ref: x\nheader Set-Cookie: AzureAppProxyAnalyticCookie_1_https_1.3=4\n"
	for name, c := range map[string]struct{ path, answer, check, says string }{
		"settings":    {"/api/v1/settings", `status 500 {"error": "secret not found", "code": 13}`, "Argo CD settings", "secret not found"},
		"unavailable": {"/api/v1/settings", `status 503 {"error": "starting", "code": 14}`, "Argo CD settings", "starting"},
		"forbidden":   {"/api/v1/applications", `status 403 {"error": "permission denied", "code": 7}`, "anonymous access", "403 Forbidden instead of 401"},
		"no OIDC":     {"/auth/login", "status 404 404 page not found", "login redirect", "404 page not found"},
		"login":       {"/auth/login", "status 500 failed to query provider", "login redirect", "failed to query provider"},
		"callback":    {"/auth/callback", `status 500 failed to get token: "AADSTS700213: No match"`, "workload identity", "AADSTS700213"},
		"state":       {"/auth/callback", "status 400 http: named cookie not present", "workload identity", "named cookie"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			changed[argocd+c.path] = behind + c.answer
			expectOne(t, Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs), c.check, c.says)
		})
	}
	working := pages()
	for page, answer := range working {
		if strings.HasPrefix(page, argocd) {
			working[page] = behind + answer
		}
	}
	if checks := Run(t.Context(), transportTo(t, working, allHosts, tomorrow), Patience, outputs); Failed(checks) {
		t.Errorf("%+v", checks)
	}
}

// TestOneCause: one message for one cause. The checks that depend on the failed one are skipped
// or inconclusive, and name it.
func TestOneCause(t *testing.T) {
	t.Parallel()
	const refusedToken = `status 500 failed to get token: oauth2: "AADSTS700016: Application with identifier 'app' was not found in the directory 'Contoso'.\r\nTrace ID: 1"`
	for name, c := range map[string]struct {
		changes map[string]string
		check   string
		want    string
	}{
		"wrong client ID": {map[string]string{
			argocd + "/api/v1/settings": settingsWith(`, "clientID": "other"`), argocd + "/auth/login": "redirect " + strings.Replace(signIn, "client_id=app", "client_id=other", 1),
		}, "client ID", `Argo CD has "other"`},
		"wrong tenant": {map[string]string{
			argocd + "/api/v1/settings": settingsWith(`, "issuer": "other"`), argocd + "/auth/login": "status 500 failed to query provider",
		}, "issuer", `Argo CD has "other"`},
		"no OIDC settings": {map[string]string{
			argocd + "/api/v1/settings": `{"userLoginsDisabled": true, "url": "` + argocd + `"}`, argocd + "/auth/login": "status 404 404 page not found",
		}, "issuer", "Argo CD has no OIDC settings"},
		"deleted application": {map[string]string{
			authorize:                 "AADSTS700016: Application with identifier 'app' was not found in the directory 'Contoso'.",
			token:                     `status 400 {"error_description": "AADSTS700016: Application with identifier 'app' was not found in the directory 'Contoso'.\r\nTrace ID: 2"}`,
			argocd + "/auth/callback": refusedToken,
		}, "sign-in page", "AADSTS700016"},
		"Entra throttles": {map[string]string{
			login + "/.well-known/openid-configuration": "status 429 slow down", argocd + "/auth/callback": "status 500 failed to get token: 429 Too Many Requests",
		}, "Entra tenant", "429 Too Many Requests: slow down; to do: run verify again in a few minutes"},
		"Entra throttles Argo CD's start": {map[string]string{
			login + "/.well-known/openid-configuration": "status 429 slow down", argocd + "/auth/login": "status 500 failed to query provider: 429 Too Many Requests",
		}, "Entra tenant", "429 Too Many Requests"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			for page, answer := range c.changes {
				changed[page] = answer
			}
			expectOne(t, Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs), c.check, c.want)
		})
	}
}

// TestResultNames: each run has one result for each check, so that runs can be compared.
func TestResultNames(t *testing.T) {
	t.Parallel()
	passed := Run(t.Context(), transportTo(t, pages(), allHosts, tomorrow), Patience, outputs)
	for page := range pages() {
		changed := pages()
		changed[page] = "status 500 down"
		checks := Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs)
		names := map[string]bool{}
		for _, check := range checks {
			if names[check.Name] {
				t.Errorf("%s: two results of %q", page, check.Name)
			}
			names[check.Name] = true
		}
		for _, check := range passed {
			if !names[check.Name] {
				t.Errorf("%s: no result of %q", page, check.Name)
			}
		}
	}
}
