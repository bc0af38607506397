package verify

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// An intermediary is a gateway, firewall or sign-in in front of Argo CD that can respond in its
// place.
type intermediary struct {
	name string
	// wrote reports whether it wrote the response. The response is not Argo CD's.
	wrote func(response answer) bool
	// signIn is the correction of a response that asks for a sign-in, outage of a status 5xx.
	signIn, outage string
}

// intermediaries are recognized by text, headers and cookies that only they write:
//   - Application Gateway: the response codes and the Server header in
//     https://learn.microsoft.com/troubleshoot/azure/application-gateway/http-response-codes. The
//     header of Application Gateway for Containers ends with Application-LB/AGC.
//   - Front Door: the header of all responses in
//     https://learn.microsoft.com/azure/frontdoor/front-door-http-headers-protocol.
//   - Application proxy: the redirect in
//     https://github.com/AzureAD/microsoft-authentication-library-for-objc/issues/1187.
//   - oauth2-proxy: doOAuthStart and Proxy in oauthproxy.go, pkg/app/pagewriter and
//     pkg/cookies/csrf.go of https://github.com/oauth2-proxy/oauth2-proxy.
var intermediaries = []intermediary{
	{
		name: "Microsoft Entra application proxy",
		wrote: func(response answer) bool {
			return strings.HasPrefix(response.location().Query().Get("state"), "AppProxyState")
		},
		signIn: "set Pre Authentication of its enterprise application to Passthrough: Argo CD signs users in itself",
	},
	{
		name: "oauth2-proxy",
		wrote: func(response answer) bool {
			to := response.location().Path
			return strings.HasPrefix(to, "/oauth2/start") || strings.HasPrefix(to, "/oauth2/sign_in") ||
				strings.Contains(response.body, "oauth2-proxy/oauth2-proxy") || strings.Contains(response.body, `action="/oauth2/`) ||
				slices.ContainsFunc(response.Cookies(), func(c *http.Cookie) bool { return strings.HasPrefix(c.Name, "_oauth2_proxy") })
		},
		signIn: "remove it from Argo CD's domain, or exclude the domain with --skip-auth-route: Argo CD signs users in itself",
	},
	{
		name: "Azure Application Gateway",
		wrote: func(response answer) bool {
			return strings.HasPrefix(response.Header.Get("Server"), "Microsoft-Azure-Application-") ||
				strings.Contains(response.body, "Microsoft-Azure-Application-Gateway")
		},
		outage: "check the backend health in Application Gateway, then the backend's protocol, port, host name and certificate",
	},
	{
		name: "Azure Front Door",
		wrote: func(response answer) bool { // it passes on the Server header of the origin
			return response.Header.Get("X-Azure-Ref") != "" && response.Header.Get("Server") == ""
		},
		outage: "check the origin health in Front Door, then the origin's protocol, port, host name and certificate",
	},
	{
		name:   "a gateway, firewall, sign-in or other server in front of Argo CD",
		wrote:  func(answer) bool { return true },
		outage: "check the ingress controller or gateway and its connection to Argo CD: `kubectl get ingress,endpointslices -n argocd`",
	},
}

// intercepted is the error of a response that an intermediary wrote.
type intercepted struct{ detail, fix string }

func (e *intercepted) Error() string { return e.detail }

// checkSender returns an error if an intermediary wrote the response to a request to Argo CD.
func checkSender(response answer) error {
	if response.fromArgoCD() {
		return nil
	}
	i := slices.IndexFunc(intermediaries, func(i intermediary) bool { return i.wrote(response) })
	sender := intermediaries[i]
	detail := fmt.Sprintf("%s returned %s for %s", sender.name, response.Status, response.Request.URL.Path)
	var seen []string
	if server := response.Header.Get("Server"); server != "" {
		seen = append(seen, "Server: "+server)
	}
	if to := response.location(); to.Host != "" {
		seen = append(seen, "redirects to "+to.Host)
	}
	if len(seen) > 0 {
		detail += " (" + strings.Join(seen, ", ") + ")"
	}
	return &intercepted{excerpt(detail), sender.fix(response)}
}

// fix returns the correction for a response.
func (i intermediary) fix(response answer) string {
	switch status := response.StatusCode; {
	case status >= http.StatusInternalServerError && i.outage != "":
		return i.outage
	case i.signIn != "":
		return i.signIn
	case slices.Contains(blocked, status):
		return "allow this path in its firewall (WAF) policy; the firewall log names the rule"
	}
	return "route Argo CD's domain to argocd-server without a redirect or sign-in: Argo CD signs users in itself"
}

// blocked are the status codes with which a firewall rejects a request:
// https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-policy-settings.
var blocked = []int{http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusTooManyRequests}

// fromArgoCD reports whether Argo CD may have written a response to a request of the checks.
// It redirects only sign-ins, with 303. It writes errors as plain text with 400, 404 or 500, or
// as JSON with a code: HandleLogin and HandleCallback in util/oidc/oidc.go, and grpc-gateway,
// of Argo CD v3.2.6.
func (a answer) fromArgoCD() bool {
	signIn := a.Request.URL.Path == "/auth/login"
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	switch a.StatusCode {
	case http.StatusOK, http.StatusBadRequest, http.StatusInternalServerError:
		return kind != "text/html"
	case http.StatusSeeOther:
		return signIn
	case http.StatusNotFound:
		return signIn && kind != "text/html"
	}
	var failure struct {
		Code *int `json:"code"`
	}
	return json.Unmarshal([]byte(a.body), &failure) == nil && failure.Code != nil
}

// fromProxy reports whether a proxy or firewall wrote a response in place of an issuer of tokens,
// whose documents are public, at a fixed address, and never HTML.
func (a answer) fromProxy() bool {
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	return kind == "text/html" || a.StatusCode/100 == 3 || slices.Contains(denied, a.StatusCode)
}

// denied are the status codes for a request without the right to a document.
var denied = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired}

// location returns the target of a redirect, or an empty URL.
func (a answer) location() *url.URL {
	if to, err := a.Location(); err == nil {
		return to
	}
	return &url.URL{}
}
