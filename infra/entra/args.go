package entra

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// EntraAppArgs are the inputs of an EntraApp.
type EntraAppArgs struct {
	// Display name of the application and its service principal.
	DisplayName string `pulumi:"displayName"`
	// Argo CDs that sign in through the application. At least one.
	Instances []ArgoInstance `pulumi:"instances"`
	// Object IDs, in lower case, of the Entra groups whose direct members may sign in. At
	// least one here or in Groups, as Entra puts only assigned groups into the groups
	// claim. None with GroupClaims security.
	GroupObjectIDs []string `pulumi:"groupObjectIds,optional"`
	// Object IDs of further groups whose direct members may sign in, as outputs of the
	// program. The keys are names of your choice, and part of the logical names of the
	// assignments.
	Groups map[string]pulumi.StringInput `pulumi:"groups,optional"`
	// Groups of a user that Entra puts into tokens: assigned (those assigned to the
	// application, which requires Entra ID P1) or security (all security groups; requires
	// RequireAssignment false).
	GroupClaims GroupClaims `pulumi:"groupClaims,optional" enum:"assigned,security" default:"assigned"`
	// Lets only members of the groups sign in. With false, everyone in the tenant can sign
	// in, and the ArgoExtension's DefaultRole may only read.
	RequireAssignment *bool `pulumi:"requireAssignment,optional" default:"true"`
	// Grants the application's Microsoft Graph permissions for all users. With false, each
	// user is asked to consent at the first sign-in.
	PreConsent *bool `pulumi:"preConsent,optional" default:"true"`
	// Registers the redirect URI of argocd login --sso, on localhost.
	CLI *bool `pulumi:"cli,optional" default:"true"`
	// Registers Argo CD's sign-in page as a redirect URI: users who sign out of Entra
	// together with Argo CD return there.
	SignOutOfEntra bool `pulumi:"signOutOfEntra,optional"`
	// Resource ID of an Azure container registry that the instances pull charts from.
	// Repo-server signs in to it as a second application, <DisplayName>-argocd-repo-server,
	// which gets the role AcrPull. Users cannot sign in through it. Default: none.
	ContainerRegistry pulumi.StringInput `pulumi:"containerRegistry,optional"`
	// Creates repo-server's application, as ContainerRegistry does, for repositories in
	// Azure DevOps, whose organization grants it access.
	AzureDevOps bool `pulumi:"azureDevOps,optional"`
	// Resource IDs of further AKS clusters that the instances deploy to. The instances sign
	// in to them as a separate application, <DisplayName>-argocd-clusters, which gets the
	// role Azure Kubernetes Service RBAC Cluster Admin on each. Users cannot sign in through
	// it. Default: none.
	Clusters []azure.ClusterID `pulumi:"clusters,optional"`
	// Workload identities that get tokens for the application. The ArgoExtension grants
	// them roles. Default: none.
	Pipelines []Pipeline `pulumi:"pipelines,optional"`
}

// ArgoInstance is one Argo CD that signs its users in through an EntraApp.
type ArgoInstance struct {
	// Name of the instance, unique in the application and part of the logical names of its
	// federated credentials. After a change, list the old name in FormerNames: Entra
	// rejects two credentials for one service account.
	Name string `pulumi:"name"`
	// Names of the instance in earlier deployments.
	FormerNames []string `pulumi:"formerNames,optional"`
	// Domain that users type: host or host:port, such as argocd.example.com or
	// localhost:9000.
	Domain chart.Domain `pulumi:"domain"`
	// Domains that users may type as well. Default: none.
	AdditionalDomains []chart.Domain `pulumi:"additionalDomains,optional"`
	// URL of the cluster's OIDC issuer: OIDCIssuerURL of an AksCluster.
	Issuer pulumi.StringInput `pulumi:"issuer"`
	// Prefix of the names of the instance's federated credentials:
	// <prefix>-argocd-server. Default: Name.
	CredentialPrefix string `pulumi:"credentialPrefix,optional"`
	// Name of argocd-server's federated credential, if it does not follow from the prefix.
	CredentialName string `pulumi:"credentialName,optional"`
}

// isTrue reports whether an input is true, which is its default.
func isTrue(flag *bool) bool { return flag == nil || *flag }

// Problems lists the arguments that Entra would reject. GroupObjectIDs may be missing, so a
// program can call it before it looks the groups up.
func (a *EntraAppArgs) Problems() problem.List {
	var p problem.List
	p.Check("DisplayName", checkDisplayName(a.DisplayName))
	return slices.Concat(p, a.instanceProblems(), a.groupClaimsProblems(), a.credentialProblems(), a.pipelineProblems(), a.spokeProblems(), a.repoServerProblems())
}

func (a *EntraAppArgs) check() problem.List {
	p := a.Problems()
	return slices.Concat(p, a.issuerProblems(), a.assignmentProblems())
}

// issuerProblems also rejects two instances on one cluster, because Entra rejects two
// credentials of an application for one service account.
func (a *EntraAppArgs) issuerProblems() problem.List {
	var p problem.List
	issuers := map[string]bool{}
	for i, instance := range a.Instances {
		path := problem.Item("Instances", i) + ".Issuer"
		issuer, known := component.Known(instance.Issuer)
		switch {
		case !component.IsSet(instance.Issuer):
			p.Add(path, "is required")
		case known && !strings.HasPrefix(issuer, "https://"):
			p.Add(path, "%q is not a valid OIDC issuer URL; use OIDCIssuerURL of an AksCluster", issuer)
		case known && issuers[issuer]:
			p.Add(path, "duplicate %q; a cluster can have one Argo CD per application", issuer)
		}
		issuers[issuer] = true
	}
	return p
}

func (a *EntraAppArgs) instanceProblems() problem.List {
	var p problem.List
	if len(a.Instances) == 0 {
		p.Add("Instances", "is empty")
	}
	names := map[string]bool{}
	for i, instance := range a.Instances {
		if instance.Name == "" || names[instance.Name] {
			p.Add(problem.Item("Instances", i)+".Name", "%q is empty or a duplicate", instance.Name)
		}
		names[instance.Name] = true
		p.Below(problem.Item("Instances", i), instance.domainProblems())
	}
	if n := len(a.webRedirectURIs()) + len(a.cliRedirectURIs()); n > maxRedirectURIs {
		p.Add("Instances", "needs %d redirect URIs; an application has at most %d", n, maxRedirectURIs)
	}
	return p
}

// maxDisplayName is Entra's limit,
// https://learn.microsoft.com/graph/api/resources/application.
const maxDisplayName = 256

// checkDisplayName rejects a name with the wrong length or with invisible characters.
func checkDisplayName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxDisplayName {
		return fmt.Errorf("%q must be 1 to %d characters", name, maxDisplayName)
	}
	if name != strings.TrimSpace(name) || strings.ContainsFunc(name, problem.IsUnseen) {
		return fmt.Errorf("%q has a line break, leading or trailing space, or an invisible character; remove it", name)
	}
	return nil
}

// checkSuffix rejects a display name that is too long for another application's suffix.
func (a *EntraAppArgs) checkSuffix(p *problem.List, whose, suffix string) {
	if n, most := utf8.RuneCountInString(a.DisplayName), maxDisplayName-len(suffix); n > most && n <= maxDisplayName {
		p.Add("DisplayName", "%q is longer than %d characters; %s application adds %s", a.DisplayName, most, whose, suffix)
	}
}
