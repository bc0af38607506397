// Package directory is Entra's directory: the users and groups of a tenant, and
// the applications, service principals, credentials and permissions that
// programs make in it.
package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// User is a member of the tenant.
type User struct{ Name, ObjectID string }

// Group is a group with direct members: users, and groups that are nested in it.
type Group struct {
	DisplayName, ObjectID string
	Members               []string
	kind                  groupKind
}

// Service is the directory of one tenant.
type Service struct {
	TenantID string
	Users    []User
	Groups   []Group
	// Free says that the tenant has no Entra ID P1.
	Free bool

	// Delay is how long it takes until others than Microsoft Graph, such as the
	// token endpoint and Azure's roles, know of a new object.
	Delay func() time.Duration

	objects *store.Objects
	// deployers have run Pulumi, the last of them does so now.
	deployers []string
	// graph is the tenant's service principal for Microsoft Graph, scopes are the
	// IDs of its delegated scopes.
	graph  string
	scopes map[string]string
	// secrets are by the object that they are for.
	secrets map[string][]Secret
	// preAuthorized are client IDs by the application that they get tokens for.
	preAuthorized map[string][]string
	// roles are directory roles by the object ID that has them.
	roles map[string][]DirectoryRole
	// policies are by the object that they are assigned to.
	policies  map[string][]Policy
	workloads []Workload
}

// GraphClientID is Microsoft Graph's, the same in every tenant.
const GraphClientID = "00000003-0000-0000-c000-000000000000"

// New returns Contoso's directory. Contoso has admins, developers, release
// managers and auditors, a user in no group, a name that two groups share, and a
// group of each other kind.
func New(objects *store.Objects, tenantID string) *Service {
	s := &Service{
		TenantID: tenantID, objects: objects, Delay: func() time.Duration { return 0 },
		deployers: []string{guid.Of("deployer")}, graph: guid.Of("Microsoft Graph"), scopes: map[string]string{},
		secrets: map[string][]Secret{}, preAuthorized: map[string][]string{}, policies: map[string][]Policy{},
		roles: map[string][]DirectoryRole{},
	}
	for _, scope := range []string{"openid", "profile", "email", "offline_access", "User.Read", "Group.Read.All"} {
		s.scopes[scope] = guid.Of("scope " + scope)
	}
	s.addGroup("Argo CD Admins", security, s.addUser("alice"))
	s.addGroup("Developers", security, s.addUser("bob"))
	s.addGroup("Release Managers", security, s.addUser("carol"))
	s.addGroup("Auditors", security, s.addUser("erin"))
	s.addUser("dave")
	s.addGroup("Twins", security)
	s.addGroup("Twins", security)
	s.addGroup("Newsletter", distribution)
	s.addGroup("All Hands", public365)
	s.addGroup("Engineers", dynamic)
	s.addGroup(`Bob's "on call", Berlin`, security)
	return s
}

func (s *Service) addUser(name string) (objectID string) {
	return s.AddUser(name + "@contoso.example")
}

// AddUser adds a member whose name, with all that comes of it, is just this.
func (s *Service) AddUser(name string) (objectID string) {
	user := User{Name: name, ObjectID: guid.Of("user " + strings.TrimSuffix(name, "@contoso.example"))}
	s.Users = append(s.Users, user)
	return user.ObjectID
}

// User returns the user with this name.
func (s *Service) User(name string) (User, bool) {
	i := slices.IndexFunc(s.Users, func(u User) bool { return u.Name == name })
	if i < 0 {
		return User{}, false
	}
	return s.Users[i], true
}

func (s *Service) hasUser(objectID string) bool {
	return slices.ContainsFunc(s.Users, func(u User) bool { return u.ObjectID == objectID })
}

// Scope returns the ID of a delegated scope of Microsoft Graph, "" if Graph does
// not publish it.
func (s *Service) Scope(value string) string { return s.scopes[value] }

// Scopes are the IDs of the delegated scopes of Microsoft Graph, by value.
func (s *Service) Scopes() map[string]string { return s.scopes }

// GraphPrincipal returns the object ID of Microsoft Graph's service principal.
func (s *Service) GraphPrincipal() string { return s.graph }

// Deployer returns the object ID of who runs Pulumi.
func (s *Service) Deployer() string { return s.deployers[len(s.deployers)-1] }

// ChangeDeployer has somebody else run Pulumi from now on.
func (s *Service) ChangeDeployer() { s.deployers = append(s.deployers, guid.New()) }

// exists says whether an object of a type has this ID.
func (s *Service) exists(token, id string) bool {
	o := s.objects.Get(id)
	return o != nil && o.Type == token
}

// Now is the time by the clock of the Azure.
func (s *Service) Now() time.Time { return s.objects.Now() }

// Replicated says whether others than Microsoft Graph know of an object. azuread
// itself waits after each create until Graph answers consistently (package
// consistency there), so that its own requests are never too early.
// https://github.com/hashicorp/terraform-provider-azuread/issues/156
func (s *Service) Replicated(o *store.Object) bool {
	return o != nil && !s.objects.Now().Before(o.Created.Add(s.Delay()))
}
