package infra

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/azurenative"
	"argocd-on-aks/infra/internal/problem"
)

// workloadIdentity is an application that parts of Argo CD sign in to Azure as. It
// is not the one that users sign in through, and they cannot sign in through it: a
// token of such a part's service account is good for the roles here, and for
// nothing else.
type workloadIdentity struct {
	// logical is part of the logical names of all that belongs to it.
	logical string
	// suffix makes its display name, behind that of the users' application.
	suffix    string
	workloads []workload
	roles     []role
}

// role is a built-in role of Azure on one resource.
type role struct {
	// logical ends its logical name.
	logical, definition, scope string
}

// checkSuffix leaves room for the display name of another application.
func (a *EntraAppArgs) checkSuffix(p *problem.List, whose, suffix string) {
	if n, most := utf8.RuneCountInString(a.DisplayName), maxDisplayName-len(suffix); n > most && n <= maxDisplayName {
		p.Add("DisplayName", "%q is longer than %d characters, and %s application adds %s", a.DisplayName, most, whose, suffix)
	}
}

// identify creates a workload identity. Its client ID is known when it may do what
// it is for.
func (app *EntraApp) identify(ctx *pulumi.Context, name string, args *EntraAppArgs, identity workloadIdentity, owner string, parent pulumi.ResourceOption) (clientID, objectID pulumi.StringOutput, err error) {
	logical := name + "-" + identity.logical
	application, err := azuread.NewApplication(ctx, logical+"-application", &azuread.ApplicationArgs{
		DisplayName:    pulumi.String(args.DisplayName + identity.suffix),
		Owners:         pulumi.ToStringArray([]string{owner}),
		SignInAudience: pulumi.String("AzureADMyOrg"),
	}, parent, unprotected, ignoreOwners)
	if err != nil {
		return clientID, objectID, fmt.Errorf("application: %w", err)
	}
	principal, err := newPrincipal(ctx, logical+"-principal", application, true, owner, parent, unprotected)
	if err != nil {
		return clientID, objectID, err
	}
	app.Access = append(app.Access, application, principal)
	ready := []any{application.ClientId}
	for _, w := range identity.workloads {
		credentials, err := newFederatedCredentials(ctx, name, w, args.Instances, application, parent)
		if err != nil {
			return clientID, objectID, err
		}
		for _, credential := range credentials {
			ready = append(ready, credential.URN())
		}
		app.Access = append(app.Access, credentials...)
	}
	for _, r := range identity.roles {
		assignment, err := r.assign(ctx, logical+"-"+r.logical, principal.ObjectId, parent)
		if err != nil {
			return clientID, objectID, err
		}
		ready = append(ready, assignment.ID())
		app.Access = append(app.Access, assignment)
	}
	clientID = pulumi.All(ready...).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput)
	return clientID, principal.ObjectId, nil
}

func (r role) assign(ctx *pulumi.Context, name string, principalObjectID pulumi.StringInput, parent pulumi.ResourceOption) (*azurenative.RoleAssignment, error) {
	subscription := strings.Split(r.scope, "/")[2]
	assignment, err := azurenative.NewRoleAssignment(ctx, name, &azurenative.RoleAssignmentArgs{
		Scope:            pulumi.String(r.scope),
		PrincipalId:      principalObjectID,
		PrincipalType:    pulumi.String("ServicePrincipal"),
		RoleDefinitionId: pulumi.String("/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + r.definition),
	}, parent, unprotected)
	if err != nil {
		return nil, fmt.Errorf("role assignment on %s: %w", r.scope[strings.LastIndex(r.scope, "/")+1:], err)
	}
	return assignment, nil
}
