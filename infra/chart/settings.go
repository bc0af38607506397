// Package chart defines the settings of one Argo CD and their rules. It renders typed
// Settings as the flat Helm settings of the extension Microsoft.ArgoCD: those of the argo-cd
// chart and a few of the extension. It does not import Pulumi and performs no I/O.
//
// The chart: https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd. The
// extension: https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd.
package chart

import "github.com/OWNER/argocd-on-aks/infra/problem"

// Settings are the settings of one Argo CD. Domain and Roles are required.
type Settings struct {
	SignIn
	// Roles grant groups a role each. At least one is required.
	Roles []RoleMapping
	Options
	// SecretSettings are ExtraSettings with secret values. The same rules apply. Render
	// omits them.
	SecretSettings map[string]string
}

// SignIn describes the sign-in of users to Argo CD, and of Argo CD to Azure: the settings
// that must agree with the Entra application.
type SignIn struct {
	// Domain is the host that users type. Required.
	Domain Domain
	// AdditionalDomains are further hosts that users can type. Argo CD redirects each user to
	// the host that they used; links in notifications use Domain.
	AdditionalDomains []Domain
	// RequireAssignment lets only members of assigned groups sign in. Default: true. With
	// false, DefaultRole must be read-only.
	RequireAssignment *bool
	// SignOutOfEntra ends Entra's session together with Argo CD's and then shows Argo CD's
	// sign-in page, which must be a redirect URI of the application.
	SignOutOfEntra bool
	// ContainerRegistry makes repo-server sign in to Azure container registries, as a
	// separate application.
	ContainerRegistry bool
	// AzureDevOps makes repo-server sign in to Azure DevOps, as the same application.
	AzureDevOps bool
	// Clusters makes the application controller sign in to spoke clusters; argocd-server
	// always can. The cluster Secrets name the application.
	Clusters bool
}

// Options are the optional settings of Argo CD.
type Options struct {
	// Roles of the EntraApp's pipelines. Default: none.
	Pipelines []PipelineRole `pulumi:"pipelines,optional"`
	// API accounts and their roles. Default: none.
	Accounts []AccountRole `pulumi:"accounts,optional"`
	// Argo CD policy lines (p, …) that define roles. Default: none.
	Policies []string `pulumi:"policies,optional"`
	// Role of signed-in users that match no entry of Roles. Default: none.
	DefaultRole string `pulumi:"defaultRole,optional"`
	// Runs redis-ha and two replicas of server, repo-server and applicationset, which needs
	// four nodes that can run Argo CD's pods.
	HighAvailability bool `pulumi:"highAvailability,optional"`
	// Makes Argo CD available on its domain. Default: through a port-forward.
	Ingress *Ingress `pulumi:"ingress,optional"`
	// More settings of the argo-cd chart, in the syntax of helm --set. A setting that would
	// change how users sign in, accounts, roles, TLS, service accounts or the namespace is
	// rejected.
	ExtraSettings map[string]string `pulumi:"extraSettings,optional"`
}

// HighAvailabilityNodes is the number of nodes that redis-ha requires for Argo CD's pods;
// with fewer, the installation times out.
// https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd
const HighAvailabilityNodes = 4

// Problems lists the settings that Argo CD, Helm or the sign-in of users would reject.
func (s Settings) Problems() problem.List {
	var p problem.List
	p.Check("Domain", s.Domain.Check())
	p = append(p, AdditionalProblems(s.Domain, s.AdditionalDomains)...)
	p = append(p, s.accessProblems()...)
	if s.Ingress != nil {
		p.Below("Ingress", s.Ingress.problems(s.Domain))
		p = append(p, s.Ingress.additionalProblems(s.AdditionalDomains)...)
	}
	return append(p, s.extraProblems()...)
}

// Domains returns all hosts that users can type.
func (s Settings) Domains() []Domain { return append([]Domain{s.Domain}, s.AdditionalDomains...) }
