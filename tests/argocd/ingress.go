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

// passthrough is the annotation that makes HAProxy pass TLS to the pod.
const passthrough = "haproxy-ingress.github.io/ssl-passthrough"

// Controller is an ingress controller that terminates TLS, with the TLS secrets in Argo
// CD's namespace and the ClusterIssuers of cert-manager.
type Controller struct {
	Class            string
	Secrets, Issuers []string
	// Expires is the expiry of its certificates. The default is tomorrow.
	Expires time.Time
}

// Serve publishes Argo CD as the chart's Ingress specifies, or returns the reason why no
// controller would. It connects to the pod over plain HTTP and keeps the Host header, as
// controllers do.
func (c Controller) Serve(internet *azuresim.Internet, extension azuresim.Extension, server *Server) error {
	ingress := child(child(extension.Values, "server"), "ingress")
	hosts := ingressHosts(extension)
	switch {
	case fmt.Sprint(ingress["enabled"]) != "true":
		return fmt.Errorf("ingress: no Ingress for %s", hosts)
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
	// Argo CD's CLI does not use an HTTP proxy for gRPC-Web, so it connects to this
	// address.
	return internet.Publish("localhost", Proxy(server, hosts[0]), expires)
}

// ingressHosts returns the hosts of the chart's Ingress, starting with global.domain.
func ingressHosts(extension azuresim.Extension) []string {
	hosts := []string{fmt.Sprint(child(extension.Values, "global")["domain"])}
	extra, _ := child(child(extension.Values, "server"), "ingress")["extraHosts"].([]any)
	for _, entry := range extra {
		host, _ := entry.(map[string]any)
		hosts = append(hosts, fmt.Sprint(host["name"]))
	}
	return hosts
}

// Proxy forwards requests for a host to Argo CD over plain HTTP.
func Proxy(server *Server, host string) http.Handler {
	backend := &url.URL{Scheme: "http", Host: server.Address}
	return &httputil.ReverseProxy{ModifyResponse: bufferGRPCWeb, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.SetXForwarded()
		r.Out.Host = host
	}}
}

// bufferGRPCWeb buffers gRPC-Web responses. Argo CD's CLI sometimes loses the end of a
// response that arrives in several parts ("unexpected EOF").
func bufferGRPCWeb(r *http.Response) error {
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

// certificate finds the secret with the host's certificate. In the chart, `tls: true` means
// argocd-server-tls. cert-manager creates missing secrets.
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
