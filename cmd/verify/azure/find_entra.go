package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// inEntra are the types of Entra. The forms of their IDs are documented under
// https://www.pulumi.com/registry/packages/azuread/api-docs/, on import.
var inEntra = map[string]func(context.Context, *Client, Wanted) ([]Existing, error){
	typeApplication: findApplications,
	typePrincipal:   findPrincipal,
	typeCredential:  findCredential,
	typeGrant:       findGrant,
	typeAssignment:  findAssignment,
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
	one := Existing{ID: found.ID, What: "service principal of " + in[0], Delete: "az ad sp delete " + shell.Flag("--id", found.ID)}
	if err := one.readPrincipal(ctx, c, found, w.list("owners")); err != nil {
		return nil, err
	}
	return []Existing{one}, nil
}

// below lists the objects below a parent. The list is empty if the parent does not exist.
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
		// Both are unique in an application.
		// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
		if credential.Name != in[1] && (credential.Issuer != in[2] || credential.Subject != in[3]) {
			continue
		}
		one := Existing{
			ID: app + "/federatedIdentityCredential/" + credential.ID, What: credential.Name + " for " + credential.Subject,
			Delete: "az ad app federated-credential delete " + shell.Flag("--id", app) + " " + shell.Flag("--federated-credential-id", credential.ID),
		}
		if credential.Name != in[1] {
			one.Foreign = append(one.Foreign, fmt.Sprintf("its name is %q", credential.Name))
		}
		if got := credential.trust(); got != want {
			one.Foreign = append(one.Foreign, "it trusts "+got)
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

// deletes returns the az rest command for objects without another delete command.
func (c *Client) deletes(path string) string {
	return "az rest --method delete " + shell.Flag("--url", c.graph.endpoint+"/v1.0/"+path)
}
