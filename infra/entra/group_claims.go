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

// GroupClaims says which of a user's groups Entra puts into tokens, by which Argo CD
// gives roles.
type GroupClaims string

// The groups that can be in tokens. Above 200 Entra leaves all of them out:
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim.
const (
	// GroupClaimsAssigned are those assigned to the application, with direct members
	// only, and never too many. Assigning a group takes Entra ID P1:
	// https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal.
	GroupClaimsAssigned GroupClaims = "assigned"
	// GroupClaimsSecurity are all security groups, also those that a user is in by way
	// of another: https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims.
	// No group is assigned, so it needs RequireAssignment false.
	GroupClaimsSecurity GroupClaims = "security"
)

// membership is the claims' groupMembershipClaims of an application.
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
		p.Add("GroupClaims", "%s assigns no group, so nobody could sign in; set %s to false to let everyone in the tenant sign in, or use %s", GroupClaimsSecurity, problem.Field("RequireAssignment"), GroupClaimsAssigned)
	}
	return p
}

// groupName is part of a logical name.
var groupName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,63}$`)

func groupPath(name string) string { return fmt.Sprintf("Groups[%q]", name) }

// assignmentProblems checks the groups that shall be assigned.
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
		p.Add("GroupObjectIDs", "is empty: nobody could sign in")
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

// knownGroups are the object IDs of the groups that are not outputs.
func (a *EntraAppArgs) knownGroups() []string {
	groups := slices.Clone(a.GroupObjectIDs)
	for _, input := range a.Groups {
		if id, known := component.Known(input); known {
			groups = append(groups, id)
		}
	}
	return groups
}

// LookupGroup is the function of this name for a group that shall be in these
// claims. It warns where Entra's documents do not say that it is.
func (c GroupClaims) LookupGroup(ctx *pulumi.Context, group string, opts ...pulumi.InvokeOption) (objectID string, err error) {
	return lookupGroup(ctx, group, c.doubt, opts)
}

// doubt says why a group may not be in the claims. Only of the value All do
// Microsoft's documents say that it has more than security groups:
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
func (c GroupClaims) doubt(group *azuread.LookupGroupResult) string {
	if c == GroupClaimsSecurity && slices.Contains(group.Types, microsoft365) {
		return "is a Microsoft 365 group, of which Entra's documents do not say that it is among the security groups in a token: use a security group."
	}
	return ""
}
