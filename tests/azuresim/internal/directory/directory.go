// Package directory simulates Entra's directory: the users and groups of a tenant, and its
// applications, service principals, credentials and permissions.
package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// User is a member of the tenant.
type User struct {
	Name, ObjectID string
	// NoMail is set for an account without a mail address.
	NoMail bool
}

// Group is a group with its direct members, which are users and nested groups.
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
	// NoPremium reports whether the tenant lacks Entra ID P1.
	NoPremium bool
	// RolesEndAssignments reports whether removing an app role deletes its assignments. Which of
	// the two Entra does is not confirmed.
	RolesEndAssignments bool

	// Delay returns how far other services, such as the token endpoint and Azure's roles,
	// lag behind Microsoft Graph.
	Delay func() time.Duration

	objects *store.Objects
	// deployers are the identities that have run Pulumi. The last one runs it now.
	deployers []string
	// graph is the service principal of Microsoft Graph, scopes are the IDs of its
	// delegated scopes by value.
	graph  string
	scopes map[string]string
	// secrets are client secrets and certificates by the ID of their object.
	secrets map[string][]Secret
	// preAuthorized are client IDs by the object ID of the application.
	preAuthorized map[string][]string
	// roles are directory roles by the object ID of their holder.
	roles map[string][]DirectoryRole
	// policies are by the ID of the object that they are assigned to.
	policies  map[string][]Policy
	workloads []Workload
	// lag by type, and replicas that are behind by the object's ID
	lag      map[string]ReadLag
	replicas map[string]*replica
}

// GraphClientID is the client ID of Microsoft Graph in every tenant.
const GraphClientID = "00000003-0000-0000-c000-000000000000"

// New returns Contoso's directory: admins, developers, release managers and auditors, a
// user without groups, two groups with the same name, and one group of each other kind.
func New(objects *store.Objects, tenantID string) *Service {
	s := &Service{
		TenantID: tenantID, objects: objects, Delay: func() time.Duration { return 0 },
		deployers: []string{guid.Of("deployer")}, graph: guid.Of("Microsoft Graph"), scopes: map[string]string{},
		secrets: map[string][]Secret{}, preAuthorized: map[string][]string{}, policies: map[string][]Policy{},
		roles: map[string][]DirectoryRole{}, lag: map[string]ReadLag{}, replicas: map[string]*replica{},
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

// AddUser adds a member. The name appears unchanged in the user's claims.
func (s *Service) AddUser(name string) (objectID string) {
	user := User{Name: name, ObjectID: guid.Of("user " + strings.TrimSuffix(name, "@contoso.example"))}
	s.Users = append(s.Users, user)
	return user.ObjectID
}

// RemoveMail removes a user's mail address.
func (s *Service) RemoveMail(name string) {
	for i := range s.Users {
		if s.Users[i].Name == name {
			s.Users[i].NoMail = true
		}
	}
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

// Scope returns the ID of a delegated scope of Microsoft Graph, or "" if it does not exist.
func (s *Service) Scope(value string) string { return s.scopes[value] }

// Scopes returns the IDs of the delegated scopes of Microsoft Graph, by value.
func (s *Service) Scopes() map[string]string { return s.scopes }

// GraphPrincipal returns the object ID of Microsoft Graph's service principal.
func (s *Service) GraphPrincipal() string { return s.graph }

// Deployer returns the object ID of the identity that runs Pulumi.
func (s *Service) Deployer() string { return s.deployers[len(s.deployers)-1] }

// ChangeDeployer makes a new identity the one that runs Pulumi.
func (s *Service) ChangeDeployer() { s.deployers = append(s.deployers, guid.New()) }

// exists reports whether an object of a type has this ID.
func (s *Service) exists(token, id string) bool {
	o := s.objects.Get(id)
	return o != nil && o.Type == token
}

// Now returns the time of the simulation's clock.
func (s *Service) Now() time.Time { return s.objects.Now() }

// Replicated reports whether an object is visible outside of Microsoft Graph. Graph's own
// replicas lag by type (store.Objects.DelayReplicas).
// https://github.com/hashicorp/terraform-provider-azuread/issues/156
func (s *Service) Replicated(o *store.Object) bool {
	return o != nil && !s.objects.Now().Before(o.Created.Add(s.Delay()))
}
