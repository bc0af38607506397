package directory

import (
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Consented returns the scopes that an administrator granted to a service principal for all
// users.
func (s *Service) Consented(principal *store.Object) []string {
	var scopes []string
	for _, grant := range s.objects.All(DelegatedGrant) {
		if grant.Inputs.Text("servicePrincipalObjectId") == principal.ID && grant.Inputs.Text("userObjectId") == "" {
			scopes = append(scopes, grant.Inputs.Texts("claimValues")...)
		}
	}
	return scopes
}

// AssignedGroups returns the groups with an app role assignment of which the user is a
// direct member. Entra ignores nested groups.
func (s *Service) AssignedGroups(principal *store.Object, user User) (ids []string) {
	groups := s.GroupsOf(user)
	for _, assignment := range s.objects.All(AppRoleAssignment) {
		assigned := func(g Group) bool { return g.ObjectID == assignment.Inputs.Text("principalObjectId") }
		if assignment.Inputs.Text("resourceObjectId") == principal.ID && slices.ContainsFunc(groups, assigned) {
			ids = append(ids, assignment.Inputs.Text("principalObjectId"))
		}
	}
	slices.Sort(ids)
	return ids
}

// Assigned reports whether the user has an app role assignment, directly or through a
// group.
func (s *Service) Assigned(principal *store.Object, user User) bool {
	direct := s.objects.Find(AppRoleAssignment, func(o *store.Object) bool {
		return o.Inputs.Text("resourceObjectId") == principal.ID && o.Inputs.Text("principalObjectId") == user.ObjectID
	})
	return direct != nil || len(s.AssignedGroups(principal, user)) > 0
}

func (s *Service) createGrant(in property.Map) (string, map[string]any, error) {
	principal, user := in.Text("servicePrincipalObjectId"), in.Text("userObjectId")
	other := s.objects.Find(DelegatedGrant, func(o *store.Object) bool {
		return o.Inputs.Text("servicePrincipalObjectId") == principal && o.Inputs.Text("userObjectId") == user
	})
	return guid.New(), nil, store.First(
		s.checkGrant(in),
		store.RefuseIf(other != nil, 409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists."),
	)
}

func (s *Service) updateGrant(_ *store.Object, in property.Map) error { return s.checkGrant(in) }

func (s *Service) checkGrant(in property.Map) error {
	principal, api := in.Text("servicePrincipalObjectId"), in.Text("resourceServicePrincipalObjectId")
	scope, unpublished := property.First(in.Texts("claimValues"), func(value string) bool { return s.scopes[value] == "" })
	return store.First(
		store.RefuseIf(!s.exists(ServicePrincipal, principal), 404, "Request_ResourceNotFound", "Resource '%s' does not exist.", principal),
		store.RefuseIf(api != s.graph, 404, "Request_ResourceNotFound", "Resource '%s' does not exist.", api),
		store.RefuseIf(unpublished, 400, "Request_BadRequest", "Scope '%s' is not published by Microsoft Graph.", scope),
	)
}

func (s *Service) createAssignment(in property.Map) (string, map[string]any, error) {
	principal, target, role := in.Text("principalObjectId"), in.Text("resourceObjectId"), in.Text("appRoleId")
	other := s.objects.Find(AppRoleAssignment, func(o *store.Object) bool {
		return o.Inputs.Text("principalObjectId") == principal && o.Inputs.Text("resourceObjectId") == target && o.Inputs.Text("appRoleId") == role
	})
	member := ""
	switch {
	case s.HasGroup(principal) || s.hasUser(principal):
		member = memberUser
	case s.HasPrincipal(principal):
		member = memberApplication
	}
	if !s.exists(ServicePrincipal, target) {
		return "", nil, store.Refuse(404, "Request_ResourceNotFound", "Resource '%s' does not exist.", target)
	}
	return target + "/appRoleAssignment/" + guid.New(), nil, store.First(
		// The portal's message. Whether Microsoft Graph rejects the assignment with this
		// message is not confirmed: docs/internals/simulated-azure.md.
		store.RefuseIf(s.NoPremium && s.HasGroup(principal), 403, "Authorization_RequestDenied", "Groups are not available for assignment due to your Active Directory plan level. You can assign individual users to the application."),
		store.RefuseIf(member == "", 400, "Request_BadRequest", "Not a valid reference update: principal '%s'.", principal),
		store.RefuseIf(!s.assignable(s.objects.Get(target), role, member), 400, "Request_BadRequest", "Permission being assigned was not found on application: '%s'.", role),
		store.RefuseIf(other != nil, 400, "Request_BadRequest", "Permission being assigned already exists on the object."),
	)
}
