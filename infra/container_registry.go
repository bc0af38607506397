package infra

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// acrPull is the built-in role that reads images and charts,
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull.
const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d"

var registryID = regexp.MustCompile(`(?i)^/subscriptions/([0-9a-f-]{36})/resourceGroups/[^/]+/providers/Microsoft\.ContainerRegistry/registries/[a-z0-9]{5,50}$`)

func checkRegistry(id string) error {
	if !registryID.MatchString(id) {
		return fmt.Errorf("%q is not the ID of a container registry (az acr show --name <registry> --query id)", id)
	}
	return nil
}

// newRegistryAccess lets the application, as whom Argo CD's repo-server signs
// in, pull from a registry.
func newRegistryAccess(ctx *pulumi.Context, name, registry string, principalObjectID pulumi.StringInput, parent pulumi.ResourceOption) error {
	subscription := registryID.FindStringSubmatch(registry)[1]
	_, err := authorization.NewRoleAssignment(ctx, name+"-registry", &authorization.RoleAssignmentArgs{
		Scope:            pulumi.String(registry),
		PrincipalId:      principalObjectID,
		PrincipalType:    pulumi.String(authorization.PrincipalTypeServicePrincipal),
		RoleDefinitionId: pulumi.String("/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + acrPull),
	}, parent, unprotected)
	if err != nil {
		return fmt.Errorf("role assignment on %s: %w", registry[strings.LastIndex(registry, "/")+1:], err)
	}
	return nil
}
