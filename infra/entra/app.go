// Package entra has the component EntraApp, the Microsoft Entra ID side of Argo CD's
// sign-in, and the lookup of groups.
package entra

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/component"
)

// EntraApp creates the application through which users sign in to Argo CD: the
// app registration and its service principal, consent to its Microsoft Graph
// permissions, the assignment of the groups that may sign in, and for each
// Argo CD a federated identity credential in place of a client secret. With a
// container registry or Azure DevOps, it also creates the application that
// repo-servers sign in as; with clusters, the one that signs in to them; with
// pipelines, an app role for each of them, and its assignment.
//
// Protect on it covers the application and its service principal. It never covers
// assignments, consent, credentials and all that is for repo-servers and clusters:
// access can be revoked at any time.
type EntraApp struct {
	pulumi.ResourceState

	// ClientID is the application (client) ID.
	ClientID pulumi.StringOutput `pulumi:"clientId"`
	// TenantID is the ID of the tenant that the app lives in.
	TenantID pulumi.StringOutput `pulumi:"tenantId"`
	// ServicePrincipalObjectID is that of the application's service principal. Argo
	// CD uses Azure as another one: see RepoServerClientID for roles.
	ServicePrincipalObjectID pulumi.StringOutput `pulumi:"servicePrincipalObjectId"`
	// RepoServerClientID is the client ID of the application that repo-servers sign
	// in as; empty without a registry and Azure DevOps. It is known after the role is
	// assigned, so that resources that use it are created afterwards.
	RepoServerClientID pulumi.StringOutput `pulumi:"repoServerClientId"`
	// RepoServerObjectID is the object ID of its service principal, as which an Azure
	// DevOps organization knows it; empty without.
	RepoServerObjectID pulumi.StringOutput `pulumi:"repoServerObjectId"`
	// RegistryClientID is RepoServerClientID, but empty without a registry.
	RegistryClientID pulumi.StringOutput `pulumi:"registryClientId"`
	// ClustersClientID is the client ID of the application that the Argo CDs sign in to
	// Clusters as; empty without. It is known after its roles are assigned.
	ClustersClientID pulumi.StringOutput `pulumi:"clustersClientId"`
	// PipelineScope is the scope that Pipelines ask Entra for a token for; empty
	// without one.
	PipelineScope pulumi.StringOutput `pulumi:"pipelineScope"`
	// RedirectURIs are those of the web platform, then the CLI's if it has one.
	RedirectURIs pulumi.StringArrayOutput `pulumi:"redirectUris"`
	// Access are the resources that give access, which Protect does not cover. A
	// destroy of a protected stack leaves them alone if an ArgoExtension, which it
	// is refused at, takes pulumi.DependsOn(app.Access).
	Access []pulumi.Resource

	args *EntraAppArgs
}

// NewEntraApp creates an EntraApp. It returns an error for invalid arguments
// and when the tenant cannot be read, before any resource is created.
func NewEntraApp(ctx *pulumi.Context, name string, args *EntraAppArgs, opts ...pulumi.ResourceOption) (*EntraApp, error) {
	app := &EntraApp{}
	return component.New(ctx, "EntraApp", name, args, (*EntraAppArgs).check, app, app.create, opts)
}

func (app *EntraApp) create(ctx *pulumi.Context, name string, args *EntraAppArgs) (pulumi.Map, error) {
	parent := pulumi.Parent(app)
	tenant, err := lookUpTenant(ctx, parent)
	if err != nil {
		return nil, err
	}
	r := &registration{ctx: ctx, name: name, tenant: tenant, instances: args.Instances, parent: parent}
	none := pulumi.String("").ToStringOutput()
	app.RepoServerClientID, app.RepoServerObjectID, app.RegistryClientID, app.ClustersClientID, app.PipelineScope = none, none, none, none, none

	users, err := r.register(args.usersApplication(tenant))
	if err != nil {
		return nil, err
	}
	app.ClientID, app.ServicePrincipalObjectID = users.clientID, users.objectID
	app.TenantID = pulumi.String(tenant.id).ToStringOutput()
	app.RedirectURIs = pulumi.ToStringArray(append(args.webRedirectURIs(), args.cliRedirectURIs()...)).ToStringArrayOutput()
	outputs := pulumi.Map{
		"clientId":                 app.ClientID,
		"tenantId":                 app.TenantID,
		"servicePrincipalObjectId": app.ServicePrincipalObjectID,
		"redirectUris":             app.RedirectURIs,
	}
	if len(args.Pipelines) > 0 {
		app.PipelineScope = pulumi.String(identifierURI(tenant.id, args.DisplayName) + "/.default").ToStringOutput()
		outputs["pipelineScope"] = app.PipelineScope
	}
	if args.repoServerSignsIn() {
		repoServer, err := r.register(args.repoServerApplication())
		if err != nil {
			return nil, fmt.Errorf("repo-server: %w", err)
		}
		app.RepoServerClientID, app.RepoServerObjectID = repoServer.readyClientID, repoServer.objectID
	}
	if len(args.Clusters) > 0 {
		spokes, err := r.register(args.spokesApplication())
		if err != nil {
			return nil, fmt.Errorf("clusters: %w", err)
		}
		app.ClustersClientID = spokes.readyClientID
		outputs["clustersClientId"] = app.ClustersClientID
	}
	if component.IsSet(args.ContainerRegistry) {
		app.RegistryClientID = app.RepoServerClientID
		outputs["registryClientId"] = app.RegistryClientID
	}
	if args.AzureDevOps {
		outputs["repoServerClientId"], outputs["repoServerObjectId"] = app.RepoServerClientID, app.RepoServerObjectID
	}
	app.Access, app.args = r.access, args
	return outputs, nil
}
