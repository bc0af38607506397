package rest

import (
	"net/http"
	"path"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// collection is a list of objects that clients create, change and delete.
type collection struct {
	// path is the list's, after the version. Its {id} is the object that the list belongs to.
	path, token string
	fields      []field
	// permissions allow writes; with only Application.ReadWrite.OwnedBy, those of an owner.
	permissions []string
	// context returns the properties that the path gives.
	context func(r *http.Request) property.Map
	// find returns the addressed object, or nil.
	find func(r *http.Request) *store.Object
	// answer returns the object's document.
	answer func(o *store.Object) document
}

// ownedBy allows an application to create applications and to change those that it owns.
// https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby
const ownedBy = "Application.ReadWrite.OwnedBy"

// collections returns the lists, with the permissions of the pages application-post-…,
// serviceprincipal-post-… and oauth2permissiongrant-post in api-reference/v1.0/api of
// https://github.com/microsoftgraph/microsoft-graph-docs-contrib.
func (s *Service) collections() []collection {
	none := func(*http.Request) property.Map { return property.Map{} }
	return []collection{
		{
			path: "applications", token: directory.Application, fields: applicationFields, permissions: writers,
			context: none, find: s.addressedApplication, answer: s.application,
		},
		{
			path: "servicePrincipals", token: directory.ServicePrincipal, fields: principalFields, permissions: writers,
			context: none, find: s.addressedPrincipal, answer: s.principal,
		},
		{
			path: "applications/{id}/federatedIdentityCredentials", token: directory.FederatedCredential, fields: credentialFields, permissions: writers,
			context: func(r *http.Request) property.Map {
				return property.From(map[string]any{"applicationId": "/applications/" + r.PathValue("id")})
			},
			find: func(r *http.Request) *store.Object {
				return s.objects.Get(r.PathValue("id") + "/federatedIdentityCredential/" + r.PathValue("item"))
			},
			answer: credential,
		},
		{
			path: "servicePrincipals/{id}/appRoleAssignedTo", token: directory.AppRoleAssignment, fields: assignmentFields,
			permissions: []string{"AppRoleAssignment.ReadWrite.All"}, context: none,
			find: func(r *http.Request) *store.Object {
				return s.objects.Get(r.PathValue("id") + "/appRoleAssignment/" + r.PathValue("item"))
			},
			answer: s.assignment,
		},
		{
			path: "oauth2PermissionGrants", token: directory.DelegatedGrant, fields: grantFields,
			permissions: []string{"DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"}, context: none,
			find: func(r *http.Request) *store.Object { return s.objects.Get(r.PathValue("item")) }, answer: s.grant,
		},
	}
}

// create adds an object to the list.
func (s *Service) create(c collection) exchange {
	return func(r *http.Request, body document) (id string, answer any, err error) {
		caller, err := s.permitted(r, c.permissions)
		if err != nil {
			return "", nil, err
		}
		in := written(c.context(r), c.fields, body)
		if owners := owners(body, caller); c.token == directory.Application || c.token == directory.ServicePrincipal {
			in = with(in, "owners", owners)
		}
		if err := s.mayChange(caller, c, s.objects.Get(in.Text("applicationId"))); err != nil {
			return "", nil, err
		}
		o, err := s.objects.Create(c.token, in, func(string) error { return nil })
		if err != nil {
			return "", nil, err
		}
		s.directory.Created(o)
		return o.ID, c.answer(o), nil
	}
}

// update changes an object of the list.
func (s *Service) update(c collection) exchange {
	return func(r *http.Request, body document) (id string, answer any, err error) {
		o, err := s.writable(r, c)
		if err != nil {
			return "", nil, err
		}
		former := o.Inputs
		in := written(former, c.fields, body)
		if err := store.First(enabledEntitlements(former, in), second(s.objects.Update(c.token, o.ID, in))); err != nil {
			return o.ID, nil, err
		}
		s.directory.Updated(o, former)
		return o.ID, nil, nil
	}
}

// remove deletes an object of the list and what Entra deletes with it.
func (s *Service) remove(c collection) exchange {
	return func(r *http.Request, _ document) (id string, answer any, err error) {
		o, err := s.writable(r, c)
		if err != nil {
			return "", nil, err
		}
		s.objects.Remove(o)
		return o.ID, nil, nil
	}
}

// writable returns the addressed object if the caller may change it.
func (s *Service) writable(r *http.Request, c collection) (*store.Object, error) {
	caller, err := s.permitted(r, c.permissions)
	if err != nil {
		return nil, err
	}
	found := c.find(r)
	if s.directory.Read(found) == nil {
		return nil, notFound(path.Base(r.URL.Path))
	}
	return found, s.mayChange(caller, c, found)
}

// permitted returns the caller of a request if it has one of several permissions.
func (s *Service) permitted(r *http.Request, permissions []string) (caller string, err error) {
	caller, wrong := s.bearer(r, "https://"+GraphHost)
	return caller, store.First(tokenError(wrong), forbidden(!s.allowed(caller, permissions)))
}

// mayChange rejects changes of objects that the caller does not own and is not otherwise
// allowed to change. The owners of a credential are its application's.
func (s *Service) mayChange(caller string, c collection, o *store.Object) error {
	if o == nil || !slices.Contains(c.permissions, ownedBy) || s.allowed(caller, withoutOwnership(c.permissions)) {
		return nil
	}
	if o.Type == directory.FederatedCredential {
		o = s.objects.Get(o.Inputs.Text("applicationId"))
	}
	return forbidden(!slices.Contains(o.Inputs.Texts("owners"), caller))
}

func withoutOwnership(permissions []string) []string {
	return slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return p == ownedBy })
}

// owners returns the owners of a new object: those of the request, or the caller.
func owners(body document, caller string) resource.PropertyValue {
	ids := []resource.PropertyValue{}
	bound, _ := body["owners@odata.bind"].([]any)
	for _, reference := range bound {
		text, _ := reference.(string)
		ids = append(ids, resource.NewStringProperty(path.Base(text)))
	}
	if len(ids) == 0 {
		ids = append(ids, resource.NewStringProperty(caller))
	}
	return resource.NewArrayProperty(ids)
}

// enabledEntitlements rejects changes of app roles that are enabled.
// https://learn.microsoft.com/graph/api/resources/approle
func enabledEntitlements(before, after property.Map) error {
	for _, role := range before.Maps("appRoles") {
		same := slices.ContainsFunc(after.Maps("appRoles"), func(other property.Map) bool { return sameRole(role, other) })
		if enabled(role) && !same {
			return store.Refuse(400, "CannotDeleteOrUpdateEnabledEntitlement", "Permission (scope or role) cannot be deleted or updated unless disabled first.")
		}
	}
	return nil
}

func sameRole(a, b property.Map) bool {
	return a.Text("id") == b.Text("id") && a.Text("value") == b.Text("value") && a.Text("displayName") == b.Text("displayName") &&
		a.Text("description") == b.Text("description") && slices.Equal(a.Texts("allowedMemberTypes"), b.Texts("allowedMemberTypes"))
}

// enabled reports whether an app role is enabled, azuread's default.
func enabled(role property.Map) bool { return !role.At("enabled").IsBool() || role.Flag("enabled") }

func second[T any](_ T, err error) error { return err }
