package directory

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// Functions returns the functions of azuread that the directory answers.
func (s *Service) Functions() map[string]store.Function {
	return map[string]store.Function{
		"azuread:index/getClientConfig:getClientConfig":         s.clientConfig,
		"azuread:index/getServicePrincipal:getServicePrincipal": s.servicePrincipal,
		"azuread:index/getGroup:getGroup":                       s.group,
	}
}

func answer(values map[string]any) (resource.PropertyMap, error) {
	return resource.NewPropertyMapFromMap(values), nil
}

func (s *Service) clientConfig(property.Map) (resource.PropertyMap, error) {
	return answer(map[string]any{"id": "config", "clientId": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "tenantId": s.TenantID, "objectId": s.Deployer()})
}

func (s *Service) servicePrincipal(args property.Map) (resource.PropertyMap, error) {
	if clientID := args.Text("clientId"); clientID != GraphClientID {
		return nil, fmt.Errorf("no service principal found with client ID: %q", clientID)
	}
	scopes, ids := []any{}, map[string]any{}
	for value, id := range s.scopes {
		scopes = append(scopes, map[string]any{"id": id, "value": value, "enabled": true, "type": "User"})
		ids[value] = id
	}
	return answer(map[string]any{
		"id": s.graph, "objectId": s.graph, "clientId": GraphClientID, "displayName": "Microsoft Graph",
		"oauth2PermissionScopes": scopes, "oauth2PermissionScopeIds": ids,
	})
}
