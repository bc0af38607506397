package infra

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/internal/problem"
)

// ArgoInstance is one Argo CD that signs its users in through an EntraApp.
type ArgoInstance struct {
	// Name is unique among the app's instances, and part of the logical names of
	// its federated credentials: a change of it creates them anew, before the old
	// ones are deleted, which Entra refuses.
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
	// GroupClaims are the groups that tokens tell of a user. Default:
	// GroupClaimsAssigned.
	GroupClaims GroupClaims
	// OpenToTenant lets everyone in the tenant sign in, not only the groups
	// (appRoleAssignmentRequired). chart.Settings.OpenToTenantProblems checks what they
	// may do.
	OpenToTenant bool
	// ContainerRegistryID is the resource ID of an Azure container registry that
	// the instances' repo-servers pull charts from. They sign in to it as a second
	// application, <DisplayName>-argocd-repo-server, which gets the role AcrPull
	// and has nothing to do with users. Default: none.
	ContainerRegistryID string
	// AzureDevOps creates the same application for repositories in Azure DevOps,
	// whose organization says what it may read.
	AzureDevOps bool
	// Clusters are AKS clusters, beside the instances' own, that the instances deploy
	// to. They sign in there as an application of its own, <DisplayName>-argocd-clusters,
	// which gets the role Azure Kubernetes Service RBAC Cluster Admin on each, and has
	// nothing to do with users. Default: none.
	Clusters []ClusterID
	// BrowserOnly leaves out the redirect URI of the argocd CLI: `argocd login --sso`
	// is refused by Entra.
	BrowserOnly bool
	// SignOut registers Argo CD's sign-in page as a redirect URI as well, where Entra
	// leads who has signed out there, as chart.Settings.SignOutOfEntra has it.
	SignOut bool
	// Pipelines are workload identities that get tokens for the app, each with a
	// name of its own. What they may do, the ArgoExtension says. Default: none.
	Pipelines []Pipeline
	// AskForConsent leaves out the delegated permission grant: each user is
	// then asked to consent at the first sign-in.
	AskForConsent bool
}

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
	// in as; empty without a registry and Azure DevOps. It is known when they may
	// pull, so that what takes it comes after that.
	RepoServerClientID pulumi.StringOutput `pulumi:"repoServerClientId"`
	// RepoServerObjectID is the object ID of its service principal, as which an Azure
	// DevOps organization knows it; empty without.
	RepoServerObjectID pulumi.StringOutput `pulumi:"repoServerObjectId"`
	// RegistryClientID is RepoServerClientID, but empty without a registry.
	RegistryClientID pulumi.StringOutput `pulumi:"registryClientId"`
	// ClustersClientID is the client ID of the application that the Argo CDs sign in to
	// Clusters as; empty without. It is known when they may.
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
}

// Problems lists what Entra would refuse. GroupObjectIDs may still be missing, so
// that a program can check what it was given before it looks them up.
func (a *EntraAppArgs) Problems() problem.List {
	var p problem.List
	p.Check("DisplayName", checkDisplayName(a.DisplayName))
	if len(a.Instances) == 0 {
		p.Add("Instances", "is empty")
	}
	names := map[string]bool{}
	for i, instance := range a.Instances {
		if instance.Name == "" || names[instance.Name] {
			p.Add(problem.Item("Instances", i)+".Name", "%q is empty or taken", instance.Name)
		}
		names[instance.Name] = true
		p.Check(problem.Item("Instances", i)+".Domain", checkRedirect(instance.Domain))
		p.Below(problem.Item("Instances", i), instance.additionalProblems())
	}
	if n := len(a.webRedirectURIs()) + len(a.cliRedirectURIs()); n > maxRedirectURIs {
		p.Add("Instances", "need %d redirect URIs, and an application has at most %d", n, maxRedirectURIs)
	}
	p = append(p, a.groupClaimsProblems()...)
	p = append(p, a.credentialProblems()...)
	p = append(p, a.pipelineProblems()...)
	p = append(p, a.clusterProblems()...)
	return append(p, a.repoServerProblems()...)
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

// NewEntraApp creates an EntraApp. It returns an error for invalid arguments
// and when the tenant cannot be read, before any resource is created.
func NewEntraApp(ctx *pulumi.Context, name string, args *EntraAppArgs, opts ...pulumi.ResourceOption) (*EntraApp, error) {
	app := &EntraApp{}
	return component(ctx, "EntraApp", name, args, (*EntraAppArgs).check, app, app.create, opts)
}

func (app *EntraApp) create(ctx *pulumi.Context, name string, args *EntraAppArgs) (pulumi.Map, error) {
	parent := pulumi.Parent(app)
	client, graph, err := lookUpTenant(ctx, parent)
	if err != nil {
		return nil, err
	}
	application, err := newApplication(ctx, name, args, client, graph, parent)
	if err != nil {
		return nil, err
	}
	principal, err := newPrincipal(ctx, name+"-principal", application, !args.OpenToTenant, client.ObjectId, parent)
	if err != nil {
		return nil, err
	}
	if err := app.giveAccess(ctx, name, args, principal, graph, parent); err != nil {
		return nil, err
	}
	if err := app.admitPipelines(ctx, name, args, client.TenantId, principal, parent); err != nil {
		return nil, err
	}
	credentials, err := newFederatedCredentials(ctx, name, server, args.Instances, application, parent)
	if err != nil {
		return nil, err
	}
	app.Access = append(app.Access, credentials...)
	app.ClientID = application.ClientId
	app.TenantID = pulumi.String(client.TenantId).ToStringOutput()
	app.ServicePrincipalObjectID = principal.ObjectId
	app.RedirectURIs = pulumi.ToStringArray(append(args.webRedirectURIs(), args.cliRedirectURIs()...)).ToStringArrayOutput()
	outputs := pulumi.Map{
		"clientId":                 app.ClientID,
		"tenantId":                 app.TenantID,
		"servicePrincipalObjectId": app.ServicePrincipalObjectID,
		"redirectUris":             app.RedirectURIs,
	}
	if len(args.Pipelines) > 0 {
		outputs["pipelineScope"] = app.PipelineScope
	}
	none := pulumi.String("").ToStringOutput()
	app.RepoServerClientID, app.RepoServerObjectID, app.RegistryClientID, app.ClustersClientID = none, none, none, none
	if args.repoServerSignsIn() {
		app.RepoServerClientID, app.RepoServerObjectID, err = app.identify(ctx, name, args, args.repoServerIdentity(), client.ObjectId, parent)
		if err != nil {
			return nil, fmt.Errorf("repo-server: %w", err)
		}
	}
	if len(args.Clusters) > 0 {
		app.ClustersClientID, _, err = app.identify(ctx, name, args, args.clustersIdentity(), client.ObjectId, parent)
		if err != nil {
			return nil, fmt.Errorf("clusters: %w", err)
		}
		outputs["clustersClientId"] = app.ClustersClientID
	}
	if args.ContainerRegistryID != "" {
		app.RegistryClientID = app.RepoServerClientID
		outputs["registryClientId"] = app.RegistryClientID
	}
	if args.AzureDevOps {
		outputs["repoServerClientId"], outputs["repoServerObjectId"] = app.RepoServerClientID, app.RepoServerObjectID
	}
	return outputs, nil
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

// cliRedirectURI is where `argocd login --sso` listens. It is a public client's:
// as a web redirect, Entra would ask the CLI for a secret.
const cliRedirectURI = "http://localhost:8085/auth/callback"

// maxRedirectURIs is Entra's limit for an application, of all platforms together:
// https://learn.microsoft.com/entra/identity-platform/reply-url#maximum-number-of-redirect-uris
const maxRedirectURIs = 256

func (i ArgoInstance) additionalProblems() problem.List {
	p := chart.AdditionalProblems(i.Domain, i.AdditionalDomains)
	for n, domain := range i.AdditionalDomains {
		if path := problem.Item("AdditionalDomains", n); !p.Has(path) {
			p.Check(path, checkRedirect(domain))
		}
	}
	return p
}

// checkRedirect has Entra's limit as well, 256 characters:
// https://learn.microsoft.com/entra/identity-platform/reply-url
func checkRedirect(domain chart.Domain) error {
	if err := domain.Check(); err != nil {
		return err
	}
	if uri := webRedirectURI(domain); len(uri) > 256 {
		return fmt.Errorf("%q makes a redirect URI of %d characters, and Entra takes 256", domain, len(uri))
	}
	return nil
}

func webRedirectURI(domain chart.Domain) string { return domain.URL() + "/auth/callback" }

func (a *EntraAppArgs) webRedirectURIs() []string {
	var domains []chart.Domain
	for _, instance := range a.Instances {
		domains = append(append(domains, instance.Domain), instance.AdditionalDomains...)
	}
	uris := make([]string, 0, len(domains))
	for _, domain := range domains {
		uris = append(uris, webRedirectURI(domain))
	}
	for _, domain := range domains {
		if a.SignOut {
			uris = append(uris, domain.SignInPage())
		}
	}
	return uris
}

func (a *EntraAppArgs) cliRedirectURIs() []string {
	if a.BrowserOnly {
		return nil
	}
	return []string{cliRedirectURI}
}

// ignoreOwners keeps the owners as they are once the app exists: it is deployed
// by different people and pipelines, and not by turns theirs.
var ignoreOwners = pulumi.IgnoreChanges([]string{"owners"})

func newApplication(ctx *pulumi.Context, name string, args *EntraAppArgs, client *azuread.GetClientConfigResult, graph *azuread.LookupServicePrincipalResult, parent pulumi.ResourceOption) (*azuread.Application, error) {
	accesses := azuread.ApplicationRequiredResourceAccessResourceAccessArray{}
	for _, scope := range graphScopes {
		accesses = append(accesses, azuread.ApplicationRequiredResourceAccessResourceAccessArgs{
			Id:   pulumi.String(graph.Oauth2PermissionScopeIds[scope]),
			Type: pulumi.String("Scope"),
		})
	}
	inputs := &azuread.ApplicationArgs{
		DisplayName:           pulumi.String(args.DisplayName),
		Owners:                pulumi.ToStringArray([]string{client.ObjectId}),
		SignInAudience:        pulumi.String("AzureADMyOrg"),
		GroupMembershipClaims: pulumi.ToStringArray([]string{args.GroupClaims.membership()}),
		Web:                   azuread.ApplicationWebArgs{RedirectUris: pulumi.ToStringArray(args.webRedirectURIs())},
		PublicClient:          azuread.ApplicationPublicClientArgs{RedirectUris: pulumi.ToStringArray(args.cliRedirectURIs())},
		RequiredResourceAccesses: azuread.ApplicationRequiredResourceAccessArray{azuread.ApplicationRequiredResourceAccessArgs{
			ResourceAppId:    pulumi.String(graph.ClientId),
			ResourceAccesses: accesses,
		}},
		OptionalClaims: azuread.ApplicationOptionalClaimsTypeArgs{IdTokens: azuread.ApplicationOptionalClaimsIdTokenArray{
			azuread.ApplicationOptionalClaimsIdTokenArgs{Name: pulumi.String("groups"), Essential: pulumi.Bool(true)},
		}},
	}
	expose(inputs, args, client.TenantId)
	application, err := azuread.NewApplication(ctx, name+"-application", inputs, parent, ignoreOwners)
	if err != nil {
		return nil, fmt.Errorf("application: %w", err)
	}
	return application, nil
}

// newPrincipal has an application be somebody in the tenant.
func newPrincipal(ctx *pulumi.Context, name string, application *azuread.Application, assignedOnly bool, owner string, opts ...pulumi.ResourceOption) (*azuread.ServicePrincipal, error) {
	principal, err := azuread.NewServicePrincipal(ctx, name, &azuread.ServicePrincipalArgs{
		ClientId:                  application.ClientId,
		AppRoleAssignmentRequired: pulumi.Bool(assignedOnly),
		Owners:                    pulumi.ToStringArray([]string{owner}),
	}, append(opts, ignoreOwners)...)
	if err != nil {
		return nil, fmt.Errorf("service principal: %w", err)
	}
	return principal, nil
}

// defaultAppRole is the app role of applications that define none.
const defaultAppRole = "00000000-0000-0000-0000-000000000000"

// giveAccess consents to the Graph permissions and assigns the groups.
func (app *EntraApp) giveAccess(ctx *pulumi.Context, name string, args *EntraAppArgs, principal *azuread.ServicePrincipal, graph *azuread.LookupServicePrincipalResult, parent pulumi.ResourceOption) error {
	if !args.AskForConsent {
		consent, err := azuread.NewServicePrincipalDelegatedPermissionGrant(ctx, name+"-consent", &azuread.ServicePrincipalDelegatedPermissionGrantArgs{
			ServicePrincipalObjectId:         principal.ObjectId,
			ResourceServicePrincipalObjectId: pulumi.String(graph.ObjectId),
			ClaimValues:                      pulumi.ToStringArray(graphScopes),
		}, parent, unprotected)
		if err != nil {
			return fmt.Errorf("delegated permission grant: %w", err)
		}
		app.Access = append(app.Access, consent)
	}
	for _, group := range args.GroupObjectIDs {
		assignment, err := azuread.NewAppRoleAssignment(ctx, name+"-group-"+group, &azuread.AppRoleAssignmentArgs{
			AppRoleId:         pulumi.String(defaultAppRole),
			PrincipalObjectId: pulumi.String(group),
			ResourceObjectId:  principal.ObjectId,
		}, parent, unprotected)
		if err != nil {
			return fmt.Errorf("assignment of group %s: %w", group, err)
		}
		app.Access = append(app.Access, assignment)
	}
	return nil
}
