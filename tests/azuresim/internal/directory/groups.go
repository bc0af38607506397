package directory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// groupKind is the description of a kind of group in Microsoft Graph, with azuread's names.
// https://learn.microsoft.com/graph/api/resources/groups-overview
type groupKind struct {
	securityEnabled bool
	visibility      string
	types           []any
	rule            string
}

var (
	security     = groupKind{securityEnabled: true}
	distribution = groupKind{}
	public365    = groupKind{securityEnabled: true, visibility: "Public", types: []any{"Unified"}}
	dynamic      = groupKind{securityEnabled: true, types: []any{"DynamicMembership"}, rule: `user.department -eq "Engineering"`}
)

func (s *Service) addGroup(name string, kind groupKind, members ...string) (objectID string) {
	id := guid.Of(fmt.Sprintf("group %d %s", len(s.Groups), name))
	s.Groups = append(s.Groups, Group{DisplayName: name, ObjectID: id, Members: members, kind: kind})
	return id
}

// createGroup creates a security group. Its ID is its object ID: groupResourceCreate in
// https://github.com/hashicorp/terraform-provider-azuread, internal/services/groups, v2.
func createGroup(property.Map) (string, map[string]any, error) {
	objectID := guid.New()
	return objectID, map[string]any{"objectId": objectID}, nil
}

// groups returns all groups, including those that programs created.
func (s *Service) groups() []Group {
	all := slices.Clone(s.Groups)
	for _, o := range s.objects.All(SecurityGroup) {
		all = append(all, Group{DisplayName: o.Inputs.Text("displayName"), ObjectID: o.ID, Members: o.Inputs.Texts("members"), kind: security})
	}
	return all
}

// ReuseGroupName renames a group and creates a new security group with the old name and these
// members. It returns the new group's object ID.
func (s *Service) ReuseGroupName(name, renamed string, users ...string) (objectID string) {
	for i := range s.Groups {
		if s.Groups[i].DisplayName == name {
			s.Groups[i].DisplayName = renamed
		}
	}
	var members []string
	for _, name := range users {
		user, _ := s.User(name)
		members = append(members, user.ObjectID)
	}
	return s.addGroup(name, security, members...)
}

// AddGroup adds a security group with users and groups as members, by object ID.
func (s *Service) AddGroup(name string, members ...string) (objectID string) {
	return s.addGroup(name, security, members...)
}

// SecurityGroups returns the security groups of which a user is a direct or indirect
// member.
func (s *Service) SecurityGroups(user User) (ids []string) {
	for _, group := range s.GroupsAbove(user.ObjectID) {
		if group.kind.securityEnabled {
			ids = append(ids, group.ObjectID)
		}
	}
	slices.Sort(ids)
	return ids
}

// GroupsOf returns the groups of which a user is a direct member.
func (s *Service) GroupsOf(user User) []Group {
	return slices.DeleteFunc(s.groups(), func(g Group) bool { return !slices.Contains(g.Members, user.ObjectID) })
}

// GroupID returns the object ID of the group with this name.
func (s *Service) GroupID(name string) string {
	for _, group := range s.groups() {
		if group.DisplayName == name {
			return group.ObjectID
		}
	}
	return ""
}

// HasGroup reports whether a group has this object ID.
func (s *Service) HasGroup(objectID string) bool {
	return slices.ContainsFunc(s.groups(), func(g Group) bool { return g.ObjectID == objectID })
}

// group is azuread's getGroup. azuread puts the name into the filter unescaped
// (internal/services/groups/group_data_source.go), and Graph requires that single quotes
// are doubled: https://learn.microsoft.com/graph/query-parameters#escaping-single-quotes
func (s *Service) group(args property.Map) (resource.PropertyMap, error) {
	name, objectID := args.Text("displayName"), args.Text("objectId")
	filter := "displayName eq '" + name + "'"
	if strings.Contains(strings.ReplaceAll(name, "''", ""), "'") {
		return nil, fmt.Errorf("retrieving groups for filter (%s): Request_BadRequest: Invalid filter clause", filter)
	}
	name = strings.ReplaceAll(name, "''", "'")
	var found []Group
	for _, group := range s.groups() {
		if (objectID != "" && strings.EqualFold(group.ObjectID, objectID)) || (objectID == "" && strings.EqualFold(group.DisplayName, name)) {
			found = append(found, group)
		}
	}
	switch {
	case len(found) == 0 && objectID != "":
		return nil, fmt.Errorf("no group found with object ID: %q", objectID)
	case len(found) == 0:
		return nil, fmt.Errorf("no group found with display name: %q", name)
	case len(found) > 1:
		return nil, fmt.Errorf("more than one group found with display name: %q", name)
	}
	return answer(found[0].answer())
}

func (g Group) answer() map[string]any {
	all := map[string]any{
		"id": g.ObjectID, "objectId": g.ObjectID, "displayName": g.DisplayName, "securityEnabled": g.kind.securityEnabled,
		"visibility": g.kind.visibility, "types": g.kind.types,
	}
	if g.kind.rule != "" {
		all["dynamicMemberships"] = []any{map[string]any{"enabled": true, "rule": g.kind.rule}}
	}
	return all
}
