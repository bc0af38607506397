package infra

import (
	"errors"
	"fmt"
	"regexp"
	"sync"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/problem"
)

// graphScopes are the delegated Microsoft Graph permissions for signing in.
var graphScopes = []string{"openid", "profile", "email", "User.Read"}

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
	wellKnown, err := azuread.GetApplicationPublishedAppIds(ctx, opts...)
	if err != nil {
		return nil, fmt.Errorf("published app IDs: %w", err)
	}
	graphID := wellKnown.Result["MicrosoftGraph"]
	graph, err := azuread.LookupServicePrincipal(ctx, &azuread.LookupServicePrincipalArgs{ClientId: &graphID}, opts...)
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

// LookupGroup returns the object ID of the Entra group with this display name
// or object ID. It returns the lookup's own error when there is no such group,
// or more than one.
func LookupGroup(ctx *pulumi.Context, group string, opts ...pulumi.InvokeOption) (objectID string, err error) {
	args := &azuread.LookupGroupArgs{DisplayName: &group}
	if isGUID(group) {
		args = &azuread.LookupGroupArgs{ObjectId: &group}
	}
	found, err := azuread.LookupGroup(ctx, args, opts...)
	if err != nil {
		return "", fmt.Errorf("%q: %w", group, err)
	}
	if !found.SecurityEnabled {
		return "", fmt.Errorf("%q is not a security group: Entra assigns only those to applications", group)
	}
	return found.ObjectId, nil
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func isGUID(text string) bool { return guid.MatchString(text) }

// wantObjectID refuses a group that is still a name, unless more is wrong with it.
func wantObjectID(p *problem.List, path, group string) {
	if !isGUID(group) && !p.Has(path) {
		p.Add(path, "%q is not an object ID", group)
	}
}
