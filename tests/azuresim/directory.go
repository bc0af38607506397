package azuresim

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// User is a member of the tenant.
type User struct{ Name, ObjectID string }

// Group is a security group with direct members.
type Group struct {
	DisplayName, ObjectID string
	Members               []string
	security              bool
}

type directory struct {
	users  []User
	groups []Group
	// deployers have run Pulumi, the last of them does so now.
	deployers []string
	// graph is the tenant's service principal for Microsoft Graph, scopes are the
	// IDs of its delegated scopes.
	graph  string
	scopes map[string]string
}

// graphClientID is Microsoft Graph's, the same in every tenant.
const graphClientID = "00000003-0000-0000-c000-000000000000"

// contoso has admins, developers, release managers and auditors, a user in no group, a
// name that two groups share and a group that is not for security.
func contoso() directory {
	d := directory{deployers: []string{guidOf("deployer")}, graph: guidOf("Microsoft Graph"), scopes: map[string]string{}}
	for _, scope := range []string{"openid", "profile", "email", "offline_access", "User.Read", "Group.Read.All"} {
		d.scopes[scope] = guidOf("scope " + scope)
	}
	member := func(name string) string {
		user := User{Name: name + "@contoso.example", ObjectID: guidOf("user " + name)}
		d.users = append(d.users, user)
		return user.ObjectID
	}
	group := func(name string, security bool, members ...string) {
		id := guidOf(fmt.Sprintf("group %d %s", len(d.groups), name))
		d.groups = append(d.groups, Group{DisplayName: name, ObjectID: id, Members: members, security: security})
	}
	group("Argo CD Admins", true, member("alice"))
	group("Developers", true, member("bob"))
	group("Release Managers", true, member("carol"))
	group("Auditors", true, member("erin"))
	member("dave")
	group("Twins", true)
	group("Twins", true)
	group("Newsletter", false)
	return d
}

// GroupID returns the object ID of the group with this name.
func (a *Azure) GroupID(name string) string {
	for _, group := range a.directory.groups {
		if group.DisplayName == name {
			return group.ObjectID
		}
	}
	return ""
}

// Scope returns the ID of a delegated scope of Microsoft Graph.
func (a *Azure) Scope(value string) string { return a.directory.scopes[value] }

// GraphPrincipal returns the object ID of Microsoft Graph's service principal.
func (a *Azure) GraphPrincipal() string { return a.directory.graph }

// Deployer returns the object ID of who runs Pulumi.
func (a *Azure) Deployer() string { return a.directory.deployers[len(a.directory.deployers)-1] }

// ChangeDeployer has somebody else run Pulumi from now on.
func (a *Azure) ChangeDeployer() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.directory.deployers = append(a.directory.deployers, newGUID())
}

func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the program instead
	return guid(b[:])
}

// guidOf is the same for a name in every run: Contoso is always the same tenant,
// to which stored states of stacks refer.
func guidOf(name string) string {
	sum := sha256.Sum256([]byte("contoso " + name))
	return guid(sum[:16])
}

func guid(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// invoke answers the azuread functions.
func (a *Azure) invoke(token string, args resource.PropertyMap) (map[string]any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch token {
	case "azuread:index/getClientConfig:getClientConfig":
		return map[string]any{"id": "config", "clientId": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "tenantId": a.TenantID, "objectId": a.Deployer()}, nil
	case "azuread:index/getApplicationPublishedAppIds:getApplicationPublishedAppIds":
		return map[string]any{"id": "appIds", "result": map[string]any{"MicrosoftGraph": graphClientID}}, nil
	case "azuread:index/getServicePrincipal:getServicePrincipal":
		return a.servicePrincipal(text(args, "clientId"))
	case "azuread:index/getGroup:getGroup":
		return a.group(args)
	}
	return nil, fmt.Errorf("unknown function %s", token)
}

func (a *Azure) servicePrincipal(clientID string) (map[string]any, error) {
	if clientID != graphClientID {
		return nil, fmt.Errorf("no service principal found with client ID: %q", clientID)
	}
	scopes, ids := []any{}, map[string]any{}
	for value, id := range a.directory.scopes {
		scopes = append(scopes, map[string]any{"id": id, "value": value, "enabled": true, "type": "User"})
		ids[value] = id
	}
	return map[string]any{
		"id": a.directory.graph, "objectId": a.directory.graph, "clientId": graphClientID, "displayName": "Microsoft Graph",
		"oauth2PermissionScopes": scopes, "oauth2PermissionScopeIds": ids,
	}, nil
}

func (a *Azure) group(args resource.PropertyMap) (map[string]any, error) {
	name, objectID := text(args, "displayName"), text(args, "objectId")
	var found []Group
	for _, group := range a.directory.groups {
		if (objectID != "" && strings.EqualFold(group.ObjectID, objectID)) || (objectID == "" && strings.EqualFold(group.DisplayName, name)) {
			found = append(found, group)
		}
	}
	switch {
	case len(found) == 0 && objectID != "":
		return nil, fmt.Errorf("no group found with object ID: %q", objectID)
	case len(found) == 0:
		return nil, fmt.Errorf("no group found with display name: %q", name)
	case len(found) > 1:
		return nil, fmt.Errorf("more than one group found with display name: %q", name)
	}
	group := found[0]
	return map[string]any{"id": group.ObjectID, "objectId": group.ObjectID, "displayName": group.DisplayName, "securityEnabled": group.security}, nil
}

func (d directory) hasGroup(objectID string) bool {
	for _, group := range d.groups {
		if group.ObjectID == objectID {
			return true
		}
	}
	return false
}
