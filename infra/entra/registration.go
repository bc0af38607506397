package entra

import (
	"fmt"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/internal/azurenative"
)

// registration registers the applications of one EntraApp.
type registration struct {
	ctx       *pulumi.Context
	name      string
	tenant    *tenant
	instances []ArgoInstance
	parent    pulumi.ResourceOption
	// access collects the resources that give access.
	access []pulumi.Resource
}

// registered holds the IDs of an application.
type registered struct {
	clientID pulumi.StringOutput
	// readyClientID is the client ID; it is known after all the application's resources are created.
	readyClientID pulumi.StringOutput
	// objectID is the object ID of its service principal.
	objectID pulumi.StringOutput
}

// noIDs returns the IDs of an application that the arguments do not require.
func noIDs() registered {
	none := pulumi.String("").ToStringOutput()
	return registered{none, none, none}
}

// ignoreOwners keeps the owners of the creation: with several deploying identities, each
// would replace the owner with itself.
var ignoreOwners = pulumi.IgnoreChanges([]string{"owners"})

// register creates an application, its service principal, and the resources that give
// access: consent, assignments, federated credentials and roles.
func (r *registration) register(a application) (ids registered, err error) {
	logical := r.name
	if a.logical != "" {
		logical += "-" + a.logical
	}
	opts := []pulumi.ResourceOption{r.parent, ignoreOwners}
	if a.users == nil {
		opts = append(opts, component.Unprotected)
	}
	created, err := azuread.NewApplication(r.ctx, logical+"-application", a.inputs(r.tenant), opts...)
	if err != nil {
		return ids, fmt.Errorf("application: %w", err)
	}
	principal, err := azuread.NewServicePrincipal(r.ctx, logical+"-principal", &azuread.ServicePrincipalArgs{
		ClientId:                  created.ClientId,
		AppRoleAssignmentRequired: pulumi.Bool(!a.openToTenant),
		Owners:                    pulumi.ToStringArray([]string{r.tenant.deployer}),
	}, opts...)
	if err != nil {
		return ids, fmt.Errorf("service principal: %w", err)
	}
	if a.users == nil {
		r.access = append(r.access, created, principal)
	}
	access, err := r.grant(logical, a, created, principal)
	if err != nil {
		return ids, err
	}
	r.access = append(r.access, access...)
	ready := []any{created.ClientId}
	for _, resource := range access {
		ready = append(ready, resource.URN())
		if custom, ok := resource.(pulumi.CustomResource); ok {
			ready = append(ready, custom.ID())
		}
	}
	first := func(all []any) string { return all[0].(string) }
	return registered{created.ClientId, pulumi.All(ready...).ApplyT(first).(pulumi.StringOutput), principal.ObjectId}, nil
}

// grant creates the resources that give access to an application, and its own access.
func (r *registration) grant(logical string, a application, created *azuread.Application, principal *azuread.ServicePrincipal) (access []pulumi.Resource, err error) {
	if len(a.consent) > 0 {
		consent, err := azuread.NewServicePrincipalDelegatedPermissionGrant(r.ctx, logical+"-consent", &azuread.ServicePrincipalDelegatedPermissionGrantArgs{
			ServicePrincipalObjectId:         principal.ObjectId,
			ResourceServicePrincipalObjectId: pulumi.String(r.tenant.graph.ObjectId),
			ClaimValues:                      pulumi.ToStringArray(a.consent),
		}, r.parent, component.Unprotected)
		if err != nil {
			return nil, fmt.Errorf("delegated permission grant: %w", err)
		}
		access = append(access, consent)
	}
	for _, to := range a.assignments {
		assigned, err := azuread.NewAppRoleAssignment(r.ctx, logical+"-"+to.logical, &azuread.AppRoleAssignmentArgs{
			AppRoleId:         pulumi.String(to.appRoleID),
			PrincipalObjectId: to.principalID,
			ResourceObjectId:  principal.ObjectId,
		}, r.parent, component.Unprotected)
		if err != nil {
			return nil, fmt.Errorf("assignment of %s: %w", to.logical, err)
		}
		access = append(access, assigned)
	}
	for _, w := range a.workloads {
		for _, instance := range r.instances {
			credential, err := r.credential(instance, w, created)
			if err != nil {
				return nil, err
			}
			access = append(access, credential)
		}
	}
	for _, role := range a.roles {
		assigned, err := r.assign(logical+"-"+role.logical, role, principal)
		if err != nil {
			return nil, err
		}
		access = append(access, assigned)
	}
	return access, nil
}

// credential makes an application trust a workload of one Argo CD. Entra rejects a second
// credential for the same service account, so a renamed one is deleted first.
func (r *registration) credential(instance ArgoInstance, w workload, application *azuread.Application) (pulumi.Resource, error) {
	var former []pulumi.Alias
	for _, other := range instance.FormerNames {
		former = append(former, pulumi.Alias{Name: pulumi.String(r.name + "-" + other + "-" + w.logical)})
	}
	credential, err := azuread.NewApplicationFederatedIdentityCredential(r.ctx, r.name+"-"+instance.Name+"-"+w.logical, &azuread.ApplicationFederatedIdentityCredentialArgs{
		ApplicationId: application.ID(),
		DisplayName:   pulumi.String(instance.credentialFor(w)),
		Audiences:     pulumi.ToStringArray([]string{azure.TokenExchangeAudience}),
		Issuer:        instance.Issuer,
		Subject:       pulumi.String("system:serviceaccount:" + chart.ReleaseNamespace + ":" + w.account),
	}, r.parent, component.Unprotected, pulumi.DeleteBeforeReplace(true), pulumi.Aliases(former))
	if err != nil {
		return nil, fmt.Errorf("federated credential of %s: %w", instance.Name, err)
	}
	return credential, nil
}

func (r *registration) assign(name string, to roleAssignment, principal *azuread.ServicePrincipal) (pulumi.Resource, error) {
	assignment, err := azurenative.NewRoleAssignment(r.ctx, name, &azurenative.RoleAssignmentArgs{
		Scope:         to.scope,
		PrincipalId:   principal.ObjectId,
		PrincipalType: pulumi.String("ServicePrincipal"),
		RoleDefinitionId: to.scope.ToStringOutput().ApplyT(func(scope string) string {
			return "/subscriptions/" + azure.SubscriptionOf(scope) + "/providers/Microsoft.Authorization/roleDefinitions/" + to.definition
		}).(pulumi.StringOutput),
	}, r.parent, component.Unprotected)
	if err != nil {
		return nil, fmt.Errorf("role assignment %s: %w", name, err)
	}
	return assignment, nil
}
