package main

import (
	"slices"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// need is an order that does not come from how a program is written: the first type
// of objects cannot be created before the second is there, and why.
type need struct{ kind, first, why string }

// needs are those of Azure and of Entra.
var needs = []need{
	{azuresim.Cluster, azuresim.ResourceGroup, "is created in it: its ID continues the group's"},
	{azuresim.AgentPool, azuresim.Cluster, "is a part of it"},
	{azuresim.Maintenance, azuresim.Cluster, "is a part of it"},
	{azuresim.ArgoExtension, azuresim.Cluster, "is installed on it"},
	// https://learn.microsoft.com/azure/aks/use-system-pools: with a user pool the system pool
	// takes AKS's own pods alone. That an extension and a pool are two operations on one
	// cluster, of which AKS refuses the second, was seen in
	// https://github.com/Azure/telescope/pull/1213.
	{azuresim.ArgoExtension, azuresim.AgentPool, "has pods that need its nodes, and times out without"},
	{azuresim.ArgoExtension, azuresim.Application, "is told its client ID"},
	{azuresim.ServicePrincipal, azuresim.Application, "is the application's in the tenant: it has its client ID"},
	{azuresim.FederatedCredential, azuresim.Application, "is a part of it"},
	{azuresim.FederatedCredential, azuresim.Cluster, "names its issuer, whose URL AKS chooses"},
	{azuresim.DelegatedGrant, azuresim.ServicePrincipal, "consents for it: it has its object ID"},
	{azuresim.AppRoleAssignment, azuresim.ServicePrincipal, "admits to it: it has its object ID"},
}

// added are the orders that the program has beyond those, and what for. What they cost
// is in makespan_prod.
var added = []need{
	{azuresim.Maintenance, azuresim.AgentPool, oneAtATime},
	{azuresim.Maintenance, azuresim.Maintenance, oneAtATime},
	{azuresim.ArgoExtension, azuresim.Maintenance, oneAtATime},
	{azuresim.AppRoleAssignment, azuresim.DelegatedGrant, disturbs},
	{azuresim.AppRoleAssignment, azuresim.AppRoleAssignment, disturbs},
	{azuresim.FederatedCredential, azuresim.AppRoleAssignment, disturbs},
	{azuresim.ArgoExtension, azuresim.FederatedCredential, protects},
	{azuresim.ArgoExtension, azuresim.DelegatedGrant, protects},
	{azuresim.ArgoExtension, azuresim.AppRoleAssignment, protects},
}

const (
	oneAtATime = "AKS takes one operation on a cluster at a time; that schedules count is inferred"
	disturbs   = "azuread crashes if Entra does not return a new consent or assignment at once, and its operations in progress fail"
	protects   = "a destroy of a protected stack is refused at the extension, and leaves alone what that depends on"
)

// within goes with what it is in: Azure deletes it with that, in no time of its own.
var within = []string{azuresim.AgentPool, azuresim.Maintenance, azuresim.ArgoExtension}

// needed are the creations of resources, each after what Azure needs, and nothing else.
func needed(resources []timeline.Resource, takes func(token string) time.Duration) []timeline.Task {
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

// neededBack are the deletions: the group is gone when the cluster is, which takes along
// what is within it. Entra deletes in any order.
func neededBack(resources []timeline.Resource, takes func(token string) time.Duration) []timeline.Task {
	var tasks []timeline.Task
	for _, r := range resources {
		if slices.Contains(within, r.Type) {
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
