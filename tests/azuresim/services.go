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

// Called has names of groups in place of their object IDs.
func (a *Azure) Called(name string) string {
	for _, group := range a.Groups() {
		name = strings.ReplaceAll(name, group.ObjectID, group.DisplayName)
	}
	return name
}

// GroupID returns the object ID of the group with this name.
func (a *Azure) GroupID(name string) string { return a.directory.GroupID(name) }

// TakeName renames a group, and gives its name to a new one with these users as
// members, whose object ID it returns.
func (a *Azure) TakeName(name, renamed string, users ...string) (objectID string) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.TakeName(name, renamed, users...)
}

// AddGroup adds a security group with users and groups as members, by their object
// IDs.
func (a *Azure) AddGroup(name string, members ...string) (objectID string) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.AddGroup(name, members...)
}

// WithoutPremium takes Entra ID P1 from the tenant: groups that are assigned stay so.
func (a *Azure) WithoutPremium() {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.Free = true
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

// Deployer returns the object ID of who runs Pulumi.
func (a *Azure) Deployer() string { return a.directory.Deployer() }

// ChangeDeployer has somebody else run Pulumi from now on.
func (a *Azure) ChangeDeployer() {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.ChangeDeployer()
}

// AddRegistry puts a container registry into the subscription and returns its ID.
func (a *Azure) AddRegistry(name string) string {
	a.store.Lock()
	defer a.store.Unlock()
	return a.registries.Add(name)
}

// Pull has a registry take or refuse who comes with a token of Entra's.
func (a *Azure) Pull(token, registry string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.registries.Pull(token, registry)
}

// AddToOrganization gives a service principal an access level, Basic or Stakeholder,
// in the Azure DevOps organization of the tenant.
func (a *Azure) AddToOrganization(objectID, level string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.devops.Add(objectID, level)
}

// ReadRepository has a repository in Azure DevOps take or refuse who comes with a
// token of Entra's.
func (a *Azure) ReadRepository(token, repository string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.devops.Read(token, repository)
}

// Kubernetes has the Kubernetes API of a cluster take or refuse who comes with a token
// of Entra's.
func (a *Azure) Kubernetes(token, cluster string) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.kubernetes.Authorize(token, cluster)
}

// MintToken issues the token that a cluster projects into a pod: what the
// workload identity webhook asks the API server for.
func (a *Azure) MintToken(issuer, namespace, serviceAccount string) (string, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.clusters.MintToken(issuer, namespace, serviceAccount)
}

// SigningKey is what a cluster's API server signs with, and its issuer publishes.
func (a *Azure) SigningKey(issuer string) (*rsa.PrivateKey, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.clusters.SigningKey(issuer)
}

// Scale has the autoscaler give a pool of the one cluster another size.
func (a *Azure) Scale(pool string, count int) error {
	a.store.Lock()
	defer a.store.Unlock()
	return a.clusters.Scale(pool, count)
}

// Extension is an installed Argo CD extension, as its pods would find things.
type Extension = extension.Extension

// Extension returns the one Argo CD extension of the subscription.
func (a *Azure) Extension() (Extension, error) {
	all, err := a.Extensions()
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("%d extensions in the subscription, not one", len(all))
	}
	if err != nil {
		return Extension{}, err
	}
	return all[0], nil
}

// Extensions returns the Argo CD extensions of the subscription, by cluster.
func (a *Azure) Extensions() ([]Extension, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.extensions.Installed()
}

// Workload is another team's identity, such as a pipeline's.
type Workload = directory.Workload

// AddWorkload adds one to the tenant, which trusts one subject of an issuer.
func (a *Azure) AddWorkload(name, issuer, subject string) Workload {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.AddWorkload(name, issuer, subject)
}

// Assertion is what an issuer that is no cluster's, such as that of a CI, says of a
// subject.
func (a *Azure) Assertion(issuer, subject, audience string) (string, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.signin.Assertion(issuer, subject, audience)
}

// Throttle has Entra refuse programs, but no people, with 429 until restore.
func (a *Azure) Throttle() (restore func()) {
	throttle := func(throttled bool) {
		a.store.Lock()
		defer a.store.Unlock()
		a.signin.Throttle(throttled)
	}
	throttle(true)
	return func() { throttle(false) }
}

// AddUser adds a member to the tenant whose name, with all that comes of it, is
// just this.
func (a *Azure) AddUser(name string) (objectID string) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.directory.AddUser(name)
}

// AddCaller adds an application that may read what its permissions of Microsoft
// Graph and its roles on the subscription let it: Application.Read.All,
// Directory.Read.All, Reader. It returns the application's object ID.
func (a *Azure) AddCaller(permissions ...string) string {
	a.store.Lock()
	defer a.store.Unlock()
	return a.rest.AddCaller(permissions...)
}

// SignInDeployer lets the identity that runs Pulumi read as well, with these permissions
// and roles. It returns the identity's object ID.
func (a *Azure) SignInDeployer(permissions ...string) string {
	a.store.Lock()
	defer a.store.Unlock()
	a.rest.Allow(a.directory.Deployer(), permissions...)
	return a.directory.Deployer()
}

// CallerToken is what `az account get-access-token --resource` prints for a
// caller.
func (a *Azure) CallerToken(caller, resource string) (string, error) {
	a.store.Lock()
	defer a.store.Unlock()
	return a.rest.Token(caller, resource)
}

// AddSecret has somebody give a client secret, or a certificate, to the one
// application or service principal, until remove.
func (a *Azure) AddSecret(token, name string, certificate bool) (remove func(), err error) {
	found := a.IDsOf(token)
	if len(found) != 1 {
		return nil, fmt.Errorf("%d objects of type %s, not one", len(found), token)
	}
	return a.AddSecretTo(found[0], name, certificate), nil
}

// AddSecretTo does so to the application or service principal with an ID.
func (a *Azure) AddSecretTo(id, name string, certificate bool) (remove func()) {
	return a.undoable(func() func() { return a.directory.AddSecret(id, name, certificate) })
}

// PreAuthorize has somebody let a client get tokens for the application with an ID,
// without consent, until remove.
func (a *Azure) PreAuthorize(id, client string) (remove func()) {
	return a.undoable(func() func() { return a.directory.PreAuthorize(id, client) })
}

// AssignPolicy has somebody assign a policy of Entra to the application or service principal
// with an ID, until remove. The kind is the list that it is in, such as claimsMappingPolicies.
func (a *Azure) AssignPolicy(id, kind, name string) (remove func()) {
	return a.undoable(func() func() { return a.directory.AssignPolicy(id, kind, name) })
}

// Lock has somebody lock a scope in Azure, until remove.
func (a *Azure) Lock(scope, name string) (remove func()) {
	return a.undoable(func() func() { return a.rest.Attach(rest.Locks, scope, name) })
}

// AssignAzurePolicy has somebody assign a policy of Azure to a scope, until remove.
func (a *Azure) AssignAzurePolicy(scope, name string) (remove func()) {
	return a.undoable(func() func() { return a.rest.Attach(rest.Assignments, scope, name) })
}

// AddMember adds a member to a group, until remove.
func (a *Azure) AddMember(group, member string) (remove func()) {
	return a.undoable(func() func() { return a.directory.AddMember(group, member) })
}

// AssignDirectoryRole assigns a role in Entra to the object with an ID, in the whole
// tenant ("/") or on one object, until remove.
func (a *Azure) AssignDirectoryRole(objectID, name, scope string) (remove func()) {
	return a.undoable(func() func() { return a.directory.AssignDirectoryRole(objectID, name, scope) })
}

// undoable does something under the lock, and returns what takes it back.
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
