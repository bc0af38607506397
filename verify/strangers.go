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

// checkStrangers asks for the applications without having signed in. Argo CD
// answers 401, unless its authentication is switched off or anonymous access on:
// Authenticate in server/server.go of Argo CD v3.2.6. It answers 200 then, also
// if the default role sees nothing.
func checkStrangers(ctx context.Context, client *http.Client, s publicSettings, argocdURL string) Check {
	check := Check{Name: "without signing in", Fix: "kubectl logs deploy/argocd-server -n argocd"}
	response, err := get(ctx, client, argocdURL+"/api/v1/applications?fields=items.metadata.name")
	if err != nil {
		return check.failed(err.Error())
	}
	switch {
	case response.StatusCode == http.StatusUnauthorized:
		return check.passed("refused")
	case response.StatusCode == http.StatusOK && s.Namespace != "":
		check.Fix = `take configs.params.server\.disable\.auth out of extraSettings, or undo it where it was set, and restart argocd-server`
		return check.failed("authentication is switched off: everybody is an admin")
	case response.StatusCode == http.StatusOK:
		check.Fix = `take configs.cm.users\.anonymous\.enabled out of extraSettings, or undo it where it was set`
		return check.failed("anonymous access is on: everybody has the default role")
	}
	return check.failed("answers " + response.Status + ", not 401")
}

// checkPlainHTTP finds an Argo CD that is served on port 80 as well, where a
// session cookie or a token goes over the wire as plain text. The port may be
// closed, belong to others, or send users to https.
func checkPlainHTTP(ctx context.Context, client *http.Client, argocdURL string) Check {
	check := Check{Name: "plain HTTP", Fix: "have the ingress send port 80 to https, or close it"}
	argocd, err := url.Parse(argocdURL)
	if err != nil {
		return check.failed(err.Error())
	}
	if isLocal(argocdURL) {
		return check.passed("not looked at: a port-forward has no port 80")
	}
	short, cancel := context.WithTimeout(ctx, 5*time.Second) // a firewall does not answer
	defer cancel()
	var connected atomic.Bool
	traced := httptrace.WithClientTrace(short, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	response, err := get(traced, client, "http://"+argocd.Hostname()+"/api/v1/settings")
	switch {
	case ctx.Err() != nil:
		return check.unseen(err.Error())
	case err != nil && !connected.Load():
		return check.passed("port 80 does not answer")
	case err != nil:
		return check.warned("not seen: " + err.Error())
	}
	target, err := response.Location()
	switch {
	case err == nil && target.Scheme == "https" && strings.EqualFold(target.Hostname(), argocd.Hostname()):
		return check.passed("port 80 sends users to https")
	case err == nil:
		return check.failed("port 80 sends users to " + target.String())
	case response.StatusCode >= http.StatusInternalServerError:
		return check.warned("not seen: port 80 answers " + response.Status)
	}
	var s publicSettings
	if json.Unmarshal([]byte(response.body), &s) == nil && s.URL != "" {
		return check.failed("port 80 serves Argo CD in plain text")
	}
	return check.passed("port 80 answers " + response.Status + ", and is not Argo CD")
}
