package components

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/azure"
	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/entra"
)

// EntraAppArgs are entra.EntraAppArgs.
type EntraAppArgs struct {
	DisplayName       string            `pulumi:"displayName"`
	Instances         []ArgoInstance    `pulumi:"instances"`
	GroupObjectIDs    []string          `pulumi:"groupObjectIds,optional"`
	GroupClaims       entra.GroupClaims `pulumi:"groupClaims,optional"`
	RequireAssignment *bool             `pulumi:"requireAssignment,optional"`
	ContainerRegistry string            `pulumi:"containerRegistry,optional"`
	AzureDevOps       bool              `pulumi:"azureDevOps,optional"`
	Clusters          []string          `pulumi:"clusters,optional"`
	Pipelines         []Pipeline        `pulumi:"pipelines,optional"`
	PreConsent        *bool             `pulumi:"preConsent,optional"`
	CLI               *bool             `pulumi:"cli,optional"`
	SignOut           bool              `pulumi:"signOut,optional"`
}

// Annotate describes the inputs.
func (a *EntraAppArgs) Annotate(to infer.Annotator) {
	to.Describe(&a.DisplayName, "Name of the application and its service principal.")
	to.Describe(&a.Instances, "The Argo CDs that sign in through the application. At least one.")
	to.Describe(&a.GroupObjectIDs, "Object IDs, in lower case, of the Entra groups whose direct members may sign in. At least one: Entra puts only assigned groups into the groups claim. None with groupClaims security.")
	to.Describe(&a.GroupClaims, "Which groups tokens tell of a user: assigned, those assigned to the application, which takes Entra ID P1, or security, all security groups, with requireAssignment: false only. Default: assigned.")
	to.Describe(&a.RequireAssignment, "Only members of the groups can sign in. Default: true; false lets everyone in the tenant sign in.")
	to.Describe(&a.ContainerRegistry, "Resource ID of an Azure container registry that the instances pull charts from. They sign in to it as a second application, which gets the role AcrPull and has nothing to do with users. Default: none.")
	to.Describe(&a.AzureDevOps, "Creates the same application for repositories in Azure DevOps, whose organization says what it may read.")
	to.Describe(&a.Clusters, "Resource IDs of AKS clusters, beside their own, that the instances deploy to. They sign in there as an application of its own, which gets the role Azure Kubernetes Service RBAC Cluster Admin on each and has nothing to do with users. Default: none.")
	to.Describe(&a.Pipelines, "Workload identities that get tokens for the application. What they may do, the ArgoExtension says. Default: none.")
	to.Describe(&a.PreConsent, "Consent to the application's Microsoft Graph permissions for all users. Default: true; false asks each user at the first sign-in.")
	to.Describe(&a.CLI, "The argocd CLI may sign users in, with a redirect URI on localhost. Default: true.")
	to.Describe(&a.SignOut, "Registers Argo CD's sign-in page as a redirect URI as well, where Entra leads who has signed out there: signOutOfEntra of the ArgoExtension.")
}

// ArgoInstance is an entra.ArgoInstance.
type ArgoInstance struct {
	Name              string             `pulumi:"name"`
	FormerNames       []string           `pulumi:"formerNames,optional"`
	Domain            chart.Domain       `pulumi:"domain"`
	AdditionalDomains []chart.Domain     `pulumi:"additionalDomains,optional"`
	Issuer            pulumi.StringInput `pulumi:"issuer"`
	CredentialPrefix  string             `pulumi:"credentialPrefix,optional"`
	CredentialName    string             `pulumi:"credentialName,optional"`
}

// Annotate describes the type and its fields.
func (i *ArgoInstance) Annotate(to infer.Annotator) {
	to.Describe(&i, "One Argo CD that signs its users in through an EntraApp.")
	to.Describe(&i.Name, "Unique among the application's instances, and part of the logical names of its federated credentials.")
	to.Describe(&i.FormerNames, "Those that the name has had in earlier deployments.")
	to.Describe(&i.Domain, "What users type: a host or host:port, such as argocd.example.com or localhost:9000.")
	to.Describe(&i.AdditionalDomains, "What users may type as well: the same as additionalDomains of the ArgoExtension. Default: none.")
	to.Describe(&i.Issuer, "URL of the cluster's OIDC issuer: oidcIssuerUrl of an AksCluster.")
	to.Describe(&i.CredentialPrefix, "What the names of the instance's federated credentials begin with: <prefix>-argocd-server. Default: the name.")
	to.Describe(&i.CredentialName, "Name of argocd-server's federated credential, where it does not follow from the prefix.")
}

// Pipeline is an entra.Pipeline.
type Pipeline struct {
	Name        string `pulumi:"name"`
	PrincipalID string `pulumi:"principalId"`
}

// Annotate describes the type and its fields.
func (p *Pipeline) Annotate(to infer.Annotator) {
	to.Describe(&p, "A workload identity that comes to Argo CD by itself: an Entra application or a managed identity with a federated credential of its own.")
	to.Describe(&p.Name, "Lower-case letters, digits and hyphens; the same as in pipelines of the ArgoExtension.")
	to.Describe(&p.PrincipalID, "Object ID of its service principal, in lower case.")
}

// EntraApp is an entra.EntraApp.
type EntraApp struct {
	pulumi.ComponentResource

	ClientID                 pulumi.StringOutput      `pulumi:"clientId"`
	TenantID                 pulumi.StringOutput      `pulumi:"tenantId"`
	ServicePrincipalObjectID pulumi.StringOutput      `pulumi:"servicePrincipalObjectId"`
	RepoServerClientID       pulumi.StringOutput      `pulumi:"repoServerClientId"`
	RepoServerObjectID       pulumi.StringOutput      `pulumi:"repoServerObjectId"`
	RegistryClientID         pulumi.StringOutput      `pulumi:"registryClientId"`
	ClustersClientID         pulumi.StringOutput      `pulumi:"clustersClientId"`
	PipelineScope            pulumi.StringOutput      `pulumi:"pipelineScope"`
	RedirectURIs             pulumi.StringArrayOutput `pulumi:"redirectUris"`
}

// Annotate describes the component and its outputs.
func (app *EntraApp) Annotate(to infer.Annotator) {
	to.Describe(&app, "The Entra application through which users sign in to Argo CD: app registration and service principal, consent to its Microsoft Graph permissions, "+
		"the assignment of the groups that may sign in, and for each Argo CD a federated identity credential in place of a client secret. With a container registry or Azure DevOps, also the application that repo-servers sign in as; with clusters, the one that signs in to them; with pipelines, an app role for each of them. "+
		"The option protect covers the application and its service principal: access can be revoked at any time.")
	to.Describe(&app.ClientID, "The application (client) ID. What takes it comes after all that gives access.")
	to.Describe(&app.TenantID, "ID of the tenant that the application lives in.")
	to.Describe(&app.ServicePrincipalObjectID, "Object ID of the application's service principal.")
	to.Describe(&app.RepoServerClientID, "Client ID of the application that repo-servers sign in as; empty without a container registry and Azure DevOps.")
	to.Describe(&app.RepoServerObjectID, "Object ID of its service principal, as which an Azure DevOps organization knows it; empty without.")
	to.Describe(&app.RegistryClientID, "The same as repoServerClientId, but empty without a container registry.")
	to.Describe(&app.ClustersClientID, "Client ID of the application that Argo CD signs in to clusters as, for their cluster Secrets; empty without one.")
	to.Describe(&app.PipelineScope, "The scope that pipelines ask Entra for a token for; empty without one.")
	to.Describe(&app.RedirectURIs, "The redirect URIs of the web platform, then the CLI's if it has one.")
}

func newEntraApp(ctx *pulumi.Context, name string, args EntraAppArgs, opts ...pulumi.ResourceOption) (*EntraApp, error) {
	app, err := entra.NewEntraApp(ctx, name, args.infra(), opts...)
	if err != nil {
		return nil, inInputs[EntraAppArgs](err)
	}
	return &EntraApp{
		ComponentResource:        app,
		ClientID:                 after(ctx, app.Access, app.ClientID),
		TenantID:                 app.TenantID,
		ServicePrincipalObjectID: app.ServicePrincipalObjectID,
		RepoServerClientID:       app.RepoServerClientID,
		RepoServerObjectID:       app.RepoServerObjectID,
		RegistryClientID:         app.RegistryClientID,
		ClustersClientID:         app.ClustersClientID,
		PipelineScope:            app.PipelineScope,
		RedirectURIs:             app.RedirectURIs,
	}, nil
}

func (a EntraAppArgs) infra() *entra.EntraAppArgs {
	args := &entra.EntraAppArgs{
		DisplayName:         a.DisplayName,
		GroupObjectIDs:      a.GroupObjectIDs,
		GroupClaims:         a.GroupClaims,
		OpenToTenant:        isFalse(a.RequireAssignment),
		ContainerRegistryID: a.ContainerRegistry,
		AzureDevOps:         a.AzureDevOps,
		AskForConsent:       isFalse(a.PreConsent),
		BrowserOnly:         isFalse(a.CLI),
		SignOut:             a.SignOut,
	}
	for _, instance := range a.Instances {
		args.Instances = append(args.Instances, entra.ArgoInstance(instance))
	}
	for _, cluster := range a.Clusters {
		args.Clusters = append(args.Clusters, azure.ClusterID(cluster))
	}
	for _, pipeline := range a.Pipelines {
		args.Pipelines = append(args.Pipelines, entra.Pipeline(pipeline))
	}
	return args
}

// isFalse is for what is true unless it is said not to be.
func isFalse(flag *bool) bool { return flag != nil && !*flag }
