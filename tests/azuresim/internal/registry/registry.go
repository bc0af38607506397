// Package registry simulates Azure Container Registry.
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

// audience is the audience of tokens for registries.
const audience = "https://containerregistry.azure.net"

// Service is the registries of a subscription.
type Service struct {
	groups     *arm.Service
	directory  *directory.Service
	roles      *authorization.Service
	tenant     *oidc.Issuer
	registries []string
}

// New returns the service without registries. It trusts tokens that tenant signs.
func New(groups *arm.Service, entra *directory.Service, roles *authorization.Service, tenant *oidc.Issuer) *Service {
	return &Service{groups: groups, directory: entra, roles: roles, tenant: tenant}
}

// Add adds a registry to the subscription and returns its ID.
func (s *Service) Add(name string) string {
	id := s.groups.GroupID("registries") + "/providers/Microsoft.ContainerRegistry/registries/" + name
	s.registries = append(s.registries, id)
	return id
}

// Has reports whether a registry with an ID exists.
func (s *Service) Has(id string) bool {
	return slices.ContainsFunc(s.registries, func(registry string) bool { return strings.EqualFold(registry, id) })
}

// Pull checks whether an Entra token gives pull access to a registry.
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
