package entra

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// clusterAdmin is the built-in role Azure Kubernetes Service RBAC Cluster Admin:
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#azure-kubernetes-service-rbac-cluster-admin.
// Argo CD creates all kinds of objects, including namespaces and custom resources. Its
// projects restrict them.
const clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"

// spokesSuffix is the suffix of the display name of the application for spoke clusters.
const spokesSuffix = "-argocd-clusters"

// inCluster is Argo CD's name for the cluster that it runs on.
const inCluster = "in-cluster"

// spokeProblems also rejects two clusters with the same name, because applications refer to
// their destination by name.
func (a *EntraAppArgs) spokeProblems() problem.List {
	if len(a.Clusters) == 0 {
		return nil
	}
	var p problem.List
	ids, names := map[string]bool{}, map[string]bool{}
	for i, cluster := range a.Clusters {
		path := problem.Item("Clusters", i)
		if err := cluster.Check(); err != nil {
			p.Check(path, err)
			continue
		}
		id, name := strings.ToLower(string(cluster)), cluster.Key()
		switch {
		case ids[id]:
			p.Add(path, "duplicate %q", cluster)
		case names[name]:
			p.Add(path, "%q has the same name as another cluster, but applications refer to a cluster by its name; rename or remove one", cluster)
		case name == inCluster:
			p.Add(path, "%q has the name that Argo CD reserves for its own cluster; rename or remove it", cluster)
		}
		ids[id], names[name] = true, true
	}
	a.checkSuffix(&p, "the clusters'", spokesSuffix)
	return p
}

// spokesApplication returns the application that Argo CD signs in to spoke clusters as. Only
// argocd-server, which shows objects, and the application controller, which deploys, use it.
func (a *EntraAppArgs) spokesApplication() application {
	app := application{purpose: forClusters, logical: "clusters", displayName: a.DisplayName + spokesSuffix, workloads: []workload{spokesServer, spokesController}}
	for _, cluster := range a.Clusters {
		app.roles = append(app.roles, roleAssignment{logical: "admin-" + cluster.Key(), definition: clusterAdmin, scope: pulumi.String(cluster)})
	}
	return app
}
