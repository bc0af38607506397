// Package registry is Azure's container registries, and the roles that let a
// principal pull from them.
package registry

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"

	"argocd-on-aks/tests/azuresim/internal/arm"
	"argocd-on-aks/tests/azuresim/internal/directory"
	"argocd-on-aks/tests/azuresim/internal/guid"
	"argocd-on-aks/tests/azuresim/internal/oidc"
	"argocd-on-aks/tests/azuresim/internal/property"
	"argocd-on-aks/tests/azuresim/internal/store"
)

// RoleAssignment is the type of role assignments.
const RoleAssignment = "azure-native:authorization:RoleAssignment"

// audience is what a registry's tokens are for.
const audience = "https://containerregistry.azure.net"

var (
	assignmentName = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	roleDefinition = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.Authorization/roleDefinitions/(.+)$`)
	// builtInRoles are some of Azure's.
	builtInRoles = map[string]string{"7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull"}
)

// Service is the registries of one subscription, which trust one tenant.
type Service struct {
	objects    *store.Objects
	groups     *arm.Service
	directory  *directory.Service
	tenant     *oidc.Issuer
	registries []string
}

// New returns the service without a registry. It takes tokens that tenant signs.
func New(objects *store.Objects, groups *arm.Service, entra *directory.Service, tenant *oidc.Issuer) *Service {
	return &Service{objects: objects, groups: groups, directory: entra, tenant: tenant}
}

// Add puts a registry into the subscription and returns its ID.
func (s *Service) Add(name string) string {
	id := s.groups.GroupID("registries") + "/providers/Microsoft.ContainerRegistry/registries/" + name
	s.registries = append(s.registries, id)
	return id
}

// Kinds are the resource types of the service.
func (s *Service) Kinds() map[string]store.Kind {
	return map[string]store.Kind{
		RoleAssignment: {
			Args:      authorization.RoleAssignmentArgs{}.ElementType(),
			ReplaceOn: []string{"roleAssignmentName", "scope", "principalId"},
			Durations: map[string]time.Duration{"create": 5 * time.Second, "delete": 5 * time.Second},
			Create:    s.assign,
			Update:    reassign,
		},
	}
}

func (s *Service) assign(in property.Map) (string, map[string]any, error) {
	scope, principal, role := in.Text("scope"), in.Text("principalId"), in.Text("roleDefinitionId")
	known := slices.ContainsFunc(s.registries, func(registry string) bool { return strings.EqualFold(registry, scope) })
	name := cmp.Or(in.Text("roleAssignmentName"), guid.New()) // azure-native makes up a UUID
	return scope + "/providers/Microsoft.Authorization/roleAssignments/" + name, map[string]any{"name": name}, store.First(
		store.RefuseIf(!assignmentName.MatchString(name), 400, "InvalidRoleAssignmentId", "The role assignment ID '%s' is not valid. The role assignment ID must be a GUID.", name),
		store.RefuseIf(!known, 404, "ResourceNotFound", "The Resource '%s' was not found.", scope),
		store.RefuseIf(!s.knows(in), 400, "PrincipalNotFound", "Principal %s does not exist in the directory %s. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal.", principal, s.directory.TenantID),
		store.RefuseIf(!isRole(role), 400, "RoleDefinitionDoesNotExist", "The specified role definition '%s' does not exist.", role),
		store.RefuseIf(s.assigned(in), 409, "RoleAssignmentExists", "The role assignment already exists."),
	)
}

// knows says whether Azure finds a principal. Of what type it is spares Azure the
// look into a directory that may be behind.
// https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
func (s *Service) knows(in property.Map) bool {
	principal := in.Text("principalId")
	return s.directory.HasPrincipal(principal) && (in.Text("principalType") != "" || s.directory.Replicated(s.objects.Get(principal)))
}

// assigned says whether a principal has the role on the scope already.
func (s *Service) assigned(in property.Map) bool {
	return s.objects.Find(RoleAssignment, func(o *store.Object) bool {
		same := true
		for _, key := range []string{"scope", "principalId", "roleDefinitionId"} {
			same = same && strings.EqualFold(o.Inputs.Text(key), in.Text(key))
		}
		return same
	}) != nil
}

// reassign refuses what a role assignment is about.
func reassign(o *store.Object, in property.Map) error {
	changed := o.Inputs.Text("principalId") != in.Text("principalId") || o.Inputs.Text("roleDefinitionId") != in.Text("roleDefinitionId")
	return store.RefuseIf(changed, 400, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
}

func isRole(id string) bool {
	match := roleDefinition.FindStringSubmatch(id)
	return match != nil && builtInRoles[match[1]] != ""
}

// Pull has a registry take or refuse who comes with a token of Entra's.
func (s *Service) Pull(token, registry string) error {
	claims, err := s.tenant.Verify(token, jwt.WithAudience(audience))
	if err != nil {
		return store.Refuse(401, "UNAUTHORIZED", "authentication required: %v", err)
	}
	clientID, _ := claims["appid"].(string)
	principal := s.directory.Principal(clientID)
	assignment := s.objects.Find(RoleAssignment, func(o *store.Object) bool {
		return principal != nil && o.Inputs.Text("principalId") == principal.ID && strings.EqualFold(o.Inputs.Text("scope"), registry)
	})
	return store.RefuseIf(assignment == nil, 403, "DENIED", "%s has no role on %s", clientID, registry)
}
