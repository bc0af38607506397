package chart

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Ingress makes Argo CD available on its domain behind an ingress controller of the
// cluster.
type Ingress struct {
	// Name of the controller's IngressClass.
	ClassName string `pulumi:"className"`
	// Name of a TLS secret in Argo CD's namespace. Required unless CertManagerIssuer is set.
	TLSSecret string `pulumi:"tlsSecret,optional"`
	// Name of a cert-manager ClusterIssuer that creates the certificate.
	CertManagerIssuer string `pulumi:"certManagerIssuer,optional"`
	// Where TLS ends: edge (at the controller; Argo CD then serves plain HTTP inside the
	// cluster) or passthrough (at Argo CD; the controller's own annotation for it goes into
	// Annotations).
	TLS string `pulumi:"tls,optional" enum:"edge,passthrough" default:"edge"`
	// Annotations of the Ingress.
	Annotations map[string]string `pulumi:"annotations,optional"`
}

const (
	keyIngress  = "server.ingress"
	keyInsecure = `configs.params.server\.insecure`
	// argoTLSSecret is what Argo CD's server takes its certificate from.
	argoTLSSecret = "argocd-server-tls"
)

var (
	// objectName is the name of most objects in Kubernetes, but for its length.
	// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
	objectName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	// https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set
	annotationName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
)

func isObjectName(name string) bool { return len(name) <= 253 && objectName.MatchString(name) }

func isAnnotation(key string) bool {
	prefix, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		return annotationName.MatchString(key)
	}
	return isObjectName(prefix) && annotationName.MatchString(name)
}

func (i Ingress) problems(domain Domain) problem.List {
	var p problem.List
	if domain.Local() || strings.Contains(string(domain), ":") {
		p.Add("", "needs a domain without a port that is not localhost, not %q", domain)
	}
	if !isObjectName(i.ClassName) {
		p.Add("ClassName", "%q is not the name of an IngressClass (kubectl get ingressclass)", i.ClassName)
	}
	p.Enums(i)
	switch {
	case (i.TLSSecret == "") == (i.CertManagerIssuer == ""):
		p.Add("TLSSecret", "or %s is required, and not both: users sign in over https", problem.Field("CertManagerIssuer"))
	case strings.HasPrefix(i.TLSSecret, "argocd-") && i.TLSSecret != argoTLSSecret && !strings.HasPrefix(i.TLSSecret, "argocd-tls"):
		p.Add("TLSSecret", "%q begins as Argo CD's own Secrets do; use another name, such as \"argocd-tls\"", i.TLSSecret)
	case i.TLSSecret != "" && !isObjectName(i.TLSSecret):
		p.Add("TLSSecret", "%q is not the name of a secret", i.TLSSecret)
	case i.CertManagerIssuer != "" && !isObjectName(i.CertManagerIssuer):
		p.Add("CertManagerIssuer", "%q is not the name of a ClusterIssuer", i.CertManagerIssuer)
	case i.TLS == "passthrough" && i.TLSSecret != "" && i.TLSSecret != argoTLSSecret:
		p.Add("TLSSecret", "must be %s with passthrough: that is where Argo CD takes its own certificate from", argoTLSSecret)
	}
	for _, key := range sortedKeys(i.Annotations) {
		if !isAnnotation(key) {
			p.Add("Annotations", "%q is not an annotation's name", key)
		} else if err := i.checkAnnotation(key, i.Annotations[key]); err != nil {
			p.Add("Annotations", "%q %w", key, err)
		}
	}
	return p
}

// additionalProblems are those of additional domains that the Ingress shall lead to
// Argo CD. A local one has no part in it, but needs TLS at the other end of its
// port-forward.
func (i Ingress) additionalProblems(domains []Domain) problem.List {
	var p problem.List
	for n, domain := range domains {
		path := problem.Item("AdditionalDomains", n)
		switch {
		case domain.Local() && i.TLS != "passthrough":
			p.Add(path, "%q is reached by a port-forward, and so without TLS, which ends at the ingress: use %s passthrough, or leave it out", domain, problem.Field("Ingress.TLS"))
		case !domain.Local() && strings.Contains(string(domain), ":"):
			p.Add(path, "%q has a port, and no ingress leads there; leave the port out", domain)
		}
	}
	return p
}

// render returns the chart's server.ingress. The host is global.domain; one
// certificate is for it and for all additional domains that are not local.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/ingress/
func (i Ingress) render(domain Domain, additional []Domain) map[string]string {
	settings := map[string]string{
		keyIngress + ".enabled":          "true",
		keyIngress + ".ingressClassName": i.ClassName,
		// At the edge, Argo CD must not redirect what comes without TLS.
		keyInsecure: fmt.Sprint(i.TLS != "passthrough"),
	}
	hosts := []Domain{domain}
	for _, other := range additional {
		if !other.Local() {
			settings[fmt.Sprintf("%s.extraHosts[%d].name", keyIngress, len(hosts)-1)] = string(other)
			hosts = append(hosts, other)
		}
	}
	for key, value := range i.Annotations {
		settings[annotationSetting(key)] = value
	}
	if i.CertManagerIssuer != "" {
		settings[annotationSetting("cert-manager.io/cluster-issuer")] = i.CertManagerIssuer
	}
	if i.chartTLS() {
		settings[keyIngress+".tls"] = "true"
	} else {
		for n, host := range hosts {
			settings[fmt.Sprintf("%s.extraTls[0].hosts[%d]", keyIngress, n)] = string(host)
		}
		settings[keyIngress+".extraTls[0].secretName"] = i.TLSSecret
	}
	return settings
}

// checkAnnotation returns an error if the Ingress must not have an annotation.
func (i Ingress) checkAnnotation(key, value string) error {
	switch {
	case key == "kubernetes.io/ingress.class":
		return problem.Errorf("cannot be combined with %s; leave it out", problem.Field("ClassName"))
	case i.CertManagerIssuer != "" && (key == "cert-manager.io/cluster-issuer" || key == "cert-manager.io/issuer"):
		return problem.Errorf("cannot be combined with %s; leave it out", problem.Field("CertManagerIssuer"))
	}
	return checkAnnotation(key, value, i.TLS == "passthrough")
}

// chartTLS reports whether the chart's own `tls: true` is used: it always means Argo CD's
// secret, which cert-manager fills, and all hosts (templates/argocd-server/ingress.yaml).
func (i Ingress) chartTLS() bool { return i.CertManagerIssuer != "" || i.TLSSecret == argoTLSSecret }

func annotationSetting(key string) string {
	return keyIngress + ".annotations." + strings.ReplaceAll(key, ".", `\.`)
}
