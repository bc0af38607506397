// Package chart has the settings of one Argo CD, and every rule on them. It turns typed
// Settings into the flat Helm settings of the extension Microsoft.ArgoCD, which are those of
// the argo-cd chart and a few of the extension's own. It does not import Pulumi, and reads and
// writes nothing.
//
// The chart: https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd. The
// extension: https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd.
package chart

import "github.com/OWNER/argocd-on-aks/infra/problem"

// Settings are all that the extension is told about an Argo CD. Domain and Roles are
// required.
type Settings struct {
	SignIn
	// Roles grant groups a role each. At least one.
	Roles []RoleMapping
	Options
	// SecretSettings are ExtraSettings with values that are secrets. They have the same
	// rules, and Render leaves them out.
	SecretSettings map[string]string
}

// SignIn is how one Argo CD signs users in, and itself in to Azure: what it and its Entra
// application have to agree on.
type SignIn struct {
	// Domain is what users type. Required.
	Domain Domain
	// AdditionalDomains are what users may type as well. Argo CD redirects each user to
	// the one that they used; links in notifications have the Domain.
	AdditionalDomains []Domain
	// RequireAssignment lets only members of assigned groups sign in. Default: true. With
	// false, DefaultRole may allow nothing but reading.
	RequireAssignment *bool
	// SignOutOfEntra ends Entra's session with Argo CD's, and then shows Argo CD's
	// sign-in page, which must be a redirect URI of the application.
	SignOutOfEntra bool
	// ContainerRegistry has repo-server sign in to Azure container registries, as an
	// application of its own.
	ContainerRegistry bool
	// AzureDevOps has repo-server sign in to Azure DevOps, as the same application.
	AzureDevOps bool
	// Clusters has the application controller sign in to spoke clusters, as argocd-server
	// can already. Their cluster Secrets name the application.
	Clusters bool
}

// Options are what teams choose about their Argo CD.
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

// HighAvailabilityNodes is how many nodes must take Argo CD's pods before
// redis-ha can be installed; with fewer, the installation times out.
// https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd
const HighAvailabilityNodes = 4

// Problems lists what Argo CD, Helm or a user's sign-in would trip over.
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

// Domains are all that users may type.
func (s Settings) Domains() []Domain { return append([]Domain{s.Domain}, s.AdditionalDomains...) }
