package infra

import (
	"slices"
	"strings"

	"argocd-on-aks/infra/internal/problem"
)

// clusterAdmin is the built-in role that may do everything in a cluster, Azure
// Kubernetes Service RBAC Cluster Admin:
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#azure-kubernetes-service-rbac-cluster-admin.
// Argo CD creates what repositories say, namespaces and custom resources too; what
// may be deployed, its projects say.
const clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"

// clustersSuffix makes the display name of the application for spoke clusters.
const clustersSuffix = "-argocd-clusters"

// inCluster is what Argo CD calls the cluster that it runs on.
const inCluster = "in-cluster"

// clusterProblems also wants a name to mean one cluster: applications name their
// destination by it.
func (a *EntraAppArgs) clusterProblems() problem.List {
	if len(a.Clusters) == 0 {
		return nil
	}
	var p problem.List
	var ids, names []string
	for i, cluster := range a.Clusters {
		path := problem.Item("Clusters", i)
		if err := cluster.Check(); err != nil {
			p.Check(path, err)
			continue
		}
		id, name := strings.ToLower(string(cluster)), cluster.logical()
		switch {
		case slices.Contains(ids, id):
			p.Add(path, "%q is there twice", cluster)
		case slices.Contains(names, name):
			p.Add(path, "%q has the name of another, and applications name a cluster by its name", cluster)
		case name == inCluster:
			p.Add(path, "%q has the name that Argo CD gives to its own cluster", cluster)
		}
		ids, names = append(ids, id), append(names, name)
	}
	a.checkSuffix(&p, "the clusters'", clustersSuffix)
	return p
}

// logical is the cluster's name in logical names: AKS does not tell names by their
// case.
func (id ClusterID) logical() string {
	_, name := id.Names()
	return strings.ToLower(name)
}

// clustersIdentity is who Argo CD signs in to spoke clusters as. Only two of its
// parts do: argocd-server shows what is there, the application controller deploys.
func (a *EntraAppArgs) clustersIdentity() workloadIdentity {
	identity := workloadIdentity{logical: "clusters", suffix: clustersSuffix, workloads: []workload{clustersServer, clustersController}}
	for _, cluster := range a.Clusters {
		identity.roles = append(identity.roles, role{logical: "admin-" + cluster.logical(), definition: clusterAdmin, scope: string(cluster)})
	}
	return identity
}
