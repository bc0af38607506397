// Package chart says what Argo CD is told. It turns typed Settings into the flat
// Helm settings of the extension Microsoft.ArgoCD, which are those of the argo-cd
// chart and a few of the extension's own, and it holds every rule on them. It
// knows neither Pulumi nor Azure, and reads and writes nothing.
//
// The chart: https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd. The
// extension: https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd.
package chart

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"argocd-on-aks/infra/problem"
)

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
	p = append(p, s.openToTenantProblems()...)
	if s.Ingress != nil {
		p.Below("Ingress", s.Ingress.problems(s.Domain))
		p = append(p, s.Ingress.additionalProblems(s.AdditionalDomains)...)
	}
	return append(p, s.extraProblems()...)
}

// The keys are Helm `--set` paths: a dot inside a ConfigMap's key carries a
// backslash, or Helm would build a nested map and Argo CD would never see it.
const (
	keyOIDCConfig    = `configs.cm.oidc\.config`
	keyAdminEnabled  = `configs.cm.admin\.enabled`
	keyPolicyCSV     = `configs.rbac.policy\.csv`
	keyPolicyDefault = `configs.rbac.policy\.default`
	keyDomain        = "global.domain"
	// keyAdditionalURLs is in argocd-cm, a list in YAML (GetSettings in
	// util/settings/settings.go of Argo CD 3.2).
	keyAdditionalURLs = "configs.cm.additionalUrls"
	keyRedisHA        = "redis-ha.enabled"
	keyWIEnabled      = "azure.workloadIdentity.enabled"
	keyWIClient       = "azure.workloadIdentity.clientId"
	keySSOClient      = "azure.workloadIdentity.entraSSOClientId"
)

// replicas are the chart's "HA mode" next to redis-ha; ExtraSettings may have
// more. The application controller shards by cluster, so it stays alone.
// https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd#high-availability
var replicas = map[string]string{"server.replicas": "2", "repoServer.replicas": "2", "applicationSet.replicas": "2"}

// Entra is the tenant, and who Argo CD is in it.
type Entra struct {
	// Issuer is the tenant's OpenID Connect issuer.
	Issuer string
	// ClientID is that of the application that users sign in through.
	ClientID string
	// RepoServerClientID is that of the application that repo-server signs in as.
	// ContainerRegistry and AzureDevOps need it.
	RepoServerClientID string
}

// Render returns the extension's configurationSettings: Settings without
// Problems, in a tenant.
func (s Settings) Render(entra Entra) (map[string]string, error) {
	oidc, err := s.oidcConfig(entra)
	if err != nil {
		return nil, err
	}
	workloadClient := entra.ClientID
	// What is not wanted any more is said: whether Azure forgets a setting that is
	// left out is not documented.
	settings := map[string]string{keyIngress + ".enabled": "false", keyInsecure: "false"}
	if s.HighAvailability {
		maps.Copy(settings, replicas)
	}
	maps.Copy(settings, s.ExtraSettings)
	if s.Ingress != nil {
		maps.Copy(settings, s.Ingress.render(s.Domain, s.AdditionalDomains))
	}
	if s.ContainerRegistry || s.AzureDevOps {
		if workloadClient = entra.RepoServerClientID; workloadClient == "" {
			return nil, errors.New("ContainerRegistry and AzureDevOps need the client ID of an application for repo-server")
		}
		maps.Copy(settings, s.repoServerLogin(workloadClient))
	}
	if s.Clusters {
		maps.Copy(settings, s.clusterLogin())
	}
	maps.Copy(settings, map[string]string{
		keyWIEnabled:    "true",
		keyWIClient:     workloadClient,
		keySSOClient:    entra.ClientID,
		keyRedisHA:      strconv.FormatBool(s.HighAvailability),
		keyDomain:       string(s.Domain),
		keyAdminEnabled: "false",
		keyOIDCConfig:   oidc,
		keyPolicyCSV:    s.policyCSV(),
		// No role is the chart's default.
		keyPolicyDefault: "",
	})
	if len(s.Pipelines) > 0 {
		settings[keyScopes] = pipelineScopes
	}
	// Should Azure keep it when the last of them goes, Entra still leads nobody there.
	if len(s.AdditionalDomains) > 0 {
		settings[keyAdditionalURLs] = additionalURLs(s.AdditionalDomains)
	}
	for _, account := range s.Accounts {
		settings[keyAccount+account.Name] = apiKey
	}
	if s.DefaultRole != "" {
		settings[keyPolicyDefault] = "role:" + s.DefaultRole
	}
	return settings, nil
}

// Domains are all that users may type.
func (s Settings) Domains() []Domain { return append([]Domain{s.Domain}, s.AdditionalDomains...) }

// additionalURLs is a list in YAML. Nothing in a domain needs quotes in it.
func additionalURLs(domains []Domain) string {
	var list strings.Builder
	for _, domain := range domains {
		fmt.Fprintf(&list, "- %s\n", domain.URL())
	}
	return list.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
