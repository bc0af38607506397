package chart

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Ingress exposes Argo CD on its domain through an ingress controller of the cluster.
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
	// argoTLSSecret is the Secret with the certificate of Argo CD's server.
	argoTLSSecret = "argocd-server-tls"
)

var (
	// objectName matches the names of most Kubernetes objects, apart from the length.
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
	if domain.Check() == nil && (domain.Local() || strings.Contains(string(domain), ":")) {
		p.Add("", "requires a domain without a port that is not localhost; %q does not qualify", domain)
	}
	if !isObjectName(i.ClassName) {
		p.Add("ClassName", "%q is not a valid IngressClass name; list them with kubectl get ingressclass", i.ClassName)
	}
	p.Enums(i)
	switch {
	case i.TLSSecret == "" && i.CertManagerIssuer == "":
		p.Add("TLSSecret", "or %s is required, because users sign in over https", problem.Field("CertManagerIssuer"))
	case i.TLSSecret != "" && i.CertManagerIssuer != "":
		p.Add("TLSSecret", "cannot be combined with %s, whose certificate is in the Secret %s; remove one", problem.Field("CertManagerIssuer"), argoTLSSecret)
	case strings.HasPrefix(i.TLSSecret, "argocd-") && i.TLSSecret != argoTLSSecret && !strings.HasPrefix(i.TLSSecret, "argocd-tls"):
		p.Add("TLSSecret", "%q has the prefix of Argo CD's own Secrets; use another name, such as \"argocd-tls\"", i.TLSSecret)
	case i.TLSSecret != "" && !isObjectName(i.TLSSecret):
		p.Add("TLSSecret", "%q is not a valid Secret name", i.TLSSecret)
	case i.CertManagerIssuer != "" && !isObjectName(i.CertManagerIssuer):
		p.Add("CertManagerIssuer", "%q is not a valid ClusterIssuer name", i.CertManagerIssuer)
	case i.TLS == "passthrough" && i.TLSSecret != "" && i.TLSSecret != argoTLSSecret:
		p.Add("TLSSecret", "must be %s with passthrough, because Argo CD reads its certificate from that Secret", argoTLSSecret)
	}
	for _, key := range sortedKeys(i.Annotations) {
		if !isAnnotation(key) {
			p.Add("Annotations", "%q is not a valid annotation name", key)
		} else if err := i.checkAnnotation(key, i.Annotations[key]); err != nil {
			p.Add("Annotations", "%q %w", key, err)
		}
	}
	return p
}

// additionalProblems checks the additional domains of an Ingress. Users reach a local domain
// through a port-forward, which needs TLS in Argo CD.
func (i Ingress) additionalProblems(domains []Domain) problem.List {
	var p problem.List
	for n, domain := range domains {
		path := problem.Item("AdditionalDomains", n)
		switch {
		case domain.Check() != nil: // AdditionalProblems reports it
		case domain.Local() && i.TLS != "passthrough":
			p.Add(path, "%q uses a port-forward, which has no TLS if TLS ends at the ingress; set %s to passthrough, or remove the domain", domain, problem.Field("Ingress.TLS"))
		case !domain.Local() && strings.Contains(string(domain), ":"):
			p.Add(path, "%q has a port, which an ingress does not serve; remove the port", domain)
		}
	}
	return p
}

// render returns the chart's server.ingress. Its host is global.domain; one certificate
// covers it and all additional domains that are not local.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/ingress/
func (i Ingress) render(domain Domain, additional []Domain) map[string]string {
	settings := map[string]string{
		keyIngress + ".enabled":          "true",
		keyIngress + ".ingressClassName": i.ClassName,
		// With TLS at the edge, Argo CD must not redirect plain HTTP.
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

// checkAnnotation returns an error if an annotation is not allowed on the Ingress.
func (i Ingress) checkAnnotation(key, value string) error {
	switch {
	case key == "kubernetes.io/ingress.class":
		return problem.Errorf("cannot be combined with %s; remove it", problem.Field("ClassName"))
	case i.CertManagerIssuer != "" && (key == "cert-manager.io/cluster-issuer" || key == "cert-manager.io/issuer"):
		return problem.Errorf("cannot be combined with %s; remove it", problem.Field("CertManagerIssuer"))
	}
	return checkAnnotation(key, value, i.TLS == "passthrough")
}

// chartTLS reports whether the chart's tls: true is used, which always selects all hosts and
// Argo CD's own Secret, which cert-manager fills (templates/argocd-server/ingress.yaml).
func (i Ingress) chartTLS() bool { return i.CertManagerIssuer != "" || i.TLSSecret == argoTLSSecret }

func annotationSetting(key string) string {
	return keyIngress + ".annotations." + strings.ReplaceAll(key, ".", `\.`)
}
