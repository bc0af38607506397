package infra

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
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
	if n, most := len(a.DisplayName), maxDisplayName-len(registrySuffix); n > most && n <= maxDisplayName {
		p.Add("DisplayName", "%q is longer than %d characters, and the registry's application adds %s", a.DisplayName, most, registrySuffix)
	}
	return p
}

// registrySuffix makes the display name of the application for the registry.
const registrySuffix = "-argocd-repo-server"

// registryIdentity is who pulls from a registry. The client ID is known when they
// may.
type registryIdentity struct {
	clientID pulumi.StringOutput
	access   []pulumi.Resource
}

// newRegistryIdentity creates the application that the repo-servers sign in to a
// registry as, and lets it pull. It is not the one that users sign in through, as
// a repo-server runs what repositories bring along: a token of its service account
// is good for pulling, and for nothing else. Users cannot sign in through it.
//
// The logical names are not those of former releases, which gave both to the
// users' application: so the old credential and the old role are deleted at the
// end, when Argo CD has the new ones.
func newRegistryIdentity(ctx *pulumi.Context, name string, args *EntraAppArgs, owner string, parent pulumi.ResourceOption) (*registryIdentity, error) {
	application, err := azuread.NewApplication(ctx, name+"-registry-application", &azuread.ApplicationArgs{
		DisplayName:    pulumi.String(args.DisplayName + registrySuffix),
		Owners:         pulumi.ToStringArray([]string{owner}),
		SignInAudience: pulumi.String("AzureADMyOrg"),
	}, parent, unprotected, ignoreOwners)
	if err != nil {
		return nil, fmt.Errorf("application: %w", err)
	}
	principal, err := newPrincipal(ctx, name+"-registry-principal", application, true, owner, parent, unprotected)
	if err != nil {
		return nil, err
	}
	credentials, err := newFederatedCredentials(ctx, name, repoServer, args.Instances, application, parent)
	if err != nil {
		return nil, err
	}
	role, err := newPullRole(ctx, name+"-registry-pull", args.ContainerRegistryID, principal.ObjectId, parent)
	if err != nil {
		return nil, err
	}
	ready := []any{application.ClientId, role.ID()}
	for _, credential := range credentials {
		ready = append(ready, credential.URN())
	}
	return &registryIdentity{
		clientID: pulumi.All(ready...).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput),
		access:   append(credentials, application, principal, role),
	}, nil
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
