package entra

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// SignIn describes the sign-in of users to one Argo CD through an EntraApp, and Argo CD's
// sign-in to Azure. EntraApp.SignIn returns it for the ArgoExtension. Programs in other
// languages set its fields.
type SignIn struct {
	// Domain that users type: host or host:port, the same as in the EntraApp's instance.
	Domain chart.Domain `pulumi:"domain"`
	// Domains that users may type as well, the same as in the EntraApp's instance. Default:
	// none.
	AdditionalDomains []chart.Domain `pulumi:"additionalDomains,optional"`
	// The EntraApp's ClientID.
	ClientID pulumi.StringInput `pulumi:"clientId"`
	// The EntraApp's TenantID.
	TenantID pulumi.StringInput `pulumi:"tenantId"`
	// The EntraApp's RedirectURIs, against which the domains are checked. Default: no check.
	RedirectURIs pulumi.StringArrayInput `pulumi:"redirectUris,optional"`
	// The same as RequireAssignment of the EntraApp. With false, DefaultRole may only read.
	RequireAssignment *bool `pulumi:"requireAssignment,optional" default:"true"`
	// Ends Entra's session together with Argo CD's: the same as SignOutOfEntra of the
	// EntraApp.
	SignOutOfEntra bool `pulumi:"signOutOfEntra,optional"`
	// Signs repo-server in to Azure container registries: the same as ContainerRegistry of
	// the EntraApp. Default: none.
	ContainerRegistry pulumi.StringInput `pulumi:"containerRegistry,optional"`
	// Signs repo-server in to Azure DevOps: the same as AzureDevOps of the EntraApp.
	AzureDevOps bool `pulumi:"azureDevOps,optional"`
	// The EntraApp's RepoServerClientID. Required with ContainerRegistry or AzureDevOps.
	RepoServerClientID pulumi.StringInput `pulumi:"repoServerClientId,optional"`
	// Signs the application controller in to spoke clusters: the same as Clusters of the
	// EntraApp. Default: none.
	Clusters []azure.ClusterID `pulumi:"clusters,optional"`

	// app are the arguments of the EntraApp that returned the SignIn.
	app *EntraAppArgs
	// missing is the name of an instance that the EntraApp does not have.
	missing *string
}

// SignIn returns the parts of an instance's sign-in that are known before the app is created.
func (a *EntraAppArgs) SignIn(instance string) SignIn {
	i := slices.IndexFunc(a.Instances, func(i ArgoInstance) bool { return i.Name == instance })
	if i < 0 {
		return SignIn{missing: &instance}
	}
	return SignIn{
		Domain:            a.Instances[i].Domain,
		AdditionalDomains: a.Instances[i].AdditionalDomains,
		RequireAssignment: a.RequireAssignment,
		SignOutOfEntra:    a.SignOutOfEntra,
		ContainerRegistry: a.ContainerRegistry,
		AzureDevOps:       a.AzureDevOps,
		Clusters:          a.Clusters,
		app:               a,
	}
}

// SignIn returns the sign-in of the named instance.
func (app *EntraApp) SignIn(instance string) SignIn {
	s := app.args.SignIn(instance)
	s.ClientID, s.TenantID, s.RepoServerClientID = app.ClientID, app.TenantID, app.RepoServerClientID
	return s
}

// Chart returns the sign-in for the extension's settings.
func (s SignIn) Chart() chart.SignIn {
	return chart.SignIn{
		Domain: s.Domain, AdditionalDomains: s.AdditionalDomains,
		RequireAssignment: s.RequireAssignment, SignOutOfEntra: s.SignOutOfEntra,
		ContainerRegistry: component.IsSet(s.ContainerRegistry), AzureDevOps: s.AzureDevOps, Clusters: len(s.Clusters) > 0,
	}
}

// Check lists missing inputs.
func (s SignIn) Check() problem.List {
	var p problem.List
	switch {
	case s.missing != nil:
		p.Add("SignIn", "has no instance %q; use the name of one of the EntraApp's Instances", *s.missing)
		return p
	case s.Domain == "" && s.ClientID == nil && s.TenantID == nil && s.ContainerRegistry == nil:
		p.Add("SignIn", "is required; use EntraApp.SignIn")
		return p
	}
	for _, required := range []struct {
		path  string
		value pulumi.StringInput
	}{{"ClientID", s.ClientID}, {"TenantID", s.TenantID}} {
		if id, known := component.Known(required.value); !component.IsSet(required.value) {
			p.Add(required.path, "is required")
		} else if known {
			p.Check(required.path, azure.CheckGUID(id))
		}
	}
	if (component.IsSet(s.ContainerRegistry) || s.AzureDevOps) && !component.IsSet(s.RepoServerClientID) {
		p.Add("RepoServerClientID", "is required with %s or %s", problem.Field("ContainerRegistry"), problem.Field("AzureDevOps"))
	}
	return p
}

// AssignedGroups returns the groups that Entra puts into tokens, or nil if those are all
// groups or unknown to this program.
func (s SignIn) AssignedGroups() pulumi.StringArray {
	if s.app == nil || s.app.GroupClaims == GroupClaimsSecurity {
		return nil
	}
	groups := pulumi.ToStringArray(s.app.GroupObjectIDs)
	for _, name := range slices.Sorted(maps.Keys(s.app.Groups)) {
		groups = append(groups, s.app.Groups[name])
	}
	return groups
}

// CheckGroup returns an error if a group is not assigned to the app, so its members could
// not use a role.
func CheckGroup(group string, assigned []string) error {
	if slices.Contains(assigned, group) {
		return nil
	}
	return fmt.Errorf("%q is not among GroupObjectIDs or Groups of the EntraApp, so its members cannot sign in; add it there", group)
}

// CheckPipeline returns an error if the app has no pipeline of this name.
func (s SignIn) CheckPipeline(name string) error {
	if s.app == nil || slices.ContainsFunc(s.app.Pipelines, func(p Pipeline) bool { return p.Name == name }) {
		return nil
	}
	return fmt.Errorf("%q is not among Pipelines of the EntraApp; add it there", name)
}

// CheckRedirectURIs returns an error if the app lacks the redirect URI of a domain.
func (s SignIn) CheckRedirectURIs(registered []string) error {
	for _, domain := range append([]chart.Domain{s.Domain}, s.AdditionalDomains...) {
		if !slices.Contains(registered, domain.RedirectURI()) {
			return fmt.Errorf("the EntraApp has no redirect URI %s; set Domain of its instance to %q", domain.RedirectURI(), domain)
		}
	}
	return nil
}
