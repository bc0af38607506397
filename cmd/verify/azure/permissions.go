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

// permissions fails for each permission of the application in Entra, because argocd-server can
// get tokens with it. The stack's applications have none. They request at most the delegated
// permissions of the sign-in; an administrator could grant other requested permissions.
// Membership in a group also fails, because groups can have roles in Entra, Azure or Argo CD.
func permissions(ctx context.Context, c *Client, app Application, asks bool, found application, readErr error) finding {
	f := finding{name: "directory permissions", err: readErr, needs: needsDirectory, seen: "none",
		fix: "tokens of the application have these permissions: find out who added them, then remove them (enterprise application, Permissions; " +
			"Entra roles and groups in the portal); `pulumi refresh` and `pulumi up` restore the requested permissions"}
	if f.err != nil {
		return f
	}
	var want []string
	if asks {
		if want, f.err = signInAccess(ctx, c); f.err != nil {
			return f
		}
		f.seen += "; requests " + strings.Join(azure.SignInScopes(), " ")
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
	// The list of memberships lacks custom roles and roles on single objects.
	roles, err := list[directoryRole](ctx, c, "roleManagement/directory/roleAssignments?"+filter("principalId eq '"+itself.ID+"'"))
	f.err = err
	for _, role := range roles {
		f.wrong = append(f.wrong, fmt.Sprintf("it has the Entra role %s on %s", role.DefinitionID, role.Scope))
	}
	return f
}

// signInAccess returns the delegated permissions of the sign-in, in the form of access.
func signInAccess(ctx context.Context, c *Client) (all []string, err error) {
	graph, err := one[principal](ctx, c, principalPath(azure.GraphClientID))
	for _, scope := range graph.Scopes {
		if slices.Contains(azure.SignInScopes(), scope.Value) {
			all = append(all, access(azure.GraphClientID, "Scope", scope.ID))
		}
	}
	return all, err
}

// access describes a permission.
func access(api, kind, id string) string { return fmt.Sprintf("%s (%s) of the API %s", id, kind, api) }

func (a application) access() (all []string) {
	for _, api := range a.RequiredAccess {
		for _, one := range api.Access {
			all = append(all, access(api.AppID, one.Type, one.ID))
		}
	}
	return all
}

// azureRoles compares the application's roles in the stack's subscriptions with the state.
func azureRoles(ctx context.Context, c *Client, s *Stack, app Application) finding {
	f := finding{name: "Azure roles", needs: "the role Reader on the subscriptions of the stack, the registry and the spoke clusters",
		fix: "tokens of the application have these roles: find out who assigned them, then delete them (`az role assignment delete`); for roles of the stack, " + restore}
	if app.principalID == "" {
		f.wrong = []string{"the stack's state has no service principal for the application"}
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
	f.seen = fmt.Sprintf("%d in %s, equal to the stack", len(want), strings.Join(slices.Compact(subscriptions), ", "))
	return f
}

// subscriptionOf returns the path of a resource's subscription in lower case.
func subscriptionOf(id string) string {
	parts := strings.SplitN(strings.ToLower(id), "/", 4)
	return strings.Join(parts[:min(3, len(parts))], "/")
}

// Role is a role in Azure on a scope.
type Role struct{ Scope, DefinitionID string }

// String returns the role in lower case, because Azure ignores case.
func (r Role) String() string { return strings.ToLower(lastPart(r.DefinitionID) + " on " + r.Scope) }
