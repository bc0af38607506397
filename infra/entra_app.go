package infra

import (
	"cmp"
	"errors"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// defaultAppRole is the app role of applications that define none.
	defaultAppRole = "00000000-0000-0000-0000-000000000000"
	// tokenExchangeAudience is the audience of the tokens that AKS mints for
	// workload identity. https://learn.microsoft.com/entra/workload-id/workload-identity-federation
	tokenExchangeAudience = "api://AzureADTokenExchange"
	// maxCredentials is Entra's limit for an application,
	// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations.
	maxCredentials = 20
	// cliRedirectURI is where `argocd login --sso` listens. It is a public
	// client's: as a web redirect, Entra would ask the CLI for a secret.
	cliRedirectURI = "http://localhost:8085/auth/callback"
)

// ignoreOwners keeps the owners as they are once the app exists: it is deployed
// by different people and pipelines, and not by turns theirs.
var ignoreOwners = pulumi.IgnoreChanges([]string{"owners"})

// graphScopes are the delegated Microsoft Graph permissions for signing in.
var graphScopes = []string{"openid", "profile", "email", "User.Read"}

// ArgoInstance is one Argo CD that signs its users in through an EntraApp.
type ArgoInstance struct {
	// Name is unique among the app's instances, for example the cluster's name.
	Name string
	// Domain is the host or host:port that users type.
	Domain string
	// Issuer is the URL of the cluster's OIDC issuer.
	Issuer pulumi.StringInput
	// CredentialName of argocd-server's federated credential. Default:
	// <Name>-argocd-server.
	CredentialName string
}

// EntraAppArgs are the inputs of an EntraApp.
type EntraAppArgs struct {
	// DisplayName of the application and its service principal. Required.
	DisplayName string
	// Instances are the Argo CDs that sign in through the app. At least one.
	Instances []ArgoInstance
	// GroupObjectIDs are the Entra groups whose direct members may sign in. At
	// least one: Entra puts only assigned groups into the groups claim.
	GroupObjectIDs []string
	// OpenToTenant lets everyone in the tenant sign in, not only the groups
	// (appRoleAssignmentRequired).
	OpenToTenant bool
	// ContainerRegistryID is the resource ID of an Azure container registry that
	// the instances' repo-servers pull charts from, signed in as the app, which
	// gets the role AcrPull. Default: none.
	ContainerRegistryID string
	// AskForConsent leaves out the delegated permission grant: each user is
	// then asked to consent at the first sign-in.
	AskForConsent bool
}

// EntraApp creates the application through which users sign in to Argo CD: the
// app registration and its service principal, consent to its Microsoft Graph
// permissions, the assignment of the groups that may sign in, and for each
// Argo CD a federated identity credential in place of a client secret.
type EntraApp struct {
	pulumi.ResourceState

	// ClientID is the application (client) ID.
	ClientID pulumi.StringOutput `pulumi:"clientId"`
	// TenantID is the ID of the tenant that the app lives in.
	TenantID pulumi.StringOutput `pulumi:"tenantId"`
	// ServicePrincipalObjectID is what Azure roles are assigned to.
	ServicePrincipalObjectID pulumi.StringOutput `pulumi:"servicePrincipalObjectId"`
	// RedirectURIs are those of the web platform, then the CLI's.
	RedirectURIs pulumi.StringArrayOutput `pulumi:"redirectUris"`
}

func (a *EntraAppArgs) validate() error {
	if a == nil {
		return errors.New("args are required")
	}
	var errs []error
	if a.DisplayName == "" {
		errs = append(errs, errors.New("argument DisplayName is required"))
	}
	if len(a.Instances) == 0 {
		errs = append(errs, errors.New("argument Instances is empty"))
	}
	names := map[string]bool{}
	for i, instance := range a.Instances {
		if instance.Name == "" || names[instance.Name] {
			errs = append(errs, fmt.Errorf("argument Instances[%d].Name %q is empty or taken", i, instance.Name))
		}
		names[instance.Name] = true
		if err := validateDomain(instance.Domain); err != nil {
			errs = append(errs, fmt.Errorf("argument Instances[%d].Domain %w", i, err))
		}
		if instance.Issuer == nil {
			errs = append(errs, fmt.Errorf("argument Instances[%d].Issuer is required", i))
		}
	}
	if n := a.credentials(); n > maxCredentials {
		errs = append(errs, fmt.Errorf("argument Instances needs %d federated credentials, and an application has at most %d", n, maxCredentials))
	}
	if a.ContainerRegistryID != "" {
		if err := validateRegistry(a.ContainerRegistryID); err != nil {
			errs = append(errs, fmt.Errorf("argument ContainerRegistryID %w", err))
		}
	}
	if len(a.GroupObjectIDs) == 0 {
		errs = append(errs, errors.New("argument GroupObjectIDs is empty: nobody could sign in"))
	}
	for i, group := range a.GroupObjectIDs {
		if !isGUID(group) {
			errs = append(errs, fmt.Errorf("argument GroupObjectIDs[%d] %q is not an object ID", i, group))
		}
	}
	return errors.Join(errs...)
}

// NewEntraApp creates an EntraApp. It returns an error for invalid arguments
// and when the tenant cannot be read, before any resource is created.
func NewEntraApp(ctx *pulumi.Context, name string, args *EntraAppArgs, opts ...pulumi.ResourceOption) (*EntraApp, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("entra app %q: %w", name, err)
	}
	app := &EntraApp{}
	if err := ctx.RegisterComponentResource("argocd-on-aks:infra:EntraApp", name, app, opts...); err != nil {
		return nil, fmt.Errorf("entra app %q: %w", name, err)
	}
	if err := app.create(ctx, name, args); err != nil {
		return nil, fmt.Errorf("entra app %q: %w", name, err)
	}
	return app, nil
}

func (app *EntraApp) create(ctx *pulumi.Context, name string, args *EntraAppArgs) error {
	parent := pulumi.Parent(app)
	client, graph, err := lookUpTenant(ctx, parent)
	if err != nil {
		return err
	}
	application, err := newApplication(ctx, name, args, client.ObjectId, graph, parent)
	if err != nil {
		return err
	}
	principal, err := azuread.NewServicePrincipal(ctx, name+"-principal", &azuread.ServicePrincipalArgs{
		ClientId:                  application.ClientId,
		AppRoleAssignmentRequired: pulumi.Bool(!args.OpenToTenant),
		Owners:                    pulumi.ToStringArray([]string{client.ObjectId}),
	}, parent, ignoreOwners)
	if err != nil {
		return fmt.Errorf("service principal: %w", err)
	}
	if err := newAccess(ctx, name, args, principal, graph, parent); err != nil {
		return err
	}
	if err := newFederatedCredentials(ctx, name, args, application, parent); err != nil {
		return err
	}
	if args.ContainerRegistryID != "" {
		if err := newRegistryAccess(ctx, name, args.ContainerRegistryID, principal.ObjectId, parent); err != nil {
			return err
		}
	}
	app.ClientID = application.ClientId
	app.TenantID = pulumi.String(client.TenantId).ToStringOutput()
	app.ServicePrincipalObjectID = principal.ObjectId
	app.RedirectURIs = pulumi.ToStringArray(append(webRedirectURIs(args.Instances), cliRedirectURI)).ToStringArrayOutput()
	return ctx.RegisterResourceOutputs(app, pulumi.Map{
		"clientId":                 app.ClientID,
		"tenantId":                 app.TenantID,
		"servicePrincipalObjectId": app.ServicePrincipalObjectID,
		"redirectUris":             app.RedirectURIs,
	})
}

// lookUpTenant reads who is deploying and the tenant's service principal for
// Microsoft Graph, side by side.
func lookUpTenant(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (*azuread.GetClientConfigResult, *azuread.LookupServicePrincipalResult, error) {
	var (
		client              *azuread.GetClientConfigResult
		clientErr, graphErr error
		graph               *azuread.LookupServicePrincipalResult
		both                sync.WaitGroup
	)
	both.Go(func() { client, clientErr = azuread.GetClientConfig(ctx, opts...) })
	both.Go(func() { graph, graphErr = lookUpGraph(ctx, opts...) })
	both.Wait()
	if clientErr != nil {
		clientErr = fmt.Errorf("client config: %w", clientErr)
	}
	return client, graph, errors.Join(clientErr, graphErr)
}

func lookUpGraph(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (*azuread.LookupServicePrincipalResult, error) {
	wellKnown, err := azuread.GetApplicationPublishedAppIds(ctx, opts...)
	if err != nil {
		return nil, fmt.Errorf("published app IDs: %w", err)
	}
	graphID := wellKnown.Result["MicrosoftGraph"]
	graph, err := azuread.LookupServicePrincipal(ctx, &azuread.LookupServicePrincipalArgs{ClientId: &graphID}, opts...)
	if err != nil {
		return nil, fmt.Errorf("service principal of Microsoft Graph: %w", err)
	}
	for _, scope := range graphScopes {
		if graph.Oauth2PermissionScopeIds[scope] == "" {
			return nil, fmt.Errorf("no scope %q of Microsoft Graph in this tenant", scope)
		}
	}
	return graph, nil
}

func newApplication(ctx *pulumi.Context, name string, args *EntraAppArgs, owner string, graph *azuread.LookupServicePrincipalResult, parent pulumi.ResourceOption) (*azuread.Application, error) {
	accesses := azuread.ApplicationRequiredResourceAccessResourceAccessArray{}
	for _, scope := range graphScopes {
		accesses = append(accesses, azuread.ApplicationRequiredResourceAccessResourceAccessArgs{
			Id:   pulumi.String(graph.Oauth2PermissionScopeIds[scope]),
			Type: pulumi.String("Scope"),
		})
	}
	application, err := azuread.NewApplication(ctx, name+"-application", &azuread.ApplicationArgs{
		DisplayName:    pulumi.String(args.DisplayName),
		Owners:         pulumi.ToStringArray([]string{owner}),
		SignInAudience: pulumi.String("AzureADMyOrg"),
		// Only groups assigned to the app, so the claim never overflows.
		GroupMembershipClaims: pulumi.ToStringArray([]string{"ApplicationGroup"}),
		Web:                   azuread.ApplicationWebArgs{RedirectUris: pulumi.ToStringArray(webRedirectURIs(args.Instances))},
		PublicClient:          azuread.ApplicationPublicClientArgs{RedirectUris: pulumi.ToStringArray([]string{cliRedirectURI})},
		RequiredResourceAccesses: azuread.ApplicationRequiredResourceAccessArray{azuread.ApplicationRequiredResourceAccessArgs{
			ResourceAppId:    pulumi.String(graph.ClientId),
			ResourceAccesses: accesses,
		}},
		OptionalClaims: azuread.ApplicationOptionalClaimsTypeArgs{IdTokens: azuread.ApplicationOptionalClaimsIdTokenArray{
			azuread.ApplicationOptionalClaimsIdTokenArgs{Name: pulumi.String("groups"), Essential: pulumi.Bool(true)},
		}},
	}, parent, ignoreOwners)
	if err != nil {
		return nil, fmt.Errorf("application: %w", err)
	}
	return application, nil
}

// newAccess consents to the Graph permissions and assigns the groups.
func newAccess(ctx *pulumi.Context, name string, args *EntraAppArgs, principal *azuread.ServicePrincipal, graph *azuread.LookupServicePrincipalResult, parent pulumi.ResourceOption) error {
	if !args.AskForConsent {
		_, err := azuread.NewServicePrincipalDelegatedPermissionGrant(ctx, name+"-consent", &azuread.ServicePrincipalDelegatedPermissionGrantArgs{
			ServicePrincipalObjectId:         principal.ObjectId,
			ResourceServicePrincipalObjectId: pulumi.String(graph.ObjectId),
			ClaimValues:                      pulumi.ToStringArray(graphScopes),
		}, parent)
		if err != nil {
			return fmt.Errorf("delegated permission grant: %w", err)
		}
	}
	for _, group := range args.GroupObjectIDs {
		_, err := azuread.NewAppRoleAssignment(ctx, name+"-group-"+group, &azuread.AppRoleAssignmentArgs{
			AppRoleId:         pulumi.String(defaultAppRole),
			PrincipalObjectId: pulumi.String(group),
			ResourceObjectId:  principal.ObjectId,
		}, parent)
		if err != nil {
			return fmt.Errorf("assignment of group %s: %w", group, err)
		}
	}
	return nil
}

// components are the parts of Argo CD that sign in as the app.
func (a *EntraAppArgs) components() []string {
	if a.ContainerRegistryID == "" {
		return []string{"server"}
	}
	return []string{"server", "repo-server"}
}

func (a *EntraAppArgs) credentials() int { return len(a.Instances) * len(a.components()) }

// newFederatedCredentials trusts the service accounts of each Argo CD: its
// server, for signing users in, and its repo-server, for pulling charts.
func newFederatedCredentials(ctx *pulumi.Context, name string, args *EntraAppArgs, application *azuread.Application, parent pulumi.ResourceOption) error {
	for _, instance := range args.Instances {
		for _, component := range args.components() {
			displayName := instance.Name + "-argocd-" + component
			if component == "server" {
				displayName = cmp.Or(instance.CredentialName, displayName)
			}
			_, err := azuread.NewApplicationFederatedIdentityCredential(ctx, name+"-"+instance.Name+"-"+component, &azuread.ApplicationFederatedIdentityCredentialArgs{
				ApplicationId: application.ID(),
				DisplayName:   pulumi.String(displayName),
				Audiences:     pulumi.ToStringArray([]string{tokenExchangeAudience}),
				Issuer:        instance.Issuer,
				Subject:       pulumi.String("system:serviceaccount:" + ReleaseNamespace + ":argocd-" + component),
			}, parent)
			if err != nil {
				return fmt.Errorf("federated credential of %s: %w", instance.Name, err)
			}
		}
	}
	return nil
}

func webRedirectURIs(instances []ArgoInstance) []string {
	uris := make([]string, 0, len(instances))
	for _, instance := range instances {
		uris = append(uris, "https://"+instance.Domain+"/auth/callback")
	}
	return uris
}
