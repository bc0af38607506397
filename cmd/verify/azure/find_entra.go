package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"argocd-on-aks/internal/shell"
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

func findApplications(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	inputs, err := json.Marshal(w.Inputs)
	if err != nil {
		return nil, err
	}
	want, err := askedOf(inputs)
	if err != nil {
		return nil, err
	}
	all, err := applicationsLike(ctx, c, want)
	for _, app := range all {
		one, err := existing(ctx, c, app, want, w.Trusts)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, err
}

// applicationsLike goes by name and redirect URIs, as a name can be that of several.
// https://learn.microsoft.com/graph/api/application-list
func applicationsLike(ctx context.Context, c *Client, want Application) ([]application, error) {
	quoted := "'" + strings.ReplaceAll(want.Name, "'", "''") + "'"
	all, err := list[application](ctx, c, "applications?"+filter("displayName eq "+quoted))
	return slices.DeleteFunc(all, func(app application) bool { return len(differences("", app.Web.URIs, want.WebURIs)) > 0 }), err
}

func findPrincipal(ctx context.Context, c *Client, w Wanted) ([]Existing, error) {
	in, err := w.texts("clientId")
	if err != nil {
		return nil, err
	}
	found, err := one[principal](ctx, c, principalPath(in[0]))
	if errors.Is(err, errAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	foreign, err := foreignPrincipal(ctx, c, found, w.list("owners"))
	if err != nil {
		return nil, err
	}
	what := "service principal of " + in[0]
	return []Existing{{ID: found.ID, What: what, Delete: "az ad sp delete " + shell.Flag("--id", found.ID), Foreign: foreign}}, nil
}

// below lists what belongs to an object. There is nothing if the object itself does not
// exist.
func below[T any](ctx context.Context, c *Client, parent, what string) ([]T, error) {
	all, err := list[T](ctx, c, parent+what)
	if !errors.Is(err, errAbsent) {
		return all, err
	}
	if _, parentErr := one[object](ctx, c, parent); errors.Is(parentErr, errAbsent) {
		return nil, nil
	}
	return nil, complete(err)
}

func findCredential(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	in, err := w.texts("applicationId", "displayName", "issuer", "subject")
	if err != nil {
		return nil, err
	}
	app, want := lastPart(in[0]), trust(in[2], in[3], w.list("audiences")...)
	all, err := below[federatedCredential](ctx, c, "applications/"+app, "/federatedIdentityCredentials")
	for _, credential := range all {
		if credential.Name != in[1] {
			continue
		}
		one := Existing{
			ID: app + "/federatedIdentityCredential/" + credential.ID, What: credential.Name + " for " + credential.Subject,
			Delete: "az ad app federated-credential delete " + shell.Flag("--id", app) + " " + shell.Flag("--federated-credential-id", credential.ID),
		}
		if got := credential.trust(); got != want {
			one.Foreign = []string{"it trusts " + got}
		}
		found = append(found, one)
	}
	return found, err
}

func findGrant(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	in, err := w.texts("servicePrincipalObjectId", "resourceServicePrincipalObjectId")
	if err != nil {
		return nil, err
	}
	all, err := below[grant](ctx, c, belowPrincipal(in[0], ""), "/oauth2PermissionGrants")
	all = slices.DeleteFunc(all, func(g grant) bool { return !SameID(g.ResourceID, in[1]) || g.ConsentType != "AllPrincipals" })
	for _, g := range all {
		found = append(found, Existing{
			ID: g.ID, What: "consent to " + g.Scope, Delete: c.deletes("oauth2PermissionGrants/" + g.ID),
			Foreign: differences("scope", strings.Fields(g.Scope), w.list("claimValues")),
		})
	}
	return found, err
}

func findAssignment(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	in, err := w.texts("resourceObjectId", "principalObjectId", "appRoleId")
	if err != nil {
		return nil, err
	}
	all, err := below[assignment](ctx, c, belowPrincipal(in[0], ""), "/appRoleAssignedTo")
	for _, a := range all {
		if SameID(a.PrincipalID, in[1]) && SameID(a.RoleID, in[2]) {
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
	return "az rest --method delete " + shell.Flag("--url", c.graph.endpoint+"/v1.0/"+path)
}
