package entra

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/azure"
	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/problem"
)

// EntraAppArgs are the inputs of an EntraApp.
type EntraAppArgs struct {
	// DisplayName of the application and its service principal. Required.
	DisplayName string
	// Instances are the Argo CDs that sign in through the app. At least one.
	Instances []ArgoInstance
	// GroupObjectIDs are the Entra groups whose direct members may sign in, in lower
	// case as LookupGroup returns them. At least one: Entra puts only assigned
	// groups into the groups claim. None with GroupClaimsSecurity.
	GroupObjectIDs []string
	// GroupClaims are the groups that Entra puts into tokens. Default:
	// GroupClaimsAssigned.
	GroupClaims GroupClaims
	// RequireAssignment lets only members of the groups sign in
	// (appRoleAssignmentRequired). Default: true. With false, everyone in the tenant can
	// sign in, and the ArgoExtension's DefaultRole may allow nothing but reading.
	RequireAssignment *bool
	// PreConsent grants the delegated permissions of Microsoft Graph for all users.
	// Default: true. With false, each user is asked to consent at the first sign-in.
	PreConsent *bool
	// CLI registers the redirect URI of `argocd login --sso`. Default: true.
	CLI *bool
	// SignOutOfEntra registers Argo CD's sign-in page as a redirect URI: after users sign
	// out of Entra too, it sends them there. Default: false.
	SignOutOfEntra bool
	// ContainerRegistry is the resource ID of an Azure container registry that
	// the instances' repo-servers pull charts from. They sign in to it as a second
	// application, <DisplayName>-argocd-repo-server, which gets the role AcrPull
	// and which users cannot sign in through. Default: none.
	ContainerRegistry string
	// AzureDevOps creates the same application for repositories in Azure DevOps,
	// whose organization decides what it may read.
	AzureDevOps bool
	// Clusters are AKS clusters, beside the instances' own, that the instances deploy
	// to. They sign in there as an application of its own, <DisplayName>-argocd-clusters,
	// which gets the role Azure Kubernetes Service RBAC Cluster Admin on each, and which
	// users cannot sign in through. Default: none.
	Clusters []azure.ClusterID
	// Pipelines are workload identities that get tokens for the app, each with a
	// name of its own. The ArgoExtension grants them roles. Default: none.
	Pipelines []Pipeline
}

// ArgoInstance is one Argo CD that signs its users in through an EntraApp.
type ArgoInstance struct {
	// Name is unique among the app's instances, and part of the logical names of
	// its federated credentials. A change creates them again before it deletes the old
	// ones, which Entra rejects: list the old name in FormerNames.
	Name string
	// FormerNames are those that Name has had in earlier deployments.
	FormerNames []string
	// Domain is what users type: host or host:port.
	Domain chart.Domain
	// AdditionalDomains are what users may type as well. Default: none.
	AdditionalDomains []chart.Domain
	// Issuer is the URL of the cluster's OIDC issuer.
	Issuer pulumi.StringInput
	// CredentialPrefix is what the names of the instance's federated credentials
	// begin with: <prefix>-argocd-server. Default: Name.
	CredentialPrefix string
	// CredentialName of argocd-server's federated credential, where it does not
	// follow from the prefix.
	CredentialName string
}

// isTrue reports whether an input is true, which is its default.
func isTrue(flag *bool) bool { return flag == nil || *flag }

// Problems lists what Entra would reject. GroupObjectIDs may still be missing, so
// that a program can check its configuration before it looks them up.
func (a *EntraAppArgs) Problems() problem.List {
	var p problem.List
	p.Check("DisplayName", checkDisplayName(a.DisplayName))
	return slices.Concat(p, a.instanceProblems(), a.groupClaimsProblems(), a.credentialProblems(), a.pipelineProblems(), a.spokeProblems(), a.repoServerProblems())
}

func (a *EntraAppArgs) check() problem.List {
	p := a.Problems()
	for i, instance := range a.Instances {
		if instance.Issuer == nil {
			p.Add(problem.Item("Instances", i)+".Issuer", "is required")
		}
	}
	return append(p, a.assignmentProblems()...)
}

func (a *EntraAppArgs) instanceProblems() problem.List {
	var p problem.List
	if len(a.Instances) == 0 {
		p.Add("Instances", "is empty")
	}
	names := map[string]bool{}
	for i, instance := range a.Instances {
		if instance.Name == "" || names[instance.Name] {
			p.Add(problem.Item("Instances", i)+".Name", "%q is empty or taken", instance.Name)
		}
		names[instance.Name] = true
		p.Below(problem.Item("Instances", i), instance.domainProblems())
	}
	if n := len(a.webRedirectURIs()) + len(a.cliRedirectURIs()); n > maxRedirectURIs {
		p.Add("Instances", "need %d redirect URIs, and an application has at most %d", n, maxRedirectURIs)
	}
	return p
}

// maxDisplayName is Entra's limit,
// https://learn.microsoft.com/graph/api/resources/application.
const maxDisplayName = 256

// checkDisplayName rejects a name that readers cannot tell from another.
func checkDisplayName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxDisplayName {
		return fmt.Errorf("%q must be 1 to %d characters", name, maxDisplayName)
	}
	if name != strings.TrimSpace(name) || strings.ContainsFunc(name, problem.IsUnseen) {
		return fmt.Errorf("%q has a line break, space at an end, or an invisible character; remove it", name)
	}
	return nil
}

// checkSuffix leaves room for the display name of another application.
func (a *EntraAppArgs) checkSuffix(p *problem.List, whose, suffix string) {
	if n, most := utf8.RuneCountInString(a.DisplayName), maxDisplayName-len(suffix); n > most && n <= maxDisplayName {
		p.Add("DisplayName", "%q is longer than %d characters, and %s application adds %s", a.DisplayName, most, whose, suffix)
	}
}
