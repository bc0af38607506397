package azure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// assignments checks that exactly the groups with a role in Argo CD are assigned to the users'
// application, unless tokens have all security groups, and exactly the stack's pipelines to
// their app roles.
func assignments(ctx context.Context, c *Client, app Application, want []string, found application, itself principal, readErr error) finding {
	f := finding{name: "assignments", err: readErr, needs: needsApplications,
		fix: "for objects of the stack, " + restore + "; remove other assignments, whose holders can sign in (enterprise application, Users and groups)"}
	if f.err != nil {
		return f
	}
	all, err := list[assignment](ctx, c, belowPrincipal(itself.ID, "/appRoleAssignedTo"))
	if f.err = err; err != nil {
		return f
	}
	f.wrong = unequal{
		{"accountEnabled", itself.Enabled, true},
		{"appRoleAssignmentRequired", itself.AssignmentRequired, app.AssignmentRequired},
	}.wrong()
	f.wrong = append(f.wrong, differences("app role", texts(found.AppRoles), texts(app.AppRoles))...)
	var assigned []string
	pipelines := 0
	for _, a := range all {
		id := strings.ToLower(a.PrincipalID)
		if slices.Contains(app.Pipelines, Pipeline{PrincipalID: id, RoleID: a.RoleID}) {
			pipelines++
			continue
		}
		if a.PrincipalType != "Group" || !slices.Contains(want, id) || !slices.Contains(app.Groups, id) {
			f.wrong = append(f.wrong, fmt.Sprintf("%s %s (%s) is assigned outside the stack", strings.ToLower(a.PrincipalType), printable.Quote(a.PrincipalName), id))
		}
		assigned = append(assigned, id)
	}
	for _, group := range want {
		if !slices.Contains(assigned, group) {
			f.wrong = append(f.wrong, fmt.Sprintf("group %s has a role in the stack but is not assigned", group))
		}
	}
	if missing := len(app.Pipelines) - pipelines; missing > 0 {
		f.wrong = append(f.wrong, fmt.Sprintf("%d of %d pipelines are not assigned", missing, len(app.Pipelines)))
	}
	who := plural(len(want), "group") + " with a role"
	if app.SecurityGroups {
		who = "no group"
	}
	if pipelines > 0 {
		who += ", " + plural(pipelines, "pipeline")
	}
	if f.seen = who + ", no other assignment"; !app.AssignmentRequired {
		f.seen += "; everyone in the tenant can sign in (requireAssignment: false)"
	}
	return f
}

// texts describes app roles. Argo CD grants roles by their values, some of which, such as
// admin, are built-in roles.
func texts(roles []appRole) (all []string) {
	for _, role := range roles {
		all = append(all, fmt.Sprintf("%s (%s) for %s", role.Value, role.ID, strings.Join(role.MemberTypes, ", ")))
	}
	return all
}

// consent checks that the consent for all users has exactly the scopes of the sign-in, if the
// stack grants it. Users may have consented to fewer.
func consent(ctx context.Context, c *Client, app Application, id string, principalErr error) finding {
	f := finding{name: "consent", err: principalErr, needs: needsDirectory,
		fix: "for the stack's consent, " + restore + "; revoke other permissions (enterprise application, Permissions)"}
	if f.err != nil {
		return f
	}
	graph, err := one[principal](ctx, c, principalPath(azure.GraphClientID))
	if f.err = err; err != nil {
		return f
	}
	all, err := list[grant](ctx, c, belowPrincipal(id, "/oauth2PermissionGrants"))
	if f.err = err; err != nil {
		return f
	}
	var forAll []string
	own := 0
	for _, g := range all {
		switch {
		case g.ResourceID != graph.ID:
			f.wrong = append(f.wrong, fmt.Sprintf("consent to another API, service principal %s: %s", g.ResourceID, g.Scope))
		case g.ConsentType == "AllPrincipals":
			forAll = append(forAll, strings.Fields(g.Scope)...)
		default:
			own++
			f.wrong = append(f.wrong, beyond("a user has consented to the scope ", strings.Fields(g.Scope))...)
		}
	}
	if app.Consent {
		f.wrong = append(f.wrong, differences("for all users, scope", forAll, azure.SignInScopes())...)
	} else {
		// An administrator may have granted the sign-in scopes outside the stack.
		f.wrong = append(f.wrong, beyond("for all users, scope ", forAll)...)
	}
	f.seen = fmt.Sprintf("for all users: %s; by single users: %d", cmp.Or(strings.Join(forAll, " "), "none"), own)
	return f
}

// beyond returns the scopes that a sign-in does not need.
func beyond(what string, granted []string) (wrong []string) {
	for _, scope := range granted {
		if !slices.Contains(azure.SignInScopes(), scope) {
			wrong = append(wrong, what+scope)
		}
	}
	return wrong
}
