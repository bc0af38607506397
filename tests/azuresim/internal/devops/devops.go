// Package devops simulates the access of service principals to the repositories of an Azure
// DevOps organization.
package devops

import (
	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// ClientID is Azure DevOps' client ID in every tenant, and the audience of its tokens.
// https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity
const ClientID = "499b84ac-1321-427f-aa17-267ca6975798"

// basic is the lowest access level that can read repositories.
const basic = "Basic"

// Organization is an organization connected to a tenant.
type Organization struct {
	directory *directory.Service
	tenant    *oidc.Issuer
	// levels are the access levels of service principals, by object ID.
	levels map[string]string
}

// New returns an organization without service principals.
func New(entra *directory.Service, tenant *oidc.Issuer) *Organization {
	return &Organization{directory: entra, tenant: tenant, levels: map[string]string{}}
}

// Add adds a service principal, as Users > Add users does. It requires the principal's
// object ID, not the application's.
func (o *Organization) Add(objectID, level string) error {
	known := o.directory.HasPrincipal(objectID)
	if known {
		o.levels[objectID] = level
	}
	return store.RefuseIf(!known, 400, "InvalidServicePrincipal", "Failed to create service principal with object ID '%s'", objectID)
}

// Read checks whether an Entra token gives access to a repository.
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
