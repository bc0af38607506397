package rest

import (
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Lists of attachments to a scope. Their API versions are package-locks-2016-09 and
// package-policy-2022-06 in https://github.com/Azure/azure-rest-api-specs.
const (
	Locks       = "/providers/Microsoft.Authorization/locks"
	Assignments = "/providers/Microsoft.Authorization/policyAssignments"
)

var attachmentVersions = map[string]string{Locks: "2016-09-01", Assignments: "2022-06-01"}

// Attach puts a lock or a policy assignment on a scope, until remove.
func (s *Service) Attach(list, scope, name string) (remove func()) {
	id := scope + list + "/" + name
	s.attached[id] = list
	return func() { delete(s.attached, id) }
}

// attachments lists the attachments on a scope and on those above and below it, which is
// the default without $filter.
// https://learn.microsoft.com/rest/api/policyauthorization/policy-assignments/list-for-resource-group
func (s *Service) attachments(path string) *armList {
	for list, version := range attachmentVersions {
		scope, is := strings.CutSuffix(path, list)
		if !is || s.objects.Get(scope) == nil {
			continue
		}
		found := &armList{kind: armKind{versions: []string{version}}, all: []document{}}
		for id, of := range s.attached {
			at, _, _ := strings.Cut(strings.ToLower(id), "/providers/microsoft.authorization/")
			if of == list && related(at, strings.ToLower(scope)) {
				found.all = append(found.all, document{"id": id, "name": id[strings.LastIndex(id, "/")+1:]})
			}
		}
		return found
	}
	return nil
}

// related reports whether one of two scopes contains the other.
func related(a, b string) bool {
	return strings.HasPrefix(a+"/", b+"/") || strings.HasPrefix(b+"/", a+"/")
}

// policies answers serviceprincipal-list-claimsmappingpolicies.md and the lists of other
// policies.
func (s *Service) policies(o *store.Object, kind string) (all []document) {
	for _, policy := range s.directory.Policies(o.ID, kind) {
		all = append(all, document{"id": policy.ID, "displayName": policy.Name, "definition": []string{"{}"}, "isOrganizationDefault": false})
	}
	return all
}
