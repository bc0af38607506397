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

// assignments wants the groups that have a role in Argo CD to be assigned to the
// application that users sign in through, if groups are, and the stack's pipelines
// to their app roles; and nobody else, and no other app role.
func assignments(ctx context.Context, c *Client, app Application, want []string, found application, itself principal, readErr error) finding {
	f := finding{name: "assignments", err: readErr, needs: needsApplications,
		fix: "the stack's own: " + putBack + "; whoever is assigned besides can sign in, take it away (enterprise application, Users and groups)"}
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
			f.wrong = append(f.wrong, fmt.Sprintf("%s %s (%s) is assigned, and not by the stack", strings.ToLower(a.PrincipalType), printable.Quote(a.PrincipalName), id))
		}
		assigned = append(assigned, id)
	}
	for _, group := range want {
		if !slices.Contains(assigned, group) {
			f.wrong = append(f.wrong, fmt.Sprintf("group %s has a role in the stack, and is not assigned", group))
		}
	}
	if missing := len(app.Pipelines) - pipelines; missing > 0 {
		f.wrong = append(f.wrong, fmt.Sprintf("%d of %d pipelines are not assigned", missing, len(app.Pipelines)))
	}
	who := fmt.Sprintf("%d groups with a role", len(want))
	if app.SecurityGroups {
		who = "no group"
	}
	if pipelines > 0 {
		who += fmt.Sprintf(", %d pipelines", pipelines)
	}
	if f.seen = who + ", nobody else"; !app.AssignmentRequired {
		f.seen += "; the whole tenant may sign in (requireAssignment: false)"
	}
	return f
}

// texts are app roles in words. Argo CD gives a role by their values, and of some,
// such as admin, has roles of its own.
func texts(roles []appRole) (all []string) {
	for _, role := range roles {
		all = append(all, fmt.Sprintf("%s (%s) for %s", role.Value, role.ID, strings.Join(role.MemberTypes, ", ")))
	}
	return all
}

// consent wants an administrator's for exactly the scopes of a sign-in, if the
// stack gives it. Users' own may be for less.
func consent(ctx context.Context, c *Client, app Application, id string, principalErr error) finding {
	f := finding{name: "consent", err: principalErr, needs: needsDirectory,
		fix: "the stack's own: " + putBack + "; take away what is wider (enterprise application, Permissions)"}
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
			f.wrong = append(f.wrong, fmt.Sprintf("to another API, service principal %s: %s", g.ResourceID, g.Scope))
		case g.ConsentType == "AllPrincipals":
			forAll = append(forAll, strings.Fields(g.Scope)...)
		default:
			own++
			f.wrong = append(f.wrong, beyond("a user has consented to scope ", strings.Fields(g.Scope))...)
		}
	}
	if app.Consent {
		f.wrong = append(f.wrong, differences("for everybody, scope", forAll, azure.SignInScopes())...)
	} else {
		// An administrator may have granted outside the stack what it needs.
		f.wrong = append(f.wrong, beyond("for everybody, scope ", forAll)...)
	}
	f.seen = fmt.Sprintf("for everybody: %s; %d of users themselves", cmp.Or(strings.Join(forAll, " "), "none"), own)
	return f
}

// beyond names the scopes that a sign-in does not need.
func beyond(what string, granted []string) (wrong []string) {
	for _, scope := range granted {
		if !slices.Contains(azure.SignInScopes(), scope) {
			wrong = append(wrong, what+scope)
		}
	}
	return wrong
}
