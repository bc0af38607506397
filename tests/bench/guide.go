package main

import (
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// parallelism is Terraform's default number of parallel operations:
// https://developer.hashicorp.com/terraform/cli/commands/apply#parallelism-n
const parallelism = 10

// terraformResource is a resource of the guide's main.tf. Its duration is that of the
// program's resource of the same type.
type terraformResource struct {
	address, token string
	refers         []reference
}

// reference is an argument that refers to another resource.
type reference struct{ to, line string }

const (
	guideApplication = "azuread_application.example"
	guidePrincipal   = "azuread_service_principal.example"
	guideGroup       = "azurerm_resource_group.example"
	guideCluster     = "azurerm_kubernetes_cluster.example"
)

// guide is the Terraform configuration of the AKS guide,
// https://blog.aks.azure.com/2026/04/22/argocd-extension-with-microsoft-entra. It has no
// depends_on. Its data sources depend on no resource; reads take no time here.
var guide = []terraformResource{
	{guideApplication, azuresim.Application, nil},
	{"azuread_application_federated_identity_credential.example", azuresim.FederatedCredential, []reference{
		{guideApplication, "application_id = azuread_application.example.id"},
		{guideApplication, "display_name = azuread_application.example.display_name"},
		{guideCluster, "issuer = azurerm_kubernetes_cluster.example.oidc_issuer_url"},
	}},
	{guidePrincipal, azuresim.ServicePrincipal, []reference{
		{guideApplication, "client_id = azuread_application.example.client_id"},
	}},
	{"azuread_service_principal_delegated_permission_grant.example", azuresim.DelegatedGrant, []reference{
		{guidePrincipal, "service_principal_object_id = azuread_service_principal.example.object_id"},
	}},
	{"azuread_app_role_assignment.example", azuresim.AppRoleAssignment, []reference{
		{guidePrincipal, "resource_object_id = azuread_service_principal.example.object_id"},
	}},
	{guideGroup, azuresim.ResourceGroup, nil},
	{guideCluster, azuresim.Cluster, []reference{
		{guideGroup, "location = azurerm_resource_group.example.location"},
		{guideGroup, "resource_group_name = azurerm_resource_group.example.name"},
	}},
	{"azurerm_kubernetes_cluster_extension.argocd", azuresim.ArgoExtension, []reference{
		{guideCluster, "cluster_id = azurerm_kubernetes_cluster.example.id"},
		{guideApplication, `"azure.workloadIdentity.clientId" = azuread_application.example.client_id`},
		{guideApplication, `"azure.workloadIdentity.entraSSOClientId" = azuread_application.example.client_id`},
		{guideApplication, "clientID: ${azuread_application.example.client_id}"},
	}},
}

// guideCreations returns the guide's creations.
func guideCreations(takes func(token string) time.Duration) []timeline.Task {
	tasks := make([]timeline.Task, 0, len(guide))
	for _, r := range guide {
		task := timeline.Task{Name: r.address, Takes: takes(r.token)}
		for _, reference := range r.refers {
			task.Needs = append(task.Needs, reference.to)
		}
		tasks = append(tasks, task)
	}
	return tasks
}

// guideDeletions returns the guide's deletions. Terraform deletes each resource on its own,
// in reverse order.
func guideDeletions(takes func(token string) time.Duration) []timeline.Task {
	tokens := map[string]string{}
	for _, r := range guide {
		tokens[r.address] = r.token
	}
	return timeline.Reversed(guideCreations(takes), func(address string) time.Duration { return takes(tokens[address]) })
}
