package argocd

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// passthrough has HAProxy leave TLS to the pod.
const passthrough = "haproxy-ingress.github.io/ssl-passthrough"

// Controller is an ingress controller in the cluster that ends TLS, with the
// TLS secrets of Argo CD's namespace and the ClusterIssuers of cert-manager.
type Controller struct {
	Class            string
	Secrets, Issuers []string
	// Expires is when its certificates end. Default: tomorrow.
	Expires time.Time
}

// Serve publishes Argo CD as the chart's Ingress asks for, or says why no
// controller would. It talks plain HTTP to the pod, as controllers do, and passes
// the host on.
func (c Controller) Serve(internet *azuresim.Internet, extension azuresim.Extension, server *Server) error {
	ingress := child(child(extension.Values, "server"), "ingress")
	hosts := ingressHosts(extension)
	switch {
	case fmt.Sprint(ingress["enabled"]) != "true":
		return fmt.Errorf("ingress: none for %s", hosts)
	case ingress["ingressClassName"] != c.Class:
		return fmt.Errorf("ingress: no controller has class %v", ingress["ingressClassName"])
	}
	if fmt.Sprint(child(ingress, "annotations")[passthrough]) == "true" {
		for _, host := range hosts {
			internet.Forward(host, server.Address)
		}
		return nil
	}
	expires := c.Expires
	if expires.IsZero() {
		expires = time.Now().Add(24 * time.Hour)
	}
	for _, host := range hosts {
		if err := c.certificate(ingress, host); err != nil {
			return err
		}
		if err := internet.Publish(host, Proxy(server, host), expires); err != nil {
			return err
		}
	}
	// Argo CD's CLI takes no HTTP proxy for grpc-web: it comes to the address.
	return internet.Publish("localhost", Proxy(server, hosts[0]), expires)
}

// ingressHosts are those of the chart's Ingress, that of global.domain first.
func ingressHosts(extension azuresim.Extension) []string {
	hosts := []string{fmt.Sprint(child(extension.Values, "global")["domain"])}
	extra, _ := child(child(extension.Values, "server"), "ingress")["extraHosts"].([]any)
	for _, entry := range extra {
		host, _ := entry.(map[string]any)
		hosts = append(hosts, fmt.Sprint(host["name"]))
	}
	return hosts
}

// Proxy leads what comes for a host to Argo CD, in plain HTTP.
func Proxy(server *Server, host string) http.Handler {
	backend := &url.URL{Scheme: "http", Host: server.Address}
	return &httputil.ReverseProxy{ModifyResponse: inOnePiece, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.SetXForwarded()
		r.Out.Host = host
	}}
}

// inOnePiece buffers gRPC-Web answers: of one that comes in pieces, Argo CD's CLI
// loses the end now and then ("unexpected EOF").
func inOnePiece(r *http.Response) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc-web") {
		return nil
	}
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(answer))
	r.ContentLength = int64(len(answer))
	r.Header.Set("Content-Length", strconv.Itoa(len(answer)))
	return nil
}

// certificate finds the secret of the host's certificate. The chart's `tls:
// true` means argocd-server-tls; cert-manager makes a secret that is missing.
func (c Controller) certificate(ingress map[string]any, host string) error {
	secret := ""
	if fmt.Sprint(ingress["tls"]) == "true" {
		secret = "argocd-server-tls"
	}
	extra, _ := ingress["extraTls"].([]any)
	for _, entry := range extra {
		tls, _ := entry.(map[string]any)
		if hosts, _ := tls["hosts"].([]any); slices.Contains(hosts, any(host)) {
			secret = fmt.Sprint(tls["secretName"])
		}
	}
	issuer, _ := child(ingress, "annotations")["cert-manager.io/cluster-issuer"].(string)
	if secret != "" && (slices.Contains(c.Secrets, secret) || slices.Contains(c.Issuers, issuer)) {
		return nil
	}
	return fmt.Errorf("ingress: no certificate for %s: secret %q, issuer %q", host, secret, issuer)
}
