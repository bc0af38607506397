package entra

import (
	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// application is one application of the tenant: its sign-in, the principals that get tokens
// for it, the service accounts that it trusts, and its roles in Azure.
type application struct {
	purpose purpose
	// logical is part of the logical names of the application's resources.
	logical     string
	displayName string
	// users is the sign-in of users. Without it, the application is a workload identity,
	// which gives access to other resources: Protect does not cover it.
	users *userSignIn
	// identifierURI and appRoles are for clients that get tokens with an app role.
	identifierURI string
	appRoles      []appRole
	// openToTenant issues tokens to all users of the tenant, not only to assigned principals.
	openToTenant bool
	// consent are the scopes of Microsoft Graph that are granted for all users.
	consent     []string
	assignments []appRoleAssignment
	workloads   []workload
	roles       []roleAssignment
}

// purpose identifies an application of an EntraApp, also in errors.
type purpose string

const (
	forUsers      purpose = "sign-in"
	forRepoServer purpose = "repo-server"
	forClusters   purpose = "clusters"
)

// applications returns the applications that the arguments require.
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

// userSignIn is the sign-in of users to an application.
type userSignIn struct {
	webRedirectURIs, cliRedirectURIs []string
	groupClaims                      GroupClaims
}

// appRole is an app role that only applications can be assigned to.
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps
type appRole struct{ id, value, displayName, description string }

// appRoleAssignment assigns a principal to an app role; logical is the suffix of its logical name.
type appRoleAssignment struct {
	logical, appRoleID string
	principalID        pulumi.StringInput
}

// roleAssignment is a built-in Azure role on one resource; logical is the suffix of its logical name.
type roleAssignment struct {
	logical, definition string
	scope               pulumi.StringInput
}

// inputs returns the application's inputs. Empty lists of redirect URIs are sent too, because
// Entra keeps the value of an omitted property.
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
		// Version 2 access tokens have the issuer and audience of ID tokens, which Argo CD
		// requires (Verify in util/oidc/provider.go, and OAuth2AllowedAudiences in
		// util/settings/settings.go of Argo CD 3.2).
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
