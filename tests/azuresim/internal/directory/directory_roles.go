package directory

import (
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
)

// DirectoryRole is the assignment of an Entra role, such as Global Reader, in the whole
// tenant ("/") or on one object.
// https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
type DirectoryRole struct{ ID, DefinitionID, Name, Scope string }

// AssignDirectoryRole assigns a role to an object. remove removes all roles of the object.
func (s *Service) AssignDirectoryRole(objectID, name, scope string) (remove func()) {
	role := DirectoryRole{ID: guid.New(), DefinitionID: guid.Of("directory role " + name), Name: name, Scope: scope}
	s.roles[objectID] = append(s.roles[objectID], role)
	return func() { delete(s.roles, objectID) }
}

// Roles returns the directory roles of an object.
func (s *Service) Roles(objectID string) []DirectoryRole { return s.roles[objectID] }

// AddMember adds a member to a group, until remove.
func (s *Service) AddMember(group, member string) (remove func()) {
	i := slices.IndexFunc(s.Groups, func(g Group) bool { return g.ObjectID == group })
	before := s.Groups[i].Members
	s.Groups[i].Members = append(slices.Clone(before), member)
	return func() { s.Groups[i].Members = before }
}

// GroupsAbove returns the groups of which an object is a direct or indirect member.
func (s *Service) GroupsAbove(objectID string) (all []Group) {
	groups, reached := s.groups(), []string{objectID}
	for i := 0; i < len(reached); i++ {
		for _, group := range groups {
			if slices.Contains(group.Members, reached[i]) && !slices.Contains(reached, group.ObjectID) {
				reached, all = append(reached, group.ObjectID), append(all, group)
			}
		}
	}
	return all
}
