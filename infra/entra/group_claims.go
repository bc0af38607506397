package entra

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// GroupClaims selects the groups of a user that Entra puts into tokens. Argo CD grants roles
// by them.
type GroupClaims string

// The groups that can be in tokens. With more than 200 groups, Entra omits all of them:
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim.
const (
	// GroupClaimsAssigned are the groups assigned to the application, for direct members
	// only. It never exceeds the limit. Assigning a group requires Entra ID P1:
	// https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal.
	GroupClaimsAssigned GroupClaims = "assigned"
	// GroupClaimsSecurity are all security groups, including those that contain one of the
	// user's groups: https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims.
	// No group is assigned, so it requires RequireAssignment false.
	GroupClaimsSecurity GroupClaims = "security"
)

// membership returns the value of an application's groupMembershipClaims.
func (c GroupClaims) membership() string {
	if c == GroupClaimsSecurity {
		return azure.MembershipSecurityGroup
	}
	return azure.MembershipApplicationGroup
}

func (a *EntraAppArgs) groupClaimsProblems() problem.List {
	var p problem.List
	p.Enums(*a)
	if a.GroupClaims == GroupClaimsSecurity && isTrue(a.RequireAssignment) {
		p.Add("GroupClaims", "%s assigns no group, so no user could sign in; set %s to false to let everyone in the tenant sign in, or use %s", GroupClaimsSecurity, problem.Field("RequireAssignment"), GroupClaimsAssigned)
	}
	return p
}

// groupName is part of a logical name.
var groupName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,63}$`)

func groupPath(name string) string { return fmt.Sprintf("Groups[%q]", name) }

// assignmentProblems checks the groups to assign.
func (a *EntraAppArgs) assignmentProblems() problem.List {
	var p problem.List
	const combined = "cannot be combined with %s %s, which assigns no group"
	if a.GroupClaims == GroupClaimsSecurity && len(a.GroupObjectIDs) > 0 {
		p.Add("GroupObjectIDs", combined, problem.Field("GroupClaims"), GroupClaimsSecurity)
	}
	if a.GroupClaims == GroupClaimsSecurity && len(a.Groups) > 0 {
		p.Add("Groups", combined, problem.Field("GroupClaims"), GroupClaimsSecurity)
	}
	if a.GroupClaims != GroupClaimsSecurity && len(a.GroupObjectIDs)+len(a.Groups) == 0 {
		p.Add("GroupObjectIDs", "is empty; without a group no user can sign in")
	}
	seen := map[string]bool{}
	for i, group := range a.GroupObjectIDs {
		p.Check(problem.Item("GroupObjectIDs", i), azure.CheckObjectID(group))
		if seen[group] {
			p.Add(problem.Item("GroupObjectIDs", i), "duplicate %q", group)
		}
		seen[group] = true
	}
	for _, name := range slices.Sorted(maps.Keys(a.Groups)) {
		path := groupPath(name)
		if !groupName.MatchString(name) || azure.IsGUID(name) {
			p.Add(path, "must have 1 to 63 letters, digits, hyphens and underscores, and must not be an object ID")
		}
		id, known := component.Known(a.Groups[name])
		switch {
		case a.Groups[name] == nil:
			p.Add(path, "is empty")
		case known && seen[id]:
			p.Add(path, "duplicate %q", id)
		case known:
			p.Check(path, azure.CheckObjectID(id))
			seen[id] = true
		}
	}
	return p
}

// knownGroups returns the object IDs of the groups that are plain values.
func (a *EntraAppArgs) knownGroups() []string {
	groups := slices.Clone(a.GroupObjectIDs)
	for _, input := range a.Groups {
		if id, known := component.Known(input); known {
			groups = append(groups, id)
		}
	}
	return groups
}

// LookupGroup is like the function LookupGroup, but also returns the display name. It logs a
// warning if the claims may leave the group out.
func (c GroupClaims) LookupGroup(ctx *pulumi.Context, group string, opts ...pulumi.InvokeOption) (Group, error) {
	return lookupGroup(ctx, group, c.doubt, opts)
}

// doubt returns a warning for a group that the claims may leave out. Microsoft's documents
// list other groups than security groups only for the value All:
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
func (c GroupClaims) doubt(group *azuread.LookupGroupResult) string {
	if c == GroupClaimsSecurity && slices.Contains(group.Types, microsoft365) {
		return "is a Microsoft 365 group: Entra does not document that tokens contain it as a security group. Use a security group."
	}
	return ""
}
