package main

import (
	"slices"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// need is a required order: objects of type kind cannot be created before those of type
// first.
type need struct{ kind, first, why string }

// needs are the requirements of Azure and Entra.
var needs = []need{
	{azuresim.Cluster, azuresim.ResourceGroup, "is created in the group"},
	{azuresim.AgentPool, azuresim.Cluster, "is part of it"},
	{azuresim.Maintenance, azuresim.Cluster, "is part of it"},
	{azuresim.ArgoExtension, azuresim.Cluster, "is installed on it"},
	// With a user pool, the system pool runs only AKS's own pods:
	// https://learn.microsoft.com/azure/aks/use-system-pools. AKS rejects the second of two
	// operations on a cluster, extensions and pools included:
	// https://github.com/Azure/telescope/pull/1213.
	{azuresim.ArgoExtension, azuresim.AgentPool, "times out if no nodes accept its pods"},
	{azuresim.ArgoExtension, azuresim.Application, "requires its client ID"},
	{azuresim.ServicePrincipal, azuresim.Application, "requires its client ID"},
	{azuresim.FederatedCredential, azuresim.Application, "is part of it"},
	{azuresim.FederatedCredential, azuresim.Cluster, "requires its issuer URL"},
	{azuresim.DelegatedGrant, azuresim.ServicePrincipal, "requires its object ID"},
	{azuresim.AppRoleAssignment, azuresim.ServicePrincipal, "requires its object ID"},
}

// addedNeeds are the program's further dependencies and their reasons. makespan_prod measures
// their cost.
var addedNeeds = []need{
	{azuresim.Maintenance, azuresim.AgentPool, oneAtATime},
	{azuresim.Maintenance, azuresim.Maintenance, oneAtATime},
	{azuresim.ArgoExtension, azuresim.Maintenance, oneAtATime},
	{azuresim.ArgoExtension, azuresim.FederatedCredential, protects},
	{azuresim.ArgoExtension, azuresim.DelegatedGrant, protects},
	{azuresim.ArgoExtension, azuresim.AppRoleAssignment, protects},
}

const (
	oneAtATime = "AKS runs one operation on a cluster at a time; inferred for maintenance configurations"
	protects   = "a destroy of a protected stack fails at the extension, so its dependencies stay"
)

// clusterParts are the types that Azure deletes with the cluster, without additional time.
var clusterParts = []string{azuresim.AgentPool, azuresim.Maintenance, azuresim.ArgoExtension}

// minimalCreations returns the creations with Azure's requirements as the only dependencies.
func minimalCreations(resources []timeline.Resource, takes func(token string) time.Duration) []timeline.Task {
	tasks := timeline.Tasks(resources, takes)
	for i, r := range resources {
		tasks[i].Needs = nil
		for _, other := range resources {
			if slices.ContainsFunc(needs, func(n need) bool { return n.kind == r.Type && n.first == other.Type }) {
				tasks[i].Needs = append(tasks[i].Needs, other.Name)
			}
		}
	}
	return tasks
}

// minimalDeletions returns the deletions with Azure's requirements: the group after the cluster,
// which includes its parts. Entra deletes in any order.
func minimalDeletions(resources []timeline.Resource, takes func(token string) time.Duration) []timeline.Task {
	var tasks []timeline.Task
	for _, r := range resources {
		if slices.Contains(clusterParts, r.Type) {
			continue
		}
		task := timeline.Task{Name: r.Name, Takes: takes(r.Type)}
		for _, other := range resources {
			if r.Type == azuresim.ResourceGroup && other.Type == azuresim.Cluster {
				task.Needs = append(task.Needs, other.Name)
			}
		}
		tasks = append(tasks, task)
	}
	return tasks
}
