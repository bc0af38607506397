package infra

import (
	"fmt"
	"regexp"
	"strings"
)

// Ingress puts Argo CD on its domain behind an ingress controller that the
// cluster has already.
type Ingress struct {
	// ClassName is the controller's IngressClass. Required.
	ClassName string `json:"className"`
	// TLSSecret names a TLS secret in the namespace argocd; CertManagerIssuer a
	// ClusterIssuer of cert-manager that shall make one. Exactly one.
	TLSSecret         string `json:"tlsSecret"`
	CertManagerIssuer string `json:"certManagerIssuer"`
	// TLS is where TLS ends: at the "edge" (the controller; Argo CD then serves
	// plain HTTP inside the cluster) or "passthrough" (Argo CD itself; the
	// controller's own annotation for it goes into Annotations). Default: edge.
	TLS string `json:"tls"`
	// Annotations of the Ingress.
	Annotations map[string]string `json:"annotations"`
}

const (
	keyIngress  = "server.ingress"
	keyInsecure = `configs.params.server\.insecure`
	// argoTLSSecret is what Argo CD's server takes its certificate from.
	argoTLSSecret = "argocd-server-tls"
)

var (
	objectName    = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
	annotationKey = regexp.MustCompile(`^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
)

func (i Ingress) validate(domain string) fieldErrors {
	var f fieldErrors
	if isLocal(domain) || strings.Contains(domain, ":") {
		f.add("", "needs a domain without a port that is not localhost, not %q", domain)
	}
	if !objectName.MatchString(i.ClassName) {
		f.add("className", "%q is not the name of an IngressClass (kubectl get ingressclass)", i.ClassName)
	}
	f.oneOf("tls", i.TLS, "edge", "passthrough")
	switch {
	case (i.TLSSecret == "") == (i.CertManagerIssuer == ""):
		f.add("tlsSecret", "or certManagerIssuer, one of both: users' sign-in needs https")
	case i.TLSSecret != "" && !objectName.MatchString(i.TLSSecret):
		f.add("tlsSecret", "%q is not the name of a secret", i.TLSSecret)
	case i.CertManagerIssuer != "" && !objectName.MatchString(i.CertManagerIssuer):
		f.add("certManagerIssuer", "%q is not the name of a ClusterIssuer", i.CertManagerIssuer)
	case i.TLS == "passthrough" && i.TLSSecret != "" && i.TLSSecret != argoTLSSecret:
		f.add("tlsSecret", "must be %s with passthrough: that is where Argo CD takes its own certificate from", argoTLSSecret)
	}
	for _, key := range sortedKeys(i.Annotations) {
		if !annotationKey.MatchString(key) {
			f.add("annotations", "%q is not an annotation's name", key)
		}
	}
	return f
}

// settings renders the chart's server.ingress. The host is global.domain.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/ingress/
func (i Ingress) settings() map[string]string {
	settings := map[string]string{
		keyIngress + ".enabled":          "true",
		keyIngress + ".ingressClassName": i.ClassName,
		// At the edge, Argo CD must not redirect what comes without TLS.
		keyInsecure: fmt.Sprint(i.TLS != "passthrough"),
	}
	for key, value := range i.Annotations {
		settings[annotation(key)] = value
	}
	if i.CertManagerIssuer != "" {
		settings[annotation("cert-manager.io/cluster-issuer")] = i.CertManagerIssuer
	}
	return settings
}

// tlsSettings name the secret. The chart's own `tls: true` always means
// argocd-server-tls, which is what cert-manager shall fill.
func (i Ingress) tlsSettings(domain string) map[string]string {
	if i.CertManagerIssuer != "" || i.TLSSecret == argoTLSSecret {
		return map[string]string{keyIngress + ".tls": "true"}
	}
	return map[string]string{
		keyIngress + ".extraTls[0].hosts[0]":   domain,
		keyIngress + ".extraTls[0].secretName": i.TLSSecret,
	}
}

func annotation(key string) string {
	return keyIngress + ".annotations." + strings.ReplaceAll(key, ".", `\.`)
}
