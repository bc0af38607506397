package chart

import (
	"errors"
	"slices"

	"github.com/OWNER/argocd-on-aks/infra/chart/extra"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// extraProblems checks ExtraSettings and SecretSettings.
func (s Settings) extraProblems() problem.List {
	settings, p := extra.Read(s.ExtraSettings, s.SecretSettings)
	managed, _ := s.managed(Entra{})
	installation := func(setting extra.Setting) error { return s.checkExtra(setting, settings) }
	return append(p, extra.Check(settings, sortedKeys(managed), sortedKeys(s.listElements(Entra{})), installation)...)
}

// checkExtra applies the rules that depend on the typed settings and on all extra ones.
func (s Settings) checkExtra(setting extra.Setting, all []extra.Setting) error {
	if s.Clusters {
		if err := checkTokenVolume(setting); err != nil {
			return err
		}
	}
	if s.Ingress != nil {
		if err := s.Ingress.checkExtra(setting); err != nil {
			return err
		}
	}
	return s.checkExposure(setting, all)
}

// checkExtra rejects extra settings that change the Ingress, or expose Argo CD beside it.
func (i Ingress) checkExtra(s extra.Setting) error {
	switch {
	case s.Matches("server ingress") && !s.Matches("server ingress labels", "server ingress extraHosts"):
		return problem.Errorf("would change the ingress; use %s, because only labels and extraHosts can be set here", problem.Field("Ingress"))
	case s.Matches("server ingress extraHosts") && !i.chartTLS():
		return problem.Errorf("would add a host that %s does not cover; use %s", problem.Field("Ingress.TLSSecret"), problem.Field("AdditionalDomains"))
	// These do not use the TLS of server.ingress.
	case s.Matches("server grpcroute", "server httproute", "server ingressGrpc", "server listenerset", "server route"):
		return problem.Errorf("would expose Argo CD beside the ingress, and without its TLS; use %s, or leave %s unset",
			problem.Field("AdditionalDomains"), problem.Field("Ingress"))
	}
	return nil
}

// checkExposure rejects extra settings that expose Argo CD without TLS or send users to
// another server.
func (s Settings) checkExposure(setting extra.Setting, all []extra.Setting) error {
	plainHTTP := s.servesPlainHTTP(all)
	switch {
	case setting.Matches(insecureSwitch) && slices.ContainsFunc(s.Domains(), Domain.Local):
		return extra.ErrTLS
	case setting.Matches(otherServers...):
		return errors.New("would send users, or requests with their sessions, to another server")
	case setting.Matches("server ingress annotations *", "server ingressGrpc annotations *") && setting.Path[3] != "kubernetes.io/ingress.class":
		return checkAnnotation(setting.Path[3], setting.Value, !plainHTTP)
	case plainHTTP:
		return checkPlainHTTP(setting, all)
	}
	return nil
}

const insecureSwitch = "configs params server.insecure"

// otherServers are the settings in which an Ingress or a route names other services.
var otherServers = []string{
	"server ingress extraPaths", "server ingress extraRules", "server ingressGrpc extraPaths", "server ingressGrpc extraRules",
	"server httproute rules * filters", "server httproute rules * backendRefs", "server grpcroute rules * filters", "server grpcroute rules * backendRefs",
}

// servesPlainHTTP reports whether argocd-server serves plain HTTP, with TLS in front of it.
func (s Settings) servesPlainHTTP(all []extra.Setting) bool {
	if s.Ingress != nil {
		return s.Ingress.TLS != "passthrough"
	}
	return slices.ContainsFunc(all, func(setting extra.Setting) bool { return setting.Matches(insecureSwitch) && setting.Value == "true" })
}

// checkPlainHTTP rejects extra settings that expose plain HTTP outside the cluster.
func checkPlainHTTP(s extra.Setting, all []extra.Setting) error {
	const outside = "would expose plain HTTP outside the cluster, because TLS ends in front of Argo CD; "
	switch {
	case s.Matches("server service type", "server ingress aws serviceType") && s.Value != "ClusterIP":
		return errors.New(outside + "keep the type ClusterIP")
	case s.Matches("server hostNetwork") && s.Value != "false",
		s.Matches("server listenerset protocol") && s.Value != "HTTPS",
		s.Matches("server route termination_policy") && s.Value != "None" && s.Value != "Redirect",
		s.Matches("server service externalIPs", "server service nodePort*"):
		return errors.New(outside + "remove it")
	case s.Matches("server ingress enabled", "server ingressGrpc enabled") && s.Value != "false" && !hasTLS(all, s.Path[1]):
		return problem.Errorf(outside+"also set tls or extraTls, or use %s", problem.Field("Ingress"))
	}
	return nil
}

// hasTLS reports whether the extra settings set a certificate for an Ingress of the chart.
func hasTLS(all []extra.Setting, ingress string) bool {
	return slices.ContainsFunc(all, func(s extra.Setting) bool {
		return s.Matches("server "+ingress+" tls") && s.Value == "true" || s.Matches("server "+ingress+" extraTls * secretName") && s.Value != ""
	})
}
