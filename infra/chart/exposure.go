package chart

import "slices"

// waysIn are the parts of the chart that lead to argocd-server beside server.ingress,
// and know nothing of its TLS.
var waysIn = []string{"server grpcroute", "server httproute", "server ingressGrpc", "server listenerset", "server route"}

// exposure returns the reason if an extra setting would lead users to Argo CD without
// TLS, or "".
func (s Settings) exposure(extra extraSetting) string {
	switch {
	case s.Ingress != nil && fitsAny(waysIn, extra.path):
		return "would lead to Argo CD beside the ingress, and without its TLS; use additionalDomains, or leave the key ingress out"
	case s.Ingress != nil && fits("server ingress extraHosts", extra.path) && !s.Ingress.chartTLS():
		return "would add a host that ingress.tlsSecret is not used for; use additionalDomains"
	case !s.plainHTTP():
		return ""
	case fits("server service type", extra.path) && extra.value != "ClusterIP":
		return "would serve plain HTTP outside the cluster: TLS ends in front of Argo CD; leave the type ClusterIP"
	case fits("server hostNetwork", extra.path) && extra.value != "false",
		fits("server service externalIPs", extra.path), fits("server service nodePort*", extra.path):
		return "would serve plain HTTP outside the cluster: TLS ends in front of Argo CD; leave it out"
	}
	return ""
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
