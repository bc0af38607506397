// Package entra defines the component EntraApp, the Microsoft Entra ID side of Argo CD's
// sign-in, and looks up groups.
package entra

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/component"
)

// EntraApp creates the application through which users sign in to Argo CD: the app
// registration and its service principal, consent to its Microsoft Graph permissions, the
// assignment of groups, and a federated identity credential for each Argo CD instead of a
// client secret. With a container registry or Azure DevOps, it also creates the application
// that repo-servers sign in as. With clusters, it creates the application that signs in to
// them. With pipelines, it creates and assigns an app role for each.
//
// The resource option protect covers the application and its service principal. It never
// covers assignments, consent, credentials and the applications of repo-servers and
// clusters, so access can always be revoked.
type EntraApp struct {
	pulumi.ResourceState

	// Client ID of the application.
	ClientID pulumi.StringOutput `pulumi:"clientId"`
	// ID of the application's tenant.
	TenantID pulumi.StringOutput `pulumi:"tenantId"`
	// Object ID of the application's service principal. Repo-server has a separate one:
	// RepoServerObjectID.
	ServicePrincipalObjectID pulumi.StringOutput `pulumi:"servicePrincipalObjectId"`
	// Client ID of the application that repo-server signs in as; empty without
	// ContainerRegistry and AzureDevOps. It is known after the role is assigned.
	RepoServerClientID pulumi.StringOutput `pulumi:"repoServerClientId"`
	// Object ID of repo-server's service principal, which an Azure DevOps organization
	// grants access; empty without ContainerRegistry and AzureDevOps.
	RepoServerObjectID pulumi.StringOutput `pulumi:"repoServerObjectId"`
	// RepoServerClientID with a ContainerRegistry, otherwise empty.
	RegistryClientID pulumi.StringOutput `pulumi:"registryClientId"`
	// Client ID of the application that Argo CD signs in to Clusters as, for their cluster
	// Secrets; empty without. It is known after the roles are assigned.
	ClustersClientID pulumi.StringOutput `pulumi:"clustersClientId"`
	// Scope of the tokens that Pipelines request from Entra; empty without.
	PipelineScope pulumi.StringOutput `pulumi:"pipelineScope"`
	// Redirect URIs of the web platform, then the CLI's if it has one.
	RedirectURIs pulumi.StringArrayOutput `pulumi:"redirectUris"`
	// Access are the resources that give access, which Protect does not cover. If an
	// ArgoExtension takes pulumi.DependsOn(app.Access), pulumi destroy of a protected stack
	// fails at the extension, before it deletes them.
	Access []pulumi.Resource

	args *EntraAppArgs
}

// NewEntraApp creates an EntraApp. It returns an error for invalid arguments and if the
// tenant cannot be read, before any resource is created.
func NewEntraApp(ctx *pulumi.Context, name string, args *EntraAppArgs, opts ...pulumi.ResourceOption) (*EntraApp, error) {
	app := &EntraApp{}
	return component.New(ctx, "EntraApp", name, args, (*EntraAppArgs).check, app, app.create, opts)
}

func (app *EntraApp) create(ctx *pulumi.Context, name string, args *EntraAppArgs) (pulumi.Map, error) {
	tenant, err := lookUpTenant(ctx, pulumi.Parent(app))
	if err != nil {
		return nil, err
	}
	r := &registration{ctx: ctx, name: name, tenant: tenant, instances: args.Instances, parent: pulumi.Parent(app)}
	ids := map[purpose]registered{forRepoServer: noIDs(), forClusters: noIDs()}
	for _, a := range args.applications(tenant.id) {
		if ids[a.purpose], err = r.register(a); err != nil {
			return nil, fmt.Errorf("%s: %w", a.purpose, err)
		}
	}
	app.args, app.Access = args, r.access
	app.ClientID, app.ServicePrincipalObjectID = ids[forUsers].clientID, ids[forUsers].objectID
	app.TenantID = pulumi.String(tenant.id).ToStringOutput()
	app.RepoServerClientID, app.RepoServerObjectID = ids[forRepoServer].readyClientID, ids[forRepoServer].objectID
	app.ClustersClientID = ids[forClusters].readyClientID
	app.RedirectURIs = pulumi.ToStringArray(append(args.webRedirectURIs(), args.cliRedirectURIs()...)).ToStringArrayOutput()
	return app.outputs(tenant.id, args), nil
}

// outputs sets the component's outputs and returns them.
func (app *EntraApp) outputs(tenantID string, args *EntraAppArgs) pulumi.Map {
	outputs := pulumi.Map{
		"clientId":                 app.ClientID,
		"tenantId":                 app.TenantID,
		"servicePrincipalObjectId": app.ServicePrincipalObjectID,
		"redirectUris":             app.RedirectURIs,
	}
	app.RegistryClientID, app.PipelineScope = pulumi.String("").ToStringOutput(), pulumi.String("").ToStringOutput()
	if len(args.Pipelines) > 0 {
		app.PipelineScope = pulumi.String(identifierURI(tenantID, args.DisplayName) + "/.default").ToStringOutput()
		outputs["pipelineScope"] = app.PipelineScope
	}
	if len(args.Clusters) > 0 {
		outputs["clustersClientId"] = app.ClustersClientID
	}
	if component.IsSet(args.ContainerRegistry) {
		app.RegistryClientID = app.RepoServerClientID
		outputs["registryClientId"] = app.RegistryClientID
	}
	if args.AzureDevOps {
		outputs["repoServerClientId"], outputs["repoServerObjectId"] = app.RepoServerClientID, app.RepoServerObjectID
	}
	return outputs
}
