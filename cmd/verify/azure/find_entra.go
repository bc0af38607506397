package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// inEntra are the types of the directory. How their IDs look is up to azuread: the
// pages on import under https://www.pulumi.com/registry/packages/azuread/api-docs/.
var inEntra = map[string]func(context.Context, *Client, Wanted) ([]Existing, error){
	typeApplication: findApplications,
	typePrincipal:   findPrincipal,
	typeCredential:  findCredential,
	typeGrant:       findGrant,
	typeAssignment:  findAssignment,
}

func findApplications(ctx context.Context, c *Client, w Wanted) ([]Existing, error) {
	name, err := w.texts("displayName")
	if err != nil {
		return nil, err
	}
	return applicationsLike(ctx, c, name[0], w.list("web", "redirectUris"))
}

// applicationsLike goes by name and redirect URIs, as a name can be that of several.
// Two stacks can have both alike: what others build on an application, its service
// principal first, waits for its creation, so that one of a lost create has none.
// https://learn.microsoft.com/graph/api/application-list
func applicationsLike(ctx context.Context, c *Client, name string, uris []string) (found []Existing, err error) {
	quoted := "'" + strings.ReplaceAll(name, "'", "''") + "'"
	all, err := list[application](ctx, c, "applications?"+filter("displayName eq "+quoted))
	for _, app := range all {
		if len(differences("", app.Web.URIs, uris)) > 0 {
			continue
		}
		one := Existing{
			ID: "/applications/" + app.ID, ClientID: app.AppID, Delete: "az ad app delete --id " + app.AppID,
			What: fmt.Sprintf("application with the client ID %s, created %s", app.AppID, app.Created),
		}
		if one.NotOurs, err = builtOn(ctx, c, app.AppID); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, err
}

// builtOn says what somebody has built on an application.
func builtOn(ctx context.Context, c *Client, clientID string) (string, error) {
	if _, err := one[principal](ctx, c, principalPath(clientID)); !errors.Is(err, errAbsent) {
		return "it has a service principal", err
	}
	trusted, err := list[federatedCredential](ctx, c, applicationPath(clientID, "/federatedIdentityCredentials"))
	if err != nil || len(trusted) == 0 {
		return "", err
	}
	return "it has federated credentials", nil
}

func findPrincipal(ctx context.Context, c *Client, w Wanted) ([]Existing, error) {
	in, err := w.texts("clientId")
	if err != nil {
		return nil, err
	}
	found, err := one[principal](ctx, c, principalPath(in[0]))
	if err != nil {
		return nil, err
	}
	what := "service principal of " + in[0]
	return []Existing{{ID: found.ID, What: what, Delete: "az ad sp delete --id " + found.ID}}, nil
}

func findCredential(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	in, err := w.texts("applicationId", "displayName")
	if err != nil {
		return nil, err
	}
	app := lastPart(in[0])
	all, err := list[federatedCredential](ctx, c, "applications/"+app+"/federatedIdentityCredentials")
	for _, one := range all {
		if one.Name == in[1] {
			found = append(found, Existing{
				ID: app + "/federatedIdentityCredential/" + one.ID, What: one.Name + " for " + one.Subject,
				Delete: "az ad app federated-credential delete --id " + app + " --federated-credential-id " + one.ID,
			})
		}
	}
	return found, err
}

func findGrant(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	in, err := w.texts("servicePrincipalObjectId", "resourceServicePrincipalObjectId")
	if err != nil {
		return nil, err
	}
	all, err := list[grant](ctx, c, belowPrincipal(in[0], "/oauth2PermissionGrants"))
	all = slices.DeleteFunc(all, func(g grant) bool { return g.ResourceID != in[1] || g.ConsentType != "AllPrincipals" })
	for _, g := range all {
		remove := c.deletes("oauth2PermissionGrants/" + g.ID)
		found = append(found, Existing{ID: g.ID, What: "consent to " + g.Scope, Delete: remove})
	}
	return found, err
}

func findAssignment(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	in, err := w.texts("resourceObjectId", "principalObjectId", "appRoleId")
	if err != nil {
		return nil, err
	}
	all, err := list[assignment](ctx, c, belowPrincipal(in[0], "/appRoleAssignedTo"))
	for _, a := range all {
		if strings.EqualFold(a.PrincipalID, in[1]) && strings.EqualFold(a.RoleID, in[2]) {
			found = append(found, Existing{
				ID: in[0] + "/appRoleAssignment/" + a.ID, What: fmt.Sprintf("assignment of %q", a.PrincipalName),
				Delete: c.deletes("servicePrincipals/" + in[0] + "/appRoleAssignedTo/" + a.ID),
			})
		}
	}
	return found, err
}

// deletes is the command for what az has no other for.
func (c *Client) deletes(path string) string {
	return "az rest --method delete --url " + c.graph.endpoint + "/v1.0/" + path
}
