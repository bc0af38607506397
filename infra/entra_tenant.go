package infra

import (
	"errors"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// graphScopes are the delegated Microsoft Graph permissions for signing in.
var graphScopes = []string{"openid", "profile", "email", "User.Read"}

// graphClientID is the client ID of Microsoft Graph, the same in every tenant:
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in.
// The provider's getApplicationPublishedAppIds has it from a list, at the price of a call.
const graphClientID = "00000003-0000-0000-c000-000000000000"

// lookUpTenant reads who is deploying and the tenant's service principal for
// Microsoft Graph, side by side.
func lookUpTenant(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (*azuread.GetClientConfigResult, *azuread.LookupServicePrincipalResult, error) {
	var client *azuread.GetClientConfigResult
	var clientErr error
	var lookup sync.WaitGroup
	lookup.Go(func() { client, clientErr = azuread.GetClientConfig(ctx, opts...) })
	graph, graphErr := lookUpGraph(ctx, opts...)
	lookup.Wait()
	if clientErr != nil {
		clientErr = fmt.Errorf("client config: %w", clientErr)
	}
	return client, graph, errors.Join(clientErr, graphErr)
}

func lookUpGraph(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (*azuread.LookupServicePrincipalResult, error) {
	graph, err := azuread.LookupServicePrincipal(ctx, &azuread.LookupServicePrincipalArgs{ClientId: pulumi.StringRef(graphClientID)}, opts...)
	if err != nil {
		return nil, fmt.Errorf("service principal of Microsoft Graph: %w", err)
	}
	for _, scope := range graphScopes {
		if graph.Oauth2PermissionScopeIds[scope] == "" {
			return nil, fmt.Errorf("no scope %q of Microsoft Graph in this tenant", scope)
		}
	}
	return graph, nil
}
