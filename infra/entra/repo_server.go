package entra

import (
	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// acrPull is the built-in role that reads images and charts,
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull.
const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d"

// repoServerSuffix is the suffix of the display name of repo-server's application.
const repoServerSuffix = "-argocd-repo-server"

// repoServerSignsIn reports whether repo-server signs in to Entra.
func (a *EntraAppArgs) repoServerSignsIn() bool {
	return component.IsSet(a.ContainerRegistry) || a.AzureDevOps
}

func (a *EntraAppArgs) repoServerProblems() problem.List {
	var p problem.List
	if id, known := component.Known(a.ContainerRegistry); known && id != "" {
		p.Check("ContainerRegistry", azure.CheckRegistryID(id))
	}
	if a.repoServerSignsIn() {
		a.checkSuffix(&p, "repo-server's", repoServerSuffix)
	}
	return p
}

// repoServerApplication returns the application that repo-servers sign in as. It is separate
// from the users' application, because repo-server runs code from repositories. Azure DevOps
// controls its access to repositories.
//
// Its logical names contain "registry", because older releases created it for a registry
// only. Releases before those gave the credential and the role to the users' application:
// these are deleted last, after Argo CD uses the new ones.
func (a *EntraAppArgs) repoServerApplication() application {
	app := application{purpose: forRepoServer, logical: "registry", displayName: a.DisplayName + repoServerSuffix, workloads: []workload{argocdRepoServer}}
	if component.IsSet(a.ContainerRegistry) {
		app.roles = []roleAssignment{{logical: "pull", definition: acrPull, scope: component.Checked("ContainerRegistry", a.ContainerRegistry, azure.CheckRegistryID)}}
	}
	return app
}
