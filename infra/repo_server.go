package infra

import "argocd-on-aks/infra/internal/problem"

// repoServerSuffix makes the display name of the application for repo-server.
const repoServerSuffix = "-argocd-repo-server"

// repoServerSignsIn says whether repo-server is somebody in the tenant.
func (a *EntraAppArgs) repoServerSignsIn() bool { return a.ContainerRegistryID != "" || a.AzureDevOps }

func (a *EntraAppArgs) repoServerProblems() problem.List {
	p := a.registryProblems()
	if a.repoServerSignsIn() {
		a.checkSuffix(&p, "repo-server's", repoServerSuffix)
	}
	return p
}

// repoServerIdentity is who the repo-servers sign in as, and what lets them pull from
// the registry, if there is one. They have an application of their own, as a
// repo-server runs what repositories bring along. What it may read in Azure DevOps,
// the organization says, not Entra.
//
// The logical names are those of the release in which it was for a registry alone;
// not those of the releases before, which gave the credential and the role to the
// users' application: so the old ones are deleted at the end, when Argo CD has the
// new ones.
func (a *EntraAppArgs) repoServerIdentity() workloadIdentity {
	identity := workloadIdentity{logical: "registry", suffix: repoServerSuffix, workloads: []workload{repoServer}}
	if a.ContainerRegistryID != "" {
		identity.roles = []role{{logical: "pull", definition: acrPull, scope: a.ContainerRegistryID}}
	}
	return identity
}
