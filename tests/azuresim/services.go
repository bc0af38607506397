package azuresim

import (
	"crypto/rsa"
	"fmt"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/extension"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/rest"
)

// User is a member of the tenant.
type User = directory.User

// Group is a group with direct members.
type Group = directory.Group

// Users returns the members of the tenant.
func (a *Azure) Users() []User { return a.directory.Users }

// Groups returns the groups of the tenant.
func (a *Azure) Groups() []Group { return a.directory.Groups }

// WithGroupNames returns a text with the names of groups in place of their object IDs.
func (a *Azure) WithGroupNames(name string) string {
	for _, group := range a.Groups() {
		name = strings.ReplaceAll(name, group.ObjectID, group.DisplayName)
	}
	return name
}

// GroupID returns the object ID of the group with this name.
func (a *Azure) GroupID(name string) string { return a.directory.GroupID(name) }

// ReuseGroupName renames a group and creates a new group with the old name and these users. It
// returns the new group's object ID.
func (a *Azure) ReuseGroupName(name, renamed string, users ...string) (objectID string) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.ReuseGroupName(name, renamed, users...)
}

// AddGroup adds a security group with users and groups as members, by object ID.
func (a *Azure) AddGroup(name string, members ...string) (objectID string) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.AddGroup(name, members...)
}

// WithoutPremium removes Entra ID P1 from the tenant. Groups that are already assigned stay
// assigned.
func (a *Azure) WithoutPremium() {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.NoPremium = true
}

// UserID returns the object ID of the user with this name, such as alice.
func (a *Azure) UserID(name string) string {
	user, _ := a.directory.User(name + "@contoso.example")
	return user.ObjectID
}

// Scope returns the ID of a delegated scope of Microsoft Graph.
func (a *Azure) Scope(value string) string { return a.directory.Scope(value) }

// GraphPrincipal returns the object ID of Microsoft Graph's service principal.
func (a *Azure) GraphPrincipal() string { return a.directory.GraphPrincipal() }

// Deployer returns the object ID of the identity that runs Pulumi.
func (a *Azure) Deployer() string { return a.directory.Deployer() }

// ChangeDeployer makes a new identity the one that runs Pulumi.
func (a *Azure) ChangeDeployer() {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.ChangeDeployer()
}

// AddRegistry adds a container registry to the subscription and returns its ID.
func (a *Azure) AddRegistry(name string) string {
	a.store.Lock()
	defer a.store.Unlock()
	return a.registries.Add(name)
}

// Pull checks whether an Entra token gives pull access to a registry.
func (a *Azure) Pull(token, registry string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.registries.Pull(token, registry)
}

// AddToOrganization adds a service principal to the tenant's Azure DevOps organization with
// an access level, Basic or Stakeholder.
func (a *Azure) AddToOrganization(objectID, level string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.devops.Add(objectID, level)
}

// ReadRepository checks whether an Entra token gives access to a repository in Azure
// DevOps.
func (a *Azure) ReadRepository(token, repository string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.devops.Read(token, repository)
}

// Kubernetes checks whether an Entra token gives access to a cluster's Kubernetes API.
func (a *Azure) Kubernetes(token, cluster string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.kubernetes.Authorize(token, cluster)
}

// MintToken returns the token that a cluster projects into a pod. The workload identity
// webhook requests it from the API server.
func (a *Azure) MintToken(issuer, namespace, serviceAccount string) (string, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.clusters.MintToken(issuer, namespace, serviceAccount)
}

// SigningKey returns the key with which a cluster signs service account tokens.
func (a *Azure) SigningKey(issuer string) (*rsa.PrivateKey, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.clusters.SigningKey(issuer)
}

// Scale resizes a pool of the one cluster, as the autoscaler does.
func (a *Azure) Scale(pool string, count int) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.clusters.Scale(pool, count)
}

// Extension is an installed Argo CD extension, as its pods see it.
type Extension = extension.Extension

// Extension returns the one Argo CD extension of the subscription.
func (a *Azure) Extension() (Extension, error) {
	all, err := a.Extensions()
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("%d extensions in the subscription, want 1", len(all))
	}
	if err != nil {
		return Extension{}, err
	}
	return all[0], nil
}

// Extensions returns the Argo CD extensions of the subscription, by cluster name.
func (a *Azure) Extensions() ([]Extension, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.extensions.Installed()
}

// Workload is an identity outside the stack, such as a pipeline's.
type Workload = directory.Workload

// AddWorkload adds a workload that trusts one subject of an issuer.
func (a *Azure) AddWorkload(name, issuer, subject string) Workload {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.AddWorkload(name, issuer, subject)
}

// Assertion returns a token about a subject of an issuer that is not a cluster's, such as a
// CI system's.
func (a *Azure) Assertion(issuer, subject, audience string) (string, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.signin.Assertion(issuer, subject, audience)
}

// Throttle makes Entra answer requests of programs with 429 until restore. Users can still
// sign in.
func (a *Azure) Throttle() (restore func()) {
	throttle := func(throttled bool) {
		a.store.Lock()
		defer a.store.Unlock()
		a.signin.Throttle(throttled)
	}
	throttle(true)
	return func() { throttle(false) }
}

// AddUser adds a member to the tenant. The name appears unchanged in the user's claims.
func (a *Azure) AddUser(name string) (objectID string) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.AddUser(name)
}

// RemoveMail removes the mail address of a user, such as alice@contoso.example.
func (a *Azure) RemoveMail(name string) {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.RemoveMail(name)
}

// AddCaller adds an application with Graph permissions, such as Application.Read.All, and
// subscription roles, such as Reader. It returns the object ID.
func (a *Azure) AddCaller(permissions ...string) string {
	a.store.Lock()
	defer a.store.Unlock()
	return a.rest.AddCaller(permissions...)
}

// SignInDeployer gives the identity that runs Pulumi these permissions and roles, and
// returns its object ID.
func (a *Azure) SignInDeployer(permissions ...string) string {
	a.store.Lock()
	defer a.store.Unlock()
	a.rest.Allow(a.directory.Deployer(), permissions...)
	return a.directory.Deployer()
}

// CallerToken returns the token that `az account get-access-token --resource` prints for a
// caller.
func (a *Azure) CallerToken(caller, resource string) (string, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.rest.Token(caller, resource)
}

// AddSecret adds a client secret or certificate to the one application or service
// principal, until remove.
func (a *Azure) AddSecret(token, name string, certificate bool) (remove func(), err error) {
	found := a.IDsOf(token)
	if len(found) != 1 {
		return nil, fmt.Errorf("%d objects of type %s, want 1", len(found), token)
	}
	return a.AddSecretTo(found[0], name, certificate), nil
}

// AddSecretTo adds a client secret or certificate to an application or service principal,
// until remove.
func (a *Azure) AddSecretTo(id, name string, certificate bool) (remove func()) {
	return a.undoable(func() func() { return a.directory.AddSecret(id, name, certificate) })
}

// PreAuthorize lets a client get tokens for an application without consent, until remove.
func (a *Azure) PreAuthorize(id, client string) (remove func()) {
	return a.undoable(func() func() { return a.directory.PreAuthorize(id, client) })
}

// AssignPolicy assigns an Entra policy to an application or service principal, until
// remove. kind is the policy's list, such as claimsMappingPolicies.
func (a *Azure) AssignPolicy(id, kind, name string) (remove func()) {
	return a.undoable(func() func() { return a.directory.AssignPolicy(id, kind, name) })
}

// Lock puts a lock on an Azure scope, until remove.
func (a *Azure) Lock(scope, name string) (remove func()) {
	return a.undoable(func() func() { return a.rest.Attach(rest.Locks, scope, name) })
}

// AssignAzurePolicy assigns an Azure policy to a scope, until remove.
func (a *Azure) AssignAzurePolicy(scope, name string) (remove func()) {
	return a.undoable(func() func() { return a.rest.Attach(rest.Assignments, scope, name) })
}

// AddMember adds a member to a group, until remove.
func (a *Azure) AddMember(group, member string) (remove func()) {
	return a.undoable(func() func() { return a.directory.AddMember(group, member) })
}

// AssignDirectoryRole assigns an Entra role to an object, in the whole tenant ("/") or on
// one object, until remove.
func (a *Azure) AssignDirectoryRole(objectID, name, scope string) (remove func()) {
	return a.undoable(func() func() { return a.directory.AssignDirectoryRole(objectID, name, scope) })
}

// undoable calls do and the undo function that it returns, both under the lock.
func (a *Azure) undoable(do func() (undo func())) func() {
	a.store.Lock()
	defer a.store.Unlock()
	undo := do()
	return func() {
		a.store.Lock()
		defer a.store.Unlock()
		undo()
	}
}
