// Package registry is Azure's container registries.
package registry

import (
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/authorization"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// audience is what a registry's tokens are for.
const audience = "https://containerregistry.azure.net"

// Service is the registries of one subscription, which trust one tenant.
type Service struct {
	groups     *arm.Service
	directory  *directory.Service
	roles      *authorization.Service
	tenant     *oidc.Issuer
	registries []string
}

// New returns the service without a registry. It takes tokens that tenant signs.
func New(groups *arm.Service, entra *directory.Service, roles *authorization.Service, tenant *oidc.Issuer) *Service {
	return &Service{groups: groups, directory: entra, roles: roles, tenant: tenant}
}

// Add puts a registry into the subscription and returns its ID.
func (s *Service) Add(name string) string {
	id := s.groups.GroupID("registries") + "/providers/Microsoft.ContainerRegistry/registries/" + name
	s.registries = append(s.registries, id)
	return id
}

// Has says whether there is a registry with an ID.
func (s *Service) Has(id string) bool {
	return slices.ContainsFunc(s.registries, func(registry string) bool { return strings.EqualFold(registry, id) })
}

// Pull has a registry take or refuse who comes with a token of Entra's.
func (s *Service) Pull(token, registry string) error {
	claims, err := s.tenant.Verify(token, jwt.WithAudience(audience))
	if err != nil {
		return store.Refuse(401, "UNAUTHORIZED", "authentication required: %v", err)
	}
	clientID, _ := claims["appid"].(string)
	principal := s.directory.Principal(clientID)
	may := principal != nil && s.roles.Has(principal.ID, authorization.AcrPull, registry)
	return store.RefuseIf(!may, 403, "DENIED", "%s has no role on %s", clientID, registry)
}
