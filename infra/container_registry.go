package infra

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/problem"
)

// acrPull is the built-in role that reads images and charts,
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull.
const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d"

var registryID = regexp.MustCompile(`(?i)^/subscriptions/([0-9a-f-]{36})/resourceGroups/` + groupInID + `/providers/Microsoft\.ContainerRegistry/registries/[a-z0-9]{5,50}$`)

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

// newPullRole lets a service principal pull from a registry.
func newPullRole(ctx *pulumi.Context, name, registry string, principalObjectID pulumi.StringInput, parent pulumi.ResourceOption) (*authorization.RoleAssignment, error) {
	subscription := registryID.FindStringSubmatch(registry)[1]
	role, err := authorization.NewRoleAssignment(ctx, name, &authorization.RoleAssignmentArgs{
		Scope:            pulumi.String(registry),
		PrincipalId:      principalObjectID,
		PrincipalType:    pulumi.String(authorization.PrincipalTypeServicePrincipal),
		RoleDefinitionId: pulumi.String("/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + acrPull),
	}, parent, unprotected)
	if err != nil {
		return nil, fmt.Errorf("role assignment on %s: %w", registry[strings.LastIndex(registry, "/")+1:], err)
	}
	return role, nil
}
