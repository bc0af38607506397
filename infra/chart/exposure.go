package chart

import (
	"slices"

	"argocd-on-aks/infra/problem"
)

// waysIn are the parts of the chart that lead to argocd-server beside server.ingress,
// and know nothing of its TLS.
var waysIn = []string{"server grpcroute", "server httproute", "server ingressGrpc", "server listenerset", "server route"}

// exposure returns the reason if an extra setting would lead users to Argo CD without
// TLS, or to another server, or "".
func (s Settings) exposure(extra extraSetting) string {
	switch path, value := extra.path, extra.value; {
	case s.Ingress != nil && fitsAny(waysIn, path):
		return "would lead to Argo CD beside the ingress, and without its TLS; use additionalDomains, or leave the key ingress out"
	case s.Ingress != nil && fits("server ingress extraHosts", path) && !s.Ingress.chartTLS():
		return "would add a host that ingress.tlsSecret is not used for; use additionalDomains"
	case fitsAny(otherServers, path):
		return "would send users, or requests with their sessions, to another server"
	case fitsAny([]string{"server ingress annotations *", "server ingressGrpc annotations *"}, path) && path[3] != "kubernetes.io/ingress.class":
		return s.route().refusal(path[3], value)
	case !s.plainHTTP():
		return ""
	case fitsAny([]string{"server service type", "server ingress aws serviceType"}, path) && value != "ClusterIP":
		return "would serve plain HTTP outside the cluster: TLS ends in front of Argo CD; leave the type ClusterIP"
	case fits("server hostNetwork", path) && value != "false",
		fits("server listenerset protocol", path) && value != "HTTPS",
		fits("server route termination_policy", path) && value != "None" && value != "Redirect",
		fitsAny([]string{"server service externalIPs", "server service nodePort*"}, path):
		return "would serve plain HTTP outside the cluster: TLS ends in front of Argo CD; leave it out"
	case fitsAny([]string{"server ingress enabled", "server ingressGrpc enabled"}, path) && value != "false" && !s.hasTLS(path[1]):
		return "would serve plain HTTP outside the cluster: TLS ends in front of Argo CD; set tls or extraTls beside it, or use the key ingress"
	}
	return ""
}

// otherServers are the places in which an Ingress or a route names other services.
var otherServers = []string{
	"server ingress extraPaths", "server ingress extraRules", "server ingressGrpc extraPaths", "server ingressGrpc extraRules",
	"server httproute rules * filters", "server httproute rules * backendRefs", "server grpcroute rules * filters", "server grpcroute rules * backendRefs",
}

// route is an Ingress as far as the extra settings describe one.
func (s Settings) route() Ingress {
	if s.plainHTTP() {
		return Ingress{TLS: "edge"}
	}
	return Ingress{TLS: "passthrough"}
}

// hasTLS reports whether the extra settings give an Ingress of the chart a certificate.
func (s Settings) hasTLS(ingress string) bool {
	return slices.ContainsFunc(s.extras(new(problem.List)), func(extra extraSetting) bool {
		return fits("server "+ingress+" tls", extra.path) && extra.value == "true" || fits("server "+ingress+" extraTls * secretName", extra.path) && extra.value != ""
	})
}

// plainHTTP reports whether argocd-server serves plain HTTP, as TLS ends in front of it.
func (s Settings) plainHTTP() bool {
	if s.Ingress != nil {
		return s.Ingress.TLS != "passthrough"
	}
	return slices.ContainsFunc([]map[string]string{s.ExtraSettings, s.SecretSettings}, func(settings map[string]string) bool {
		return settings[keyInsecure] == "true"
	})
}
