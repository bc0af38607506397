package rest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/authorization"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/extension"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// armKind describes the resource manager's response for a type. The shapes are those of
// https://github.com/Azure/azure-rest-api-specs: GetExtension.json of
// Microsoft.KubernetesConfiguration 2023-05-01; ManagedClustersGet.json, AgentPoolsGet.json
// and MaintenanceConfigurationsGet.json of Microsoft.ContainerService 2025-01-01;
// resources.json of Microsoft.Resources 2021-04-01 for resource groups.
type armKind struct {
	name     string
	versions []string
	// besides are the providers' arguments outside properties.
	besides []resource.PropertyKey
}

var armKinds = map[string]armKind{
	extension.ArgoExtension: {"Microsoft.KubernetesConfiguration/extensions", []string{"2022-11-01", "2023-05-01", "2024-11-01"},
		[]resource.PropertyKey{"resourceGroupName", "clusterRp", "clusterResourceName", "clusterName", "extensionName", "identity", "name"}},
	aks.Cluster: {"Microsoft.ContainerService/ManagedClusters", []string{"2025-01-01"},
		[]resource.PropertyKey{"resourceGroupName", "resourceName", "location", "tags", "identity", "sku", "name"}},
	aks.AgentPool: {"Microsoft.ContainerService/managedClusters/agentPools", []string{"2025-01-01"},
		[]resource.PropertyKey{"resourceGroupName", "resourceName", "agentPoolName", "name"}},
	aks.Maintenance: {"Microsoft.ContainerService/managedClusters/maintenanceConfigurations", []string{"2025-01-01"},
		[]resource.PropertyKey{"resourceGroupName", "resourceName", "configName", "name"}},
	arm.ResourceGroup: {"Microsoft.Resources/resourceGroups", []string{"2021-04-01"},
		[]resource.PropertyKey{"resourceGroupName", "location", "tags", "name", "type"}},
}

// armReaders are the roles that allow all reads:
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/general.
var armReaders = []string{"Reader", "Contributor", "Owner"}

// Manager serves the resource manager.
func (s *Service) Manager() http.Handler { return serve(s.manager) }

func (s *Service) manager(r *http.Request) (any, error) {
	caller, wrong := s.bearer(r, "https://"+ManagerHost, "https://management.core.windows.net")
	versioned, version := r.URL.Query().Has("api-version"), r.URL.Query().Get("api-version")
	var kind armKind
	o, known := s.objects.Get(r.URL.Path), false
	if o != nil {
		kind, known = armKinds[o.Type]
	}
	list := s.armList(r)
	if list != nil {
		kind, known = list.kind, true
	}
	if err := store.First(
		store.RefuseIf(wrong == noToken, 401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."),
		store.RefuseIf(wrong == badToken, 401, "InvalidAuthenticationToken", "The access token is invalid."),
		store.RefuseIf(wrong == wrongAudience, 401, "InvalidAuthenticationTokenAudience", "The access token has been obtained for wrong audience or resource."),
		store.RefuseIf(!versioned, 400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests."),
		store.RefuseIf(!s.allowed(caller, armReaders), 403, "AuthorizationFailed", "The client '%s' does not have authorization to perform action 'read' over scope '%s'.", caller, r.URL.Path),
		store.RefuseIf(!known, 404, "ResourceNotFound", "The Resource '%s' was not found.", r.URL.Path),
		store.RefuseIf(!slices.Contains(kind.versions, version), 400, "InvalidApiVersionParameter", "The api-version '%s' is invalid. The supported versions are '%s'.", version, strings.Join(kind.versions, ",")),
	); err != nil {
		return nil, err
	}
	if list != nil {
		return document{"value": list.all}, nil
	}
	return s.resource(o, kind), nil
}

// armList is the content of a list.
type armList struct {
	kind armKind
	all  []document
}

// armList returns the requested list, or nil: the top-level resources of a group
// (Resources_ListByResourceGroup), the extensions of a cluster (Extensions_List), its
// trusted access role bindings (TrustedAccessRoleBindings_List, always empty), or the role
// assignments (RoleAssignments_ListForScope), locks or policy assignments of a scope.
func (s *Service) armList(r *http.Request) *armList {
	if group, is := strings.CutSuffix(r.URL.Path, "/resources"); is && s.objects.Get(group) != nil {
		return s.inside(group, aks.Cluster, armKinds[arm.ResourceGroup])
	}
	if cluster, is := strings.CutSuffix(r.URL.Path, "/providers/Microsoft.KubernetesConfiguration/extensions"); is {
		return s.inside(cluster, extension.ArgoExtension, armKinds[extension.ArgoExtension])
	}
	if cluster, is := strings.CutSuffix(r.URL.Path, "/trustedAccessRoleBindings"); is && s.objects.Get(cluster) != nil {
		return &armList{kind: armKinds[aks.Cluster], all: []document{}}
	}
	if scope, is := strings.CutSuffix(r.URL.Path, "/providers/Microsoft.Authorization/roleAssignments"); is {
		return s.roles(scope, r.URL.Query().Get("$filter"))
	}
	return s.attachments(r.URL.Path)
}

// inside lists the resources of a type below an ID.
func (s *Service) inside(id, token string, kind armKind) *armList {
	list, parent := &armList{kind: kind, all: []document{}}, s.objects.Get(id)
	for _, o := range s.objects.All(token) {
		if parent != nil && store.Inside(o, parent) {
			list.all = append(list.all, document{"id": o.ID, "type": armKinds[o.Type].name, "name": s.objects.Answer(o).Text("name")})
		}
	}
	return list
}

// roles lists the role assignments on a resource (atScope()), or those at, above and below
// it, of all principals or of one. Azure's own list for a resource also includes those
// above. https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope
func (s *Service) roles(scope, filter string) *armList {
	list := &armList{kind: armKind{versions: []string{"2022-04-01"}}, all: []document{}}
	for _, o := range s.objects.All(authorization.RoleAssignment) {
		in := o.Inputs
		at := strings.ToLower(in.Text("scope"))
		here := filter == "atScope()" && at == strings.ToLower(scope)
		if here || related(at, strings.ToLower(scope)) && (filter == "" || filter == "principalId eq '"+in.Text("principalId")+"'") {
			list.all = append(list.all, document{"id": o.ID, "properties": document{
				"scope": in.Text("scope"), "principalId": in.Text("principalId"), "roleDefinitionId": in.Text("roleDefinitionId"),
				"condition": null(in.Text("condition")),
			}})
		}
	}
	return list
}

func (s *Service) resource(o *store.Object, kind armKind) document {
	answer := s.objects.Answer(o)
	properties := answer.Copy()
	for _, key := range kind.besides {
		delete(properties, key)
	}
	d := document{"id": o.ID, "type": kind.name, "name": answer.Text("name"), "properties": plain(properties)}
	for _, key := range []resource.PropertyKey{"location", "tags", "identity", "sku"} {
		if value, given := answer[key]; given && slices.Contains(kind.besides, key) {
			d[string(key)] = value.Mappable()
		}
	}
	return d
}

func plain(properties property.Map) document { return resource.PropertyMap(properties).Mappable() }
