package azuresim

import (
	"regexp"
	"strings"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

var roleDefinition = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.Authorization/roleDefinitions/(.+)$`)

// builtInRoles are some of Azure's.
var builtInRoles = map[string]string{"7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull"}

// AddRegistry puts a container registry into the subscription and returns its ID.
func (a *Azure) AddRegistry(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.groupID("registries") + "/providers/Microsoft.ContainerRegistry/registries/" + name
	a.registries = append(a.registries, id)
	return id
}

func createRoleAssignment(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	scope, principal := text(in, "scope"), text(in, "principalId")
	known := false
	for _, registry := range a.registries {
		known = known || strings.EqualFold(registry, scope)
	}
	if !known {
		return "", nil, refuse(404, "ResourceNotFound", "The Resource '%s' was not found.", scope)
	}
	if o := a.objects[principal]; o == nil || o.token != tokenPrincipal {
		return "", nil, refuse(400, "PrincipalNotFound", "Principal %s does not exist in the directory.", principal)
	}
	role := roleDefinition.FindStringSubmatch(text(in, "roleDefinitionId"))
	if role == nil || builtInRoles[role[1]] == "" {
		return "", nil, refuse(400, "RoleDefinitionDoesNotExist", "The specified role definition '%s' does not exist.", text(in, "roleDefinitionId"))
	}
	name := newGUID()
	return scope + "/providers/Microsoft.Authorization/roleAssignments/" + name, map[string]any{"name": name}, nil
}

// registryAudience is what a registry's tokens are for.
const registryAudience = "https://containerregistry.azure.net"

// Pull has a registry take or refuse who comes with a token of Entra's.
func (a *Azure) Pull(token, registry string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return &a.signer(a.tenantIssuer()).key.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithAudience(registryAudience))
	if err != nil {
		return refuse(401, "UNAUTHORIZED", "authentication required: %v", err)
	}
	clientID, _ := claims["appid"].(string)
	principal := a.principal(clientID)
	for _, assignment := range a.all(tokenRoleAssignment) {
		if principal != nil && text(assignment.inputs, "principalId") == principal.id && strings.EqualFold(text(assignment.inputs, "scope"), registry) {
			return nil
		}
	}
	return refuse(403, "DENIED", "%s has no role on %s", clientID, registry)
}
