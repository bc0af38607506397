package azure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

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

// readApplications is the maximum number of applications of a resource that are read
// completely. Users may be able to register any number with the stack's name.
const readApplications = 20

func findApplications(ctx context.Context, c *Client, w Wanted) (found []Existing, err error) {
	inputs, err := json.Marshal(w.Inputs)
	if err != nil {
		return nil, err
	}
	want, err := askedOf(inputs)
	if err != nil {
		return nil, err
	}
	all, err := listedApplications(ctx, c, want)
	if err != nil {
		return nil, complete(err)
	}
	// Applications that are foreign by the list alone come last.
	slices.SortStableFunc(all, func(a, b listedApplication) int {
		return cmp.Compare(len(a.foreign(want)), len(b.foreign(want)))
	})
	for i, app := range all {
		one := listed(app.application, want)
		if i < readApplications {
			if one, err = existing(ctx, c, app.application, want, w.Trusts); err != nil {
				return nil, err
			}
		} else if one.Foreign = app.foreign(want); len(one.Foreign) == 0 {
			one.Unread, one.Foreign = true, []string{fmt.Sprintf("not read, because more than %d applications have the stack's name and redirect URIs; delete foreign ones", readApplications)}
		}
		if !strings.EqualFold(app.Name, want.Name) && !strings.HasPrefix(app.Name, temporaryPrefix) {
			one.Foreign = append(one.Foreign, fmt.Sprintf("its display name is %q", app.Name))
		}
		found = append(found, one)
	}
	return found, nil
}

// listedApplication is an application in a list, with its owners if the list has them.
type listedApplication struct {
	application
	Name   string   `json:"displayName"`
	Owners []object `json:"owners"`
}

// foreign returns the foreign properties in the list.
func (app listedApplication) foreign(want Application) []string {
	all := foreignProperties(app.application, want)
	if app.Owners != nil {
		all = append(all, foreignOwners(app.Owners, want.Owners)...)
	}
	return all
}

// temporaryPrefix is the prefix of the temporary name of an application that azuread creates:
// applicationResourceCreate in https://github.com/hashicorp/terraform-provider-azuread,
// internal/services/applications.
const temporaryPrefix = "TERRAFORM_UPDATE_"

// listedApplications returns the applications with the stack's name and redirect URIs,
// including those with azuread's temporary name, and all with the stack's application ID URI.
// $expand cannot be combined with an advanced query.
// https://learn.microsoft.com/graph/api/application-list and
// https://learn.microsoft.com/graph/aad-advanced-queries
func listedApplications(ctx context.Context, c *Client, want Application) (all []listedApplication, err error) {
	const owners = "&$expand=owners"
	named, err := list[listedApplication](ctx, c, "applications?"+filter("displayName eq "+quoted(want.Name))+owners)
	if err != nil {
		return nil, err
	}
	renamed, err := unfinishedApplications(ctx, c, want)
	if err != nil {
		return nil, err
	}
	for _, app := range slices.Concat(named, renamed) {
		if len(differences("", app.Web.URIs, want.WebURIs)) == 0 {
			all = append(all, app)
		}
	}
	for _, uri := range want.IdentifierURIs {
		holders, err := list[listedApplication](ctx, c, "applications?"+filter("identifierUris/any(u:u eq "+quoted(uri)+")")+owners)
		if err != nil {
			return nil, err
		}
		all = append(all, holders...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(app listedApplication) bool {
		again := seen[app.ID]
		seen[app.ID] = true
		return again
	}), nil
}

// unfinishedApplications searches by redirect URI, which requires an advanced query.
func unfinishedApplications(ctx context.Context, c *Client, want Application) ([]listedApplication, error) {
	if len(want.WebURIs) == 0 {
		return nil, nil
	}
	eventual := policy.WithHTTPHeader(ctx, http.Header{"ConsistencyLevel": {"eventual"}})
	all, err := list[listedApplication](eventual, c, "applications?"+filter("web/redirectUris/any(u:u eq "+quoted(want.WebURIs[0])+")")+"&$count=true")
	return slices.DeleteFunc(all, func(app listedApplication) bool { return !strings.HasPrefix(app.Name, temporaryPrefix) }), err
}

// quoted returns a string in the syntax of a filter.
// https://learn.microsoft.com/graph/filter-query-parameter
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// applicationsLike returns listedApplications without owners.
func applicationsLike(ctx context.Context, c *Client, want Application) (all []application, err error) {
	listed, err := listedApplications(ctx, c, want)
	for _, app := range listed {
		all = append(all, app.application)
	}
	return all, err
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

// deletes returns the az rest command for objects without another delete command.
func (c *Client) deletes(path string) string {
	return "az rest --method delete " + shell.Flag("--url", c.graph.endpoint+"/v1.0/"+path)
}
