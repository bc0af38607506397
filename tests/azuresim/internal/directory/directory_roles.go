package directory

import (
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
)

// DirectoryRole is a role in Entra, such as Global Reader, in the whole tenant ("/") or on
// one object. https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
type DirectoryRole struct{ ID, DefinitionID, Name, Scope string }

// AssignDirectoryRole assigns a role to the object with an ID, until remove.
func (s *Service) AssignDirectoryRole(objectID, name, scope string) (remove func()) {
	role := DirectoryRole{ID: guid.New(), DefinitionID: guid.Of("directory role " + name), Name: name, Scope: scope}
	s.roles[objectID] = append(s.roles[objectID], role)
	return func() { delete(s.roles, objectID) }
}

// Roles are the directory roles of the object with an ID.
func (s *Service) Roles(objectID string) []DirectoryRole { return s.roles[objectID] }

// AddMember adds a member to a group, until remove.
func (s *Service) AddMember(group, member string) (remove func()) {
	i := slices.IndexFunc(s.Groups, func(g Group) bool { return g.ObjectID == group })
	before := s.Groups[i].Members
	s.Groups[i].Members = append(slices.Clone(before), member)
	return func() { s.Groups[i].Members = before }
}

// GroupsAbove are the groups that an object is a member of, also by way of other groups.
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
