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

// registration registers the applications of one EntraApp in three steps: applications and
// principals, then consent and assignments, then credentials and roles.
type registration struct {
	ctx       *pulumi.Context
	name      string
	tenant    *tenant
	instances []ArgoInstance
	parent    pulumi.ResourceOption
	// last is the last resource of the chain: see options.
	last []pulumi.Resource
}

// registered is an application, its service principal and the resources that give access.
type registered struct {
	application
	created   *azuread.Application
	principal *azuread.ServicePrincipal
	access    []pulumi.Resource
}

// registerAll returns the registered applications by purpose.
func (r *registration) registerAll(applications []application) (map[purpose]*registered, error) {
	all := map[purpose]*registered{}
	for _, a := range applications {
		all[a.purpose] = &registered{application: a}
	}
	for _, step := range []func(*registered) error{r.register, r.grant, r.trust} {
		for _, a := range applications {
			if err := step(all[a.purpose]); err != nil {
				return nil, fmt.Errorf("%s: %w", a.purpose, err)
			}
		}
	}
	return all, nil
}

// options returns the options of a resource that the engine creates and updates after the
// chain: the resources of the first two steps, one after another. Side by side, the azuread
// provider's operations disturb each other while Entra replicates:
//   - Its requests share a retry policy, so another operation can end the wait for a new
//     application or principal: https://github.com/manicminer/hamilton/blob/v0.71.0/msgraph/client.go.
//   - It crashes if Entra does not return a new consent or assignment at once. All operations
//     in progress fail, and the state does not contain the objects that they created:
//     https://github.com/hashicorp/terraform-provider-azuread/issues/763.
//
// Credentials do not wait for each other, so one cluster does not delay the others.
func (r *registration) options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{r.parent, pulumi.DependsOn(r.last)}, more...)
}

// The properties that up does not change.
const (
	// owners remain those of the creation: with several deploying identities, each would
	// replace the owner with itself.
	owners = "owners"
	// description of a principal: the provider sets it to TERRAFORM_UPDATE_<UUID> and clears
	// it. If Entra still returns the temporary value, it stays in the state until a refresh,
	// and an update of the principal before that writes it to Entra:
	// https://github.com/hashicorp/terraform-provider-azuread/blob/v2.53.1/internal/services/serviceprincipals/service_principal_resource.go
	description = "description"
)

// logical returns the first part of the logical names of an application's resources.
func (r *registration) logical(a *registered) string {
	if a.logical == "" {
		return r.name
	}
	return r.name + "-" + a.logical
}

// register creates an application and its service principal.
func (r *registration) register(a *registered) (err error) {
	var opts []pulumi.ResourceOption
	if a.users == nil {
		opts = append(opts, component.Unprotected)
	}
	a.created, err = azuread.NewApplication(r.ctx, r.logical(a)+"-application", a.inputs(r.tenant), r.options(append(opts, pulumi.IgnoreChanges([]string{owners}))...)...)
	if err != nil {
		return fmt.Errorf("application: %w", err)
	}
	r.last = []pulumi.Resource{a.created}
	a.principal, err = azuread.NewServicePrincipal(r.ctx, r.logical(a)+"-principal", &azuread.ServicePrincipalArgs{
		ClientId:                  a.created.ClientId,
		AppRoleAssignmentRequired: pulumi.Bool(!a.openToTenant),
		Owners:                    pulumi.ToStringArray([]string{r.tenant.deployer}),
	}, r.options(append(opts, pulumi.IgnoreChanges([]string{owners, description}))...)...)
	if err != nil {
		return fmt.Errorf("service principal: %w", err)
	}
	r.last = []pulumi.Resource{a.principal}
	if a.users == nil {
		a.access = append(a.access, a.created, a.principal)
	}
	return nil
}

// grant creates consent and assignments.
func (r *registration) grant(a *registered) error {
	if len(a.consent) > 0 {
		consent, err := azuread.NewServicePrincipalDelegatedPermissionGrant(r.ctx, r.logical(a)+"-consent", &azuread.ServicePrincipalDelegatedPermissionGrantArgs{
			ServicePrincipalObjectId:         a.principal.ObjectId,
			ResourceServicePrincipalObjectId: pulumi.String(r.tenant.graph.ObjectId),
			ClaimValues:                      pulumi.ToStringArray(a.consent),
		}, r.options(component.Unprotected)...)
		if err != nil {
			return fmt.Errorf("delegated permission grant: %w", err)
		}
		a.access, r.last = append(a.access, consent), []pulumi.Resource{consent}
	}
	for _, to := range a.assignments {
		assigned, err := azuread.NewAppRoleAssignment(r.ctx, r.logical(a)+"-"+to.logical, &azuread.AppRoleAssignmentArgs{
			AppRoleId:         pulumi.String(to.appRoleID),
			PrincipalObjectId: to.principalID,
			ResourceObjectId:  a.principal.ObjectId,
		}, r.options(component.Unprotected)...)
		if err != nil {
			return fmt.Errorf("assignment of %s: %w", to.logical, err)
		}
		a.access, r.last = append(a.access, assigned), []pulumi.Resource{assigned}
	}
	return nil
}

// trust creates federated credentials, and the application's own roles.
func (r *registration) trust(a *registered) error {
	for _, w := range a.workloads {
		for _, instance := range r.instances {
			credential, err := r.credential(instance, w, a.created)
			if err != nil {
				return err
			}
			a.access = append(a.access, credential)
		}
	}
	for _, role := range a.roles {
		assigned, err := r.assign(r.logical(a)+"-"+role.logical, role, a.principal)
		if err != nil {
			return err
		}
		a.access = append(a.access, assigned)
	}
	return nil
}

// objectID returns the object ID of the service principal; empty without an application.
func (a *registered) objectID() pulumi.StringOutput {
	if a == nil {
		return pulumi.String("").ToStringOutput()
	}
	return a.principal.ObjectId
}

// readyClientID returns the client ID, which is known after all the application's resources
// are created; empty without an application.
func (a *registered) readyClientID() pulumi.StringOutput {
	if a == nil {
		return pulumi.String("").ToStringOutput()
	}
	ready := []any{a.created.ClientId}
	for _, resource := range a.access {
		ready = append(ready, resource.URN())
		if custom, ok := resource.(pulumi.CustomResource); ok {
			ready = append(ready, custom.ID())
		}
	}
	first := func(all []any) string { return all[0].(string) }
	return pulumi.All(ready...).ApplyT(first).(pulumi.StringOutput)
}

// credential makes an application trust a workload of one Argo CD. A new issuer updates it. A
// new name replaces it: Entra rejects a second credential for the same service account, so the
// old one is deleted first, and sign-in fails while the provider waits for the deletion (20
// seconds) and the creation (4 seconds).
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
	}, r.options(component.Unprotected, pulumi.DeleteBeforeReplace(true), pulumi.Aliases(former))...)
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
