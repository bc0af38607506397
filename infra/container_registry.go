package infra

import (
	"regexp"

	"argocd-on-aks/infra/internal/problem"
)

// acrPull is the built-in role that reads images and charts,
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull.
const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d"

var registryID = regexp.MustCompile(`(?i)^/subscriptions/` + guidText + `/resourceGroups/` + groupInID + `/providers/Microsoft\.ContainerRegistry/registries/[a-z0-9]{5,50}$`)

func (a *EntraAppArgs) registryProblems() problem.List {
	if a.ContainerRegistryID == "" {
		return nil
	}
	var p problem.List
	if !registryID.MatchString(a.ContainerRegistryID) {
		p.Add("ContainerRegistryID", "%q is not the ID of a container registry (az acr show --name <registry> --query id)", a.ContainerRegistryID)
	}
	return p
}
