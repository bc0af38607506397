package entra

import (
	"errors"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// tenant is the deploying identity's tenant.
type tenant struct {
	id string
	// deployer is the object ID of the deploying identity.
	deployer string
	graph    *azuread.LookupServicePrincipalResult
}

// lookUpTenant reads the deploying identity and the tenant's service principal for Microsoft
// Graph concurrently.
func lookUpTenant(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (*tenant, error) {
	var client *azuread.GetClientConfigResult
	var clientErr error
	var lookup sync.WaitGroup
	lookup.Go(func() { client, clientErr = azuread.GetClientConfig(ctx, opts...) })
	graph, graphErr := lookUpGraph(ctx, opts...)
	lookup.Wait()
	if clientErr != nil {
		clientErr = fmt.Errorf("client config: %w", clientErr)
	}
	if err := errors.Join(clientErr, graphErr); err != nil {
		return nil, err
	}
	return &tenant{client.TenantId, client.ObjectId, graph}, nil
}

// graphAccess returns the Graph permissions that the users' application requests.
func (t *tenant) graphAccess() azuread.ApplicationRequiredResourceAccessArray {
	accesses := azuread.ApplicationRequiredResourceAccessResourceAccessArray{}
	for _, scope := range azure.SignInScopes() {
		accesses = append(accesses, azuread.ApplicationRequiredResourceAccessResourceAccessArgs{
			Id: pulumi.String(t.graph.Oauth2PermissionScopeIds[scope]), Type: pulumi.String("Scope"),
		})
	}
	return azuread.ApplicationRequiredResourceAccessArray{azuread.ApplicationRequiredResourceAccessArgs{
		ResourceAppId: pulumi.String(t.graph.ClientId), ResourceAccesses: accesses,
	}}
}

func lookUpGraph(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (*azuread.LookupServicePrincipalResult, error) {
	graph, err := azuread.LookupServicePrincipal(ctx, &azuread.LookupServicePrincipalArgs{ClientId: pulumi.StringRef(azure.GraphClientID)}, opts...)
	if err != nil {
		return nil, fmt.Errorf("service principal of Microsoft Graph: %w", err)
	}
	for _, scope := range azure.SignInScopes() {
		if graph.Oauth2PermissionScopeIds[scope] == "" {
			return nil, fmt.Errorf("scope %q of Microsoft Graph does not exist in this tenant", scope)
		}
	}
	return graph, nil
}
