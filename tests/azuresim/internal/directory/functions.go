package directory

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"argocd-on-aks/tests/azuresim/internal/property"
	"argocd-on-aks/tests/azuresim/internal/store"
)

// Functions are those of azuread that the directory answers.
func (s *Service) Functions() map[string]store.Function {
	return map[string]store.Function{
		"azuread:index/getClientConfig:getClientConfig":                             s.clientConfig,
		"azuread:index/getApplicationPublishedAppIds:getApplicationPublishedAppIds": publishedAppIDs,
		"azuread:index/getServicePrincipal:getServicePrincipal":                     s.servicePrincipal,
		"azuread:index/getGroup:getGroup":                                           s.group,
	}
}

func answer(values map[string]any) (resource.PropertyMap, error) {
	return resource.NewPropertyMapFromMap(values), nil
}

func (s *Service) clientConfig(property.Map) (resource.PropertyMap, error) {
	return answer(map[string]any{"id": "config", "clientId": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "tenantId": s.TenantID, "objectId": s.Deployer()})
}

func publishedAppIDs(property.Map) (resource.PropertyMap, error) {
	return answer(map[string]any{"id": "appIds", "result": map[string]any{"MicrosoftGraph": GraphClientID}})
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

func (s *Service) group(args property.Map) (resource.PropertyMap, error) {
	name, objectID := args.Text("displayName"), args.Text("objectId")
	var found []Group
	for _, group := range s.Groups {
		if (objectID != "" && strings.EqualFold(group.ObjectID, objectID)) || (objectID == "" && strings.EqualFold(group.DisplayName, name)) {
			found = append(found, group)
		}
	}
	switch {
	case len(found) == 0 && objectID != "":
		return nil, fmt.Errorf("no group found with object ID: %q", objectID)
	case len(found) == 0:
		return nil, fmt.Errorf("no group found with display name: %q", name)
	case len(found) > 1:
		return nil, fmt.Errorf("more than one group found with display name: %q", name)
	}
	group := found[0]
	return answer(map[string]any{"id": group.ObjectID, "objectId": group.ObjectID, "displayName": group.DisplayName, "securityEnabled": group.security})
}
