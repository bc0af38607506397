package entra

import (
	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// application is one application of the tenant: its sign-in, who may get tokens for it,
// which service accounts it trusts, and its roles in Azure.
type application struct {
	purpose purpose
	// logical is part of the logical names of everything that belongs to it.
	logical     string
	displayName string
	// users is how users sign in through it. Without, it is the identity of workloads
	// alone, and gives them access to other resources: Protect leaves it out.
	users *userSignIn
	// identifierURI and appRoles are for clients that get tokens with an app role.
	identifierURI string
	appRoles      []appRole
	// openToTenant gives everyone in the tenant tokens, not only the assigned principals.
	openToTenant bool
	// consent are the scopes of Microsoft Graph that are granted for all users.
	consent     []string
	assignments []appRoleAssignment
	workloads   []workload
	roles       []roleAssignment
}

// purpose tells the applications of an EntraApp apart, also in errors.
type purpose string

const (
	forUsers      purpose = "sign-in"
	forRepoServer purpose = "repo-server"
	forClusters   purpose = "clusters"
)

// applications are those of the arguments, in a tenant.
func (a *EntraAppArgs) applications(tenantID string) []application {
	all := []application{a.usersApplication(tenantID)}
	if a.repoServerSignsIn() {
		all = append(all, a.repoServerApplication())
	}
	if len(a.Clusters) > 0 {
		all = append(all, a.spokesApplication())
	}
	return all
}

// userSignIn is how users sign in through an application.
type userSignIn struct {
	webRedirectURIs, cliRedirectURIs []string
	groupClaims                      GroupClaims
}

// appRole is an app role that only applications can be assigned to.
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps
type appRole struct{ id, value, displayName, description string }

// appRoleAssignment assigns a principal to an app role; logical ends its logical name.
type appRoleAssignment struct {
	logical, appRoleID string
	principalID        pulumi.StringInput
}

// roleAssignment is a built-in role of Azure on one resource; logical ends its logical name.
type roleAssignment struct {
	logical, definition string
	scope               pulumi.StringInput
}

// inputs are the application's in the provider. The empty lists of users' sign-in are
// sent too, as Entra keeps what an update leaves out.
func (a *application) inputs(t *tenant) *azuread.ApplicationArgs {
	args := &azuread.ApplicationArgs{
		DisplayName:    pulumi.String(a.displayName),
		Owners:         pulumi.ToStringArray([]string{t.deployer}),
		SignInAudience: pulumi.String(azure.AudienceMyOrg),
	}
	if a.users != nil {
		args.GroupMembershipClaims = pulumi.ToStringArray([]string{a.users.groupClaims.membership()})
		args.Web = azuread.ApplicationWebArgs{RedirectUris: pulumi.ToStringArray(a.users.webRedirectURIs)}
		args.PublicClient = azuread.ApplicationPublicClientArgs{RedirectUris: pulumi.ToStringArray(a.users.cliRedirectURIs)}
		args.RequiredResourceAccesses = t.graphAccess()
		args.OptionalClaims = azuread.ApplicationOptionalClaimsTypeArgs{IdTokens: azuread.ApplicationOptionalClaimsIdTokenArray{
			azuread.ApplicationOptionalClaimsIdTokenArgs{Name: pulumi.String("groups"), Essential: pulumi.Bool(true)},
		}}
	}
	if a.identifierURI != "" {
		args.IdentifierUris = pulumi.ToStringArray([]string{a.identifierURI})
		// Version 2 access tokens have the issuer and the audience of ID tokens: the
		// only ones that Argo CD accepts (Verify in util/oidc/provider.go, and
		// OAuth2AllowedAudiences in util/settings/settings.go of Argo CD 3.2).
		// https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats
		args.Api = azuread.ApplicationApiArgs{RequestedAccessTokenVersion: pulumi.Int(2)}
		roles := azuread.ApplicationAppRoleTypeArray{}
		for _, r := range a.appRoles {
			roles = append(roles, azuread.ApplicationAppRoleTypeArgs{
				AllowedMemberTypes: pulumi.ToStringArray([]string{"Application"}),
				Description:        pulumi.String(r.description),
				DisplayName:        pulumi.String(r.displayName),
				Id:                 pulumi.String(r.id),
				Value:              pulumi.String(r.value),
			})
		}
		args.AppRoles = roles
	}
	return args
}
