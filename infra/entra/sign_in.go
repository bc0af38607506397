package entra

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/problem"
)

// SignIn is how one instance signs in through an EntraApp: EntraApp.SignIn returns it, and
// the instance's ArgoExtension takes it.
type SignIn struct {
	chart.SignIn
	// ClientID is that of the application that users sign in through. Required.
	ClientID pulumi.StringInput
	// TenantID is the application's tenant. Required.
	TenantID pulumi.StringInput
	// RepoServerClientID is that of the application that repo-server signs in as. Required
	// with ContainerRegistry or AzureDevOps.
	RepoServerClientID pulumi.StringInput
	// app has the groups and pipelines that get tokens; nil if they are not known.
	app *EntraAppArgs
}

// SignIn is the part of an instance's sign-in that is known before the app is created;
// nil if Instances has none of this name.
func (a *EntraAppArgs) SignIn(instance string) *SignIn {
	i := slices.IndexFunc(a.Instances, func(i ArgoInstance) bool { return i.Name == instance })
	if i < 0 {
		return nil
	}
	return &SignIn{app: a, SignIn: chart.SignIn{
		Domain:            a.Instances[i].Domain,
		AdditionalDomains: a.Instances[i].AdditionalDomains,
		RequireAssignment: a.RequireAssignment,
		SignOutOfEntra:    a.SignOutOfEntra,
		ContainerRegistry: a.ContainerRegistry != "",
		AzureDevOps:       a.AzureDevOps,
		Clusters:          len(a.Clusters) > 0,
	}}
}

// SignIn is how an instance signs in through the app; nil if the arguments' Instances have
// none of this name.
func (app *EntraApp) SignIn(instance string) *SignIn {
	s := app.args.SignIn(instance)
	if s != nil {
		s.ClientID, s.TenantID, s.RepoServerClientID = app.ClientID, app.TenantID, app.RepoServerClientID
	}
	return s
}

// Problems lists roles for groups and pipelines that get no token through the app.
func (s *SignIn) Problems(options chart.Options) problem.List {
	var p problem.List
	if s.app == nil {
		return p
	}
	for i, mapping := range options.Roles {
		if s.app.GroupClaims != GroupClaimsSecurity && !slices.Contains(s.app.GroupObjectIDs, mapping.Group) {
			p.Add(problem.Item("Roles", i)+".Group", "%q is not among GroupObjectIDs of the EntraApp, so its members cannot sign in; add it there", mapping.Group)
		}
	}
	for i, pipeline := range options.Pipelines {
		if !slices.ContainsFunc(s.app.Pipelines, func(known Pipeline) bool { return known.Name == pipeline.Name }) {
			p.Add(problem.Item("Pipelines", i)+".Name", "%q is not among Pipelines of the EntraApp; add it there", pipeline.Name)
		}
	}
	return p
}
