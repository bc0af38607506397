// Package authorization simulates Azure role assignments.
package authorization

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// RoleAssignment is the type token of role assignments.
const RoleAssignment = "azure-native:authorization:RoleAssignment"

// Built-in roles:
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers.
const (
	AcrPull      = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
	ClusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"
)

var (
	assignmentName = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	roleDefinition = regexp.MustCompile(`^/subscriptions/[^/]+/providers/Microsoft\.Authorization/roleDefinitions/(.+)$`)
)

// Service holds the role assignments of a subscription.
type Service struct {
	// Exists reports whether a resource with an ID exists.
	Exists func(id string) bool

	objects   *store.Objects
	directory *directory.Service
}

// New returns the service without assignments.
func New(objects *store.Objects, entra *directory.Service) *Service {
	return &Service{objects: objects, directory: entra}
}

// Kinds returns the resource types of the service.
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

// Functions returns the functions of azure-native that describe its account.
func (s *Service) Functions(subscription string) map[string]store.Function {
	return map[string]store.Function{"azure-native:authorization:getClientConfig": func(property.Map) (resource.PropertyMap, error) {
		return resource.NewPropertyMapFromMap(map[string]any{
			"clientId": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "objectId": s.directory.Deployer(),
			"subscriptionId": subscription, "tenantId": s.directory.TenantID,
		}), nil
	}}
}

func (s *Service) assign(in property.Map) (string, map[string]any, error) {
	scope, principal, role := in.Text("scope"), in.Text("principalId"), in.Text("roleDefinitionId")
	name := cmp.Or(in.Text("roleAssignmentName"), guid.New()) // azure-native generates a UUID
	return scope + "/providers/Microsoft.Authorization/roleAssignments/" + name, map[string]any{"name": name}, store.First(
		store.RefuseIf(!assignmentName.MatchString(name), 400, "InvalidRoleAssignmentId", "The role assignment ID '%s' is not valid. The role assignment ID must be a GUID.", name),
		store.RefuseIf(!s.Exists(scope), 404, "ResourceNotFound", "The Resource '%s' was not found.", scope),
		store.RefuseIf(!s.hasPrincipal(in), 400, "PrincipalNotFound", "Principal %s does not exist in the directory %s. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal.", principal, s.directory.TenantID),
		store.RefuseIf(roleOf(in) == "", 400, "RoleDefinitionDoesNotExist", "The specified role definition '%s' does not exist.", role),
		store.RefuseIf(s.assigned(in), 409, "RoleAssignmentExists", "The role assignment already exists."),
	)
}

// hasPrincipal reports whether Azure finds a principal. With principalType set, Azure skips the
// lookup in a directory replica.
// https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
func (s *Service) hasPrincipal(in property.Map) bool {
	principal := in.Text("principalId")
	return s.directory.HasPrincipal(principal) && (in.Text("principalType") != "" || s.directory.Replicated(s.objects.Get(principal)))
}

// assigned reports whether a principal already has the role on the scope.
func (s *Service) assigned(in property.Map) bool {
	scope := in.Text("scope")
	return s.find(in.Text("principalId"), roleOf(in), func(of string) bool { return strings.EqualFold(of, scope) })
}

// reassign rejects changes of the principal and the role.
func reassign(o *store.Object, in property.Map) error {
	changed := o.Inputs.Text("principalId") != in.Text("principalId") || o.Inputs.Text("roleDefinitionId") != in.Text("roleDefinitionId")
	return store.RefuseIf(changed, 400, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
}

// roleOf returns the role of an assignment, or "" if the simulation does not have it.
func roleOf(in property.Map) string {
	match := roleDefinition.FindStringSubmatch(in.Text("roleDefinitionId"))
	if match == nil || match[1] != AcrPull && match[1] != ClusterAdmin {
		return ""
	}
	return match[1]
}

// Has reports whether a principal has a role on a resource, its resource group or its
// subscription. https://learn.microsoft.com/azure/role-based-access-control/scope-overview
func (s *Service) Has(principal, role, resource string) bool {
	within := strings.ToLower(resource) + "/"
	return s.find(principal, role, func(scope string) bool { return strings.HasPrefix(within, strings.ToLower(scope)+"/") })
}

func (s *Service) find(principal, role string, fits func(scope string) bool) bool {
	return s.objects.Find(RoleAssignment, func(o *store.Object) bool {
		return principal != "" && strings.EqualFold(o.Inputs.Text("principalId"), principal) && roleOf(o.Inputs) == role && fits(o.Inputs.Text("scope"))
	}) != nil
}
