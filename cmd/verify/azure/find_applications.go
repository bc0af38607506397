package azure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

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
	matching, related, err := searchApplications(ctx, c, want)
	if err != nil {
		return nil, complete(err)
	}
	// Applications that are foreign by the list alone come last.
	slices.SortStableFunc(matching, func(a, b listedApplication) int {
		return cmp.Compare(len(a.foreign(want)), len(b.foreign(want)))
	})
	for i, app := range matching {
		one := listed(app, want)
		if i < readApplications {
			if one, err = existing(ctx, c, app, want, w.Trusts); err != nil {
				return nil, err
			}
		} else if foreign := app.foreign(want); len(foreign) > 0 {
			one.Foreign = append(one.Foreign, foreign...)
		} else {
			one.Unread = true
			one.Foreign = append(one.Foreign, fmt.Sprintf("not read, because more than %d applications have the stack's name and redirect URIs; delete foreign ones", readApplications))
		}
		found = append(found, one)
	}
	left, err := leftovers(ctx, c, related, want)
	return append(found, left...), err
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

// nameDoubts returns another display name, or why the temporary name does not show that the
// application belongs to the stack.
func (app listedApplication) nameDoubts(want Application) []string {
	switch {
	case app.named(want):
		return nil
	case !app.unfinished():
		return []string{fmt.Sprintf("its display name is %q", app.Name)}
	case len(app.Web.URIs) == 0:
		return []string{"it has a temporary name and no redirect URI, so it may belong to another stack"}
	}
	return nil
}

// temporaryName is the prefix of the temporary name of an application that azuread creates:
// applicationResourceCreate in https://github.com/hashicorp/terraform-provider-azuread,
// internal/services/applications.
const temporaryName = "TERRAFORM_UPDATE_"

func (app listedApplication) unfinished() bool { return strings.HasPrefix(app.Name, temporaryName) }

func (app listedApplication) named(want Application) bool {
	return strings.EqualFold(app.Name, want.Name)
}

// matches reports whether an application has the stack's application ID URI, or its redirect
// URIs with its name or the temporary one.
func (app listedApplication) matches(want Application) bool {
	blocks := slices.ContainsFunc(app.IdentifierURIs, func(uri string) bool { return contains(want.IdentifierURIs, uri) })
	identified := app.named(want) || app.unfinished() && len(want.WebURIs) > 0
	return blocks || identified && len(differences("", app.Web.URIs, want.WebURIs)) == 0
}

// related reports whether an application that does not match can be the result of an
// interrupted update with another configuration, or of a workload's application.
func (app listedApplication) related(want Application) bool {
	shares := slices.ContainsFunc(app.Web.URIs, func(uri string) bool { return contains(want.WebURIs, uri) })
	return app.named(want) || shares || app.unfinished() && len(app.Web.URIs)+len(want.WebURIs) == 0
}

// contains reports whether a list has a text, ignoring case.
func contains(all []string, text string) bool {
	return slices.ContainsFunc(all, func(one string) bool { return strings.EqualFold(one, text) })
}

// searchApplications returns the applications that match a wanted one, and related ones. It
// searches by name, temporary name, application ID URI and redirect URI. Public clients share
// the redirect URI of the CLI, and Graph has no filter on owners.
// https://learn.microsoft.com/graph/api/application-list and
// https://learn.microsoft.com/graph/aad-advanced-queries
func searchApplications(ctx context.Context, c *Client, want Application) (matching, related []listedApplication, err error) {
	filters := []string{"displayName eq " + quoted(want.Name), "startsWith(displayName," + quoted(temporaryName) + ")"}
	for _, uri := range want.IdentifierURIs {
		filters = append(filters, "identifierUris/any(u:u eq "+quoted(uri)+")")
	}
	var all []listedApplication
	for _, expression := range filters {
		found, err := list[listedApplication](ctx, c, "applications?"+filter(expression)+"&$expand=owners")
		if err != nil {
			return nil, nil, err
		}
		all = append(all, found...)
	}
	redirected, err := redirectedApplications(ctx, c, want)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for _, app := range append(all, redirected...) {
		switch {
		case seen[app.ID]:
		case app.matches(want):
			matching = append(matching, app)
		case app.related(want):
			related = append(related, app)
		}
		seen[app.ID] = true
	}
	return matching, related, nil
}

// redirectedApplications returns the applications with one of the stack's redirect URIs, except
// URIs on localhost, which all stacks of the walkthrough have. The filter requires an advanced
// query, which cannot expand owners.
func redirectedApplications(ctx context.Context, c *Client, want Application) (all []listedApplication, err error) {
	eventual := policy.WithHTTPHeader(ctx, http.Header{"ConsistencyLevel": {"eventual"}})
	for _, uri := range want.WebURIs {
		if at, err := url.Parse(uri); err == nil && at.Hostname() == "localhost" {
			continue
		}
		found, err := list[listedApplication](eventual, c, "applications?"+filter("web/redirectUris/any(u:u eq "+quoted(uri)+")")+"&$count=true")
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// leftovers returns the related applications that only the deploying identity owns and that
// nothing uses. Others belong to other stacks.
func leftovers(ctx context.Context, c *Client, related []listedApplication, want Application) (found []Existing, err error) {
	read := 0
	for _, app := range related {
		if app.Owners == nil {
			// Those of redirectedApplications, which are the last. Anyone can register any number.
			if read++; read > readApplications {
				break
			}
			app.Owners, err = list[object](ctx, c, "applications/"+app.ID+"/owners")
		}
		if errors.Is(err, errAbsent) || err == nil && len(foreignOwners(app.Owners, want.Owners)) > 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		// One request for each stack of the same identity.
		if _, err := one[object](ctx, c, principalPath(app.AppID)); err == nil {
			continue
		} else if !errors.Is(err, errAbsent) {
			return nil, err
		}
		one, err := existing(ctx, c, app, want, nil)
		if err != nil {
			return nil, err
		}
		if one.Unused {
			found = append(found, one)
		}
	}
	return found, nil
}

// ApplicationExists reports whether an application exists, with any name and redirect URIs. The ID
// is the provider's.
func ApplicationExists(ctx context.Context, c *Client, id string) (bool, error) {
	_, err := one[object](ctx, c, strings.TrimPrefix(id, "/"))
	if errors.Is(err, errAbsent) {
		return false, nil
	}
	return err == nil, err
}

// quoted returns a string in the syntax of a filter.
// https://learn.microsoft.com/graph/filter-query-parameter
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
