package directory

import (
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// defaultRole is the role of applications without app roles.
const defaultRole = "00000000-0000-0000-0000-000000000000"

// The member types of an app role. Groups count as users.
const (
	memberUser        = "User"
	memberApplication = "Application"
)

// roleValue matches valid values of an app role.
// https://learn.microsoft.com/graph/api/resources/approle
var roleValue = regexp.MustCompile("^[A-Za-z0-9:!#$%&'()*+,/;<=>?@\\[\\]^_`{|}~-][A-Za-z0-9:!#$%&'()*+,./;<=>?@\\[\\]^_`{|}~-]{0,119}$")

// maxRoles is the limit of an application. The error message is not Entra's.
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps#app-role-limits
const maxRoles = 700

func checkRoles(in property.Map) error {
	if n := len(in.Maps("appRoles")); n > maxRoles {
		return store.RefuseIf(true, 400, "Request_BadRequest", "The number of app roles, %d, is beyond the limit of %d.", n, maxRoles)
	}
	var ids, values []string
	for _, role := range in.Maps("appRoles") {
		id, value, members := role.Text("id"), role.Text("value"), role.Texts("allowedMemberTypes")
		wrong := len(members) == 0 || slices.ContainsFunc(members, func(m string) bool { return m != memberUser && m != memberApplication })
		err := store.First(
			store.RefuseIf(!uuid.MatchString(id) || slices.Contains(ids, id), 400, "Request_BadRequest", "The id '%s' of an app role is not a GUID or is not unique.", id),
			store.RefuseIf(!roleValue.MatchString(value) || slices.Contains(values, value), 400, "Request_BadRequest", "The value '%s' of an app role is not valid or is not unique.", value),
			store.RefuseIf(role.Text("displayName") == "" || role.Text("description") == "", 400, "Request_BadRequest", "The app role '%s' needs a display name and a description.", value),
			store.RefuseIf(wrong, 400, "Request_BadRequest", "The member types '%[2]v' of the app role '%[1]s' must be User or Application.", value, members),
		)
		if err != nil {
			return err
		}
		ids, values = append(ids, id), append(values, value)
	}
	return nil
}

// checkURIs accepts the identifier URIs that a tenant allows by default.
// https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
func (s *Service) checkURIs(self *store.Object, in property.Map) error {
	for _, uri := range in.Texts("identifierUris") {
		own := self != nil && (uri == "api://"+self.Computed.Text("clientId") || strings.HasPrefix(uri, "api://"+self.Computed.Text("clientId")+"/"))
		name, ofTenant := strings.CutPrefix(uri, "api://"+s.TenantID+"/")
		ofTenant = ofTenant && name != ""
		taken := s.objects.Find(Application, func(o *store.Object) bool {
			return (self == nil || o.ID != self.ID) && slices.Contains(o.Inputs.Texts("identifierUris"), uri)
		})
		err := store.First(
			store.RefuseIf(!own && !ofTenant, 400, "HostNameNotOnVerifiedDomain", "Values of identifierUris property must use a verified domain of the organization or its subdomain, its tenant ID or the app ID: '%s'", uri),
			store.RefuseIf(taken != nil, 400, "Request_MultipleObjectsWithSameKeyValue", "Another object with the same value for property identifierUris already exists: '%s'.", uri),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// Resource returns the application with a client ID or an identifier URI, or nil.
func (s *Service) Resource(name string) *store.Object {
	return s.objects.Find(Application, func(o *store.Object) bool {
		return o.Computed.Text("clientId") == name || slices.Contains(o.Inputs.Texts("identifierUris"), name)
	})
}

// rolesOf returns the app roles of the application of a service principal.
func (s *Service) rolesOf(principal *store.Object) []property.Map {
	if app := s.Application(principal.Inputs.Text("clientId")); app != nil {
		return app.Inputs.Maps("appRoles")
	}
	return nil
}

// assignable reports whether a member type can be assigned to an app role. The default role
// is assignable to member types without a declared role.
func (s *Service) assignable(principal *store.Object, roleID, member string) bool {
	roles := slices.DeleteFunc(s.rolesOf(principal), func(role property.Map) bool {
		return !slices.Contains(role.Texts("allowedMemberTypes"), member)
	})
	if roleID == defaultRole {
		return len(roles) == 0
	}
	return slices.ContainsFunc(roles, func(role property.Map) bool { return role.Text("id") == roleID })
}

// AssignedRoles returns the values of the app roles assigned to any of the objects, and
// whether any assignment exists, including the default role.
func (s *Service) AssignedRoles(principal *store.Object, objectIDs ...string) (values []string, assigned bool) {
	for _, assignment := range s.objects.All(AppRoleAssignment) {
		in := assignment.Inputs
		if in.Text("resourceObjectId") != principal.ID || !slices.Contains(objectIDs, in.Text("principalObjectId")) {
			continue
		}
		assigned = true
		for _, role := range s.rolesOf(principal) {
			if role.Text("id") == in.Text("appRoleId") {
				values = append(values, role.Text("value"))
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values), assigned
}
