package directory

import "github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"

// Policy is a policy assigned to an application or a service principal. Kind is the name of
// its list, such as claimsMappingPolicies.
// https://learn.microsoft.com/graph/api/resources/stspolicy
type Policy struct{ ID, Kind, Name string }

// AssignPolicy assigns a policy to an object. remove removes all policies of the object.
func (s *Service) AssignPolicy(objectID, kind, name string) (remove func()) {
	s.policies[objectID] = append(s.policies[objectID], Policy{ID: guid.New(), Kind: kind, Name: name})
	return func() { delete(s.policies, objectID) }
}

// Policies returns an object's policies of a kind.
func (s *Service) Policies(objectID, kind string) (all []Policy) {
	for _, policy := range s.policies[objectID] {
		if policy.Kind == kind {
			all = append(all, policy)
		}
	}
	return all
}
