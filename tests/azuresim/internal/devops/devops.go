// Package devops is an Azure DevOps organization that is connected to a tenant, as
// far as it lets service principals read its repositories.
package devops

import (
	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// ClientID is Azure DevOps' in every tenant, and whom its tokens are for.
// https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity
const ClientID = "499b84ac-1321-427f-aa17-267ca6975798"

// basic is the least access level with which repositories are read.
const basic = "Basic"

// Organization trusts one tenant.
type Organization struct {
	directory *directory.Service
	tenant    *oidc.Issuer
	// levels are the access levels of its service principals, by object ID.
	levels map[string]string
}

// New returns an organization of a tenant without a service principal.
func New(entra *directory.Service, tenant *oidc.Issuer) *Organization {
	return &Organization{directory: entra, tenant: tenant, levels: map[string]string{}}
}

// Add is what Users, Add users does. It wants the object ID of a service principal,
// not that of its application.
func (o *Organization) Add(objectID, level string) error {
	known := o.directory.HasPrincipal(objectID)
	if known {
		o.levels[objectID] = level
	}
	return store.RefuseIf(!known, 400, "InvalidServicePrincipal", "Failed to create service principal with object ID '%s'", objectID)
}

// Read has a repository take or refuse who comes with a token of Entra's.
func (o *Organization) Read(token, repository string) error {
	claims, err := o.tenant.Verify(token, jwt.WithAudience(ClientID))
	if err != nil {
		return store.Refuse(401, "TF400813", "The user is not authorized to access this resource: %v", err)
	}
	clientID, _ := claims["appid"].(string)
	level := ""
	if principal := o.directory.Principal(clientID); principal != nil {
		level = o.levels[principal.ID]
	}
	return store.First(
		store.RefuseIf(level == "", 401, "TF400813", "The user '%s' is not authorized to access this resource.", clientID),
		store.RefuseIf(level != basic, 404, "TF401019", "The Git repository with name or identifier %s does not exist or you do not have permissions for the operation you are attempting.", repository),
	)
}
