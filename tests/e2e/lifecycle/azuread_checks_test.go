package lifecycle

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// register registers a resource with azuread.
type register = func(ctx *pulumi.Context) error

// application returns a registration of an application with changed arguments.
func application(change func(*azuread.ApplicationArgs)) register {
	return func(ctx *pulumi.Context) error {
		args := &azuread.ApplicationArgs{DisplayName: pulumi.String("x")}
		change(args)
		_, err := azuread.NewApplication(ctx, "x", args)
		return err
	}
}

// role returns a registration of an application with an app role.
func role(change func(*azuread.ApplicationAppRoleTypeArgs)) register {
	return application(func(a *azuread.ApplicationArgs) {
		role := azuread.ApplicationAppRoleTypeArgs{
			Id: pulumi.String("3f1f5a5e-9d9c-4a57-8b12-0b6a3c1f0a11"), Value: pulumi.String("sync"), DisplayName: pulumi.String("Sync"),
			Description: pulumi.String("Sync"), AllowedMemberTypes: pulumi.ToStringArray([]string{"Application"}),
		}
		change(&role)
		a.AppRoles = azuread.ApplicationAppRoleTypeArray{role}
	})
}

func web(uris ...string) register {
	return application(func(a *azuread.ApplicationArgs) {
		a.Web = azuread.ApplicationWebArgs{RedirectUris: pulumi.ToStringArray(uris)}
	})
}

func public(uris ...string) register {
	return application(func(a *azuread.ApplicationArgs) {
		a.PublicClient = azuread.ApplicationPublicClientArgs{RedirectUris: pulumi.ToStringArray(uris)}
	})
}

func credential(change func(*azuread.ApplicationFederatedIdentityCredentialArgs)) register {
	return func(ctx *pulumi.Context) error {
		args := &azuread.ApplicationFederatedIdentityCredentialArgs{
			ApplicationId: pulumi.String("/applications/3f1f5a5e-9d9c-4a57-8b12-0b6a3c1f0a11"), DisplayName: pulumi.String("argocd"),
			Issuer: pulumi.String("https://issuer.example"), Subject: pulumi.String("s"), Audiences: pulumi.ToStringArray([]string{"api://AzureADTokenExchange"}),
		}
		change(args)
		_, err := azuread.NewApplicationFederatedIdentityCredential(ctx, "x", args)
		return err
	}
}

// many returns n redirect URIs.
func many(n int) (uris []string) {
	for i := range n {
		uris = append(uris, fmt.Sprintf("https://%d.example/", i))
	}
	return uris
}

// checks are arguments with the azuread provider's error in a preview; "" accepts them.
var checks = map[string]struct {
	register register
	refusal  string
}{
	"an application":         {application(func(*azuread.ApplicationArgs) {}), ""},
	"no name":                {application(func(a *azuread.ApplicationArgs) { a.DisplayName = pulumi.String("") }), "to not be an empty string"},
	"an owner's name":        {application(func(a *azuread.ApplicationArgs) { a.Owners = pulumi.ToStringArray([]string{"alice"}) }), "to be a valid UUID"},
	"an unknown audience":    {application(func(a *azuread.ApplicationArgs) { a.SignInAudience = pulumi.String("Everybody") }), "to be one of"},
	"an unknown group claim": {application(func(a *azuread.ApplicationArgs) { a.GroupMembershipClaims = pulumi.ToStringArray([]string{"Groups"}) }), "to be one of"},
	"a third token version": {application(func(a *azuread.ApplicationArgs) {
		a.Api = azuread.ApplicationApiArgs{RequestedAccessTokenVersion: pulumi.Int(3)}
	}), "must be one of"},
	"an app role":       {role(func(*azuread.ApplicationAppRoleTypeArgs) {}), ""},
	"a role ID":         {role(func(r *azuread.ApplicationAppRoleTypeArgs) { r.Id = pulumi.String("sync") }), "to be a valid UUID"},
	"a role without ID": {role(func(r *azuread.ApplicationAppRoleTypeArgs) { r.Id = pulumi.String("") }), "to be a valid UUID"},
	"role members": {role(func(r *azuread.ApplicationAppRoleTypeArgs) {
		r.AllowedMemberTypes = pulumi.ToStringArray([]string{"Group"})
	}), "to be one of"},
	"a role without members":      {role(func(r *azuread.ApplicationAppRoleTypeArgs) { r.AllowedMemberTypes = pulumi.StringArray{} }), "1 item"},
	"a role's empty description":  {role(func(r *azuread.ApplicationAppRoleTypeArgs) { r.Description = pulumi.String("") }), "to not be an empty string"},
	"a role's empty display name": {role(func(r *azuread.ApplicationAppRoleTypeArgs) { r.DisplayName = pulumi.String("") }), "to not be an empty string"},
	"a role value with a space":   {role(func(r *azuread.ApplicationAppRoleTypeArgs) { r.Value = pulumi.String("to sync") }), "value"},
	"256 redirect URIs":           {web(many(256)...), ""},
	"257 redirect URIs":           {web(many(257)...), "Too many"},
	"a web URI without a path":    {web("https://argo.example"), "trailing slash"},
	"a web URN":                   {web("urn:ietf:wg:oauth:2.0:oob"), ""},
	"a custom web scheme":         {web("myapp://auth/"), "unexpected URI scheme"},
	"a long web URI":              {web("https://argo.example/" + strings.Repeat("x", 240)), "256 characters"},
	"no public URI":               {public("localhost"), "URI"},
	"a public URI without a path": {public("http://localhost"), ""},
	"a custom public scheme":      {public("myapp://auth"), ""},
	"a public URN":                {public("urn:ietf:wg:oauth:2.0:oob"), ""},
	"a credential":                {credential(func(*azuread.ApplicationFederatedIdentityCredentialArgs) {}), ""},
	"a credential's empty name":   {credential(func(c *azuread.ApplicationFederatedIdentityCredentialArgs) { c.DisplayName = pulumi.String("") }), "in the range (1 - 120)"},
	"a credential's long name": {credential(func(c *azuread.ApplicationFederatedIdentityCredentialArgs) {
		c.DisplayName = pulumi.String(strings.Repeat("x", 121))
	}), "in the range (1 - 120)"},
	"two audiences": {credential(func(c *azuread.ApplicationFederatedIdentityCredentialArgs) {
		c.Audiences = pulumi.ToStringArray([]string{"a", "b"})
	}), "Too many"},
	"a bare application ID": {credential(func(c *azuread.ApplicationFederatedIdentityCredentialArgs) {
		c.ApplicationId = pulumi.String("3f1f5a5e-9d9c-4a57-8b12-0b6a3c1f0a11")
	}), "parsing"},
}

// TestAzureadChecks previews valid and invalid arguments of azuread's resources.
func TestAzureadChecks(t *testing.T) {
	t.Parallel()
	var registered register
	stack := e2e.OpenProgram(t, azuresim.New(), func(ctx *pulumi.Context) error { return registered(ctx) }, e2e.Root(t), "dev")
	for name, c := range checks {
		registered = c.register
		_, err := stack.Preview(t.Context())
		e2e.WantError(t, err, c.refusal, "%s", name)
	}
}
