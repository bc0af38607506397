package azure

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// permissions fails for each right in Entra that the application itself has: argocd-server
// can get a token with them. The stack's applications have none. They ask for the delegated
// permissions for signing in at most; what else they ask for, an administrator may grant.
// A group is a finding too: it can have a role in Entra, in Azure or in Argo CD.
func permissions(ctx context.Context, c *Client, app Application, asks bool, found application, readErr error) finding {
	f := finding{name: "directory permissions", err: readErr, needs: needsDirectory, seen: "none",
		fix: "tokens of the application have these rights: see who added them, then remove them (enterprise application, Permissions; " +
			"Entra roles and groups in the portal); pulumi refresh and pulumi up put back what the application asks for"}
	if f.err != nil {
		return f
	}
	var want []string
	if asks {
		if want, f.err = signInAccess(ctx, c); f.err != nil {
			return f
		}
		f.seen += "; asks for " + strings.Join(azure.SignInScopes(), " ")
	}
	f.wrong = differences("requested permission", found.access(), want)
	itself, err := one[principal](ctx, c, principalPath(app.ClientID))
	if f.err = err; err != nil {
		return f
	}
	held, err := list[assignment](ctx, c, belowPrincipal(itself.ID, "/appRoleAssignments"))
	if f.err = err; err != nil {
		return f
	}
	for _, a := range held {
		f.wrong = append(f.wrong, fmt.Sprintf("it has the app role %s of %s (%s)", a.RoleID, printable.Quote(a.ResourceName), a.ResourceID))
	}
	memberOf, err := list[object](ctx, c, belowPrincipal(itself.ID, "/transitiveMemberOf"))
	if f.err = err; err != nil {
		return f
	}
	for _, o := range memberOf {
		f.wrong = append(f.wrong, "it is a member of "+o.String())
	}
	// The former list has no role on a single object, and no custom role.
	roles, err := list[directoryRole](ctx, c, "roleManagement/directory/roleAssignments?"+filter("principalId eq '"+itself.ID+"'"))
	f.err = err
	for _, role := range roles {
		f.wrong = append(f.wrong, fmt.Sprintf("it has the Entra role %s on %s", role.DefinitionID, role.Scope))
	}
	return f
}

// signInAccess returns the delegated permissions for signing in, as access has them.
func signInAccess(ctx context.Context, c *Client) (all []string, err error) {
	graph, err := one[principal](ctx, c, principalPath(azure.GraphClientID))
	for _, scope := range graph.Scopes {
		if slices.Contains(azure.SignInScopes(), scope.Value) {
			all = append(all, access(azure.GraphClientID, "Scope", scope.ID))
		}
	}
	return all, err
}

// access is a permission in words.
func access(api, kind, id string) string { return fmt.Sprintf("%s (%s) of the API %s", id, kind, api) }

func (a application) access() (all []string) {
	for _, api := range a.RequiredAccess {
		for _, one := range api.Access {
			all = append(all, access(api.AppID, one.Type, one.ID))
		}
	}
	return all
}

// azureRoles compares the application's roles in the subscriptions that the stack uses with
// those in the state.
func azureRoles(ctx context.Context, c *Client, s *Stack, app Application) finding {
	f := finding{name: "Azure roles", needs: "the role Reader on the subscription, and on those of the registry and the clusters",
		fix: "tokens of the application have these roles: see who assigned them, then delete them (az role assignment delete); the stack's own: " + putBack}
	if app.principalID == "" {
		f.wrong = []string{"the stack's state has no service principal of the application"}
		return f
	}
	got, want := map[string]bool{}, map[string]bool{}
	subscriptions := []string{subscriptionOf(s.Extension.ID)}
	for _, role := range app.Roles {
		want[role.String()] = true
		subscriptions = append(subscriptions, subscriptionOf(role.Scope))
	}
	slices.Sort(subscriptions)
	for _, subscription := range slices.Compact(subscriptions) {
		all, err := roleAssignments(ctx, c, subscription, "principalId eq '"+lastPart(app.principalID)+"'")
		if f.err = err; err != nil {
			return f
		}
		for _, a := range all {
			got[Role{a.Properties.Scope, a.Properties.RoleID}.String()] = true
		}
	}
	f.wrong = differences("role", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	f.seen = fmt.Sprintf("%d in %s, as in the stack", len(want), strings.Join(slices.Compact(subscriptions), ", "))
	return f
}

// subscriptionOf returns the ID of a resource's subscription, in lower case.
func subscriptionOf(id string) string {
	parts := strings.SplitN(strings.ToLower(id), "/", 4)
	return strings.Join(parts[:min(3, len(parts))], "/")
}

// Role is a role in Azure on a scope.
type Role struct{ Scope, DefinitionID string }

// String is equal for equal roles: Azure ignores case.
func (r Role) String() string { return strings.ToLower(lastPart(r.DefinitionID) + " on " + r.Scope) }
