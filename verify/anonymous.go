package verify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// checkAnonymous lists the applications without a session. Argo CD returns 401, unless
// authentication is disabled or anonymous access enabled: Authenticate in server/server.go of
// Argo CD v3.2.6. In those cases it returns 200, even if the default role has no permissions.
func checkAnonymous(ctx context.Context, client *http.Client, s publicSettings, argocdURL string) Check {
	check := Check{Name: "anonymous access", Fix: "see `kubectl logs deploy/argocd-server -n argocd`"}
	response, err := getArgoCD(ctx, client, argocdURL+"/api/v1/applications?fields=items.metadata.name")
	if err != nil {
		return check.failedBy(err)
	}
	switch {
	case response.StatusCode == http.StatusUnauthorized:
		return check.passed("rejected")
	case response.StatusCode == http.StatusOK && s.Namespace != "":
		check.Fix = "remove configs.params.server\\.disable\\.auth from extraSettings, or from the place where it was set, and restart argocd-server"
		return check.failed("authentication is disabled: everyone is an admin")
	case response.StatusCode == http.StatusOK:
		check.Fix = "remove configs.cm.users\\.anonymous\\.enabled from extraSettings, or from the place where it was set"
		return check.failed("anonymous access is enabled: everyone has the default role")
	}
	return check.failed("returned " + response.Status + " instead of 401")
}

// checkPlainHTTP fails if Argo CD is also served on port 80, where session cookies and tokens
// would be sent in plain text. The port may be closed, serve another application, or redirect
// to https.
func checkPlainHTTP(ctx context.Context, client *http.Client, argocdURL string) Check {
	check := Check{Name: "plain HTTP", Fix: "configure the ingress to redirect port 80 to https, or close the port"}
	argocd, err := url.Parse(argocdURL)
	if err != nil {
		return check.failed(err.Error())
	}
	if isLocal(argocdURL) {
		return check.notApplicable("a port-forward has no port 80")
	}
	short, cancel := context.WithTimeout(ctx, 5*time.Second) // a firewall may drop the packets
	defer cancel()
	var connected atomic.Bool
	traced := httptrace.WithClientTrace(short, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	response, err := get(traced, client, "http://"+argocd.Hostname()+"/api/v1/settings")
	switch {
	case ctx.Err() != nil:
		return check.unseen(err.Error())
	case err != nil && !connected.Load():
		return check.passed("port 80 is closed")
	case err != nil:
		return check.warned("unverified: " + err.Error())
	}
	target, err := response.Location()
	switch {
	case err == nil && target.Scheme == "https" && strings.EqualFold(target.Hostname(), argocd.Hostname()):
		return check.passed("port 80 redirects to https")
	case err == nil:
		return check.failed("port 80 redirects to " + target.String())
	case response.StatusCode >= http.StatusInternalServerError:
		return check.warned("unverified: port 80 returned " + response.Status)
	}
	var s publicSettings
	if json.Unmarshal([]byte(response.body), &s) == nil && s.URL != "" {
		return check.failed("port 80 serves Argo CD in plain text")
	}
	return check.passed("port 80 serves another application (" + response.Status + ")")
}
