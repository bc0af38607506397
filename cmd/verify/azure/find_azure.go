package azure

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// armKind is a type of Azure Resource Manager.
type armKind struct {
	api string
	// path, below the subscription, and delete contain inputs in braces.
	path, delete string
	// foreign returns the properties that an interrupted deployment does not leave. Nil: the next
	// up sets all properties.
	foreign func(ctx context.Context, c *Client, found armObject, w Wanted) ([]string, error)
	// find finds an object whose ID is not derived from its inputs.
	find func(ctx context.Context, c *Client, subscription string, w Wanted) ([]Existing, error)
}

const (
	clusterPath = "/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}"
	onCluster   = " --resource-group {resourceGroupName} --cluster-name {resourceName} --name "
)

// inAzure are the types of Azure Resource Manager. The API versions are those of
// https://learn.microsoft.com/rest/api/resources/resource-groups/get and of the pages
// on agent pools and maintenance configurations under https://learn.microsoft.com/rest/api/aks/.
var inAzure = withFinders(map[string]armKind{
	"azure-native:resources:ResourceGroup": {
		api: groupAPI, path: "/resourceGroups/{resourceGroupName}",
		delete: "az group delete --name {resourceGroupName}", foreign: foreignGroup,
	},
	"azure-native:containerservice/v20250101:ManagedCluster": {
		api: clusterAPI, path: clusterPath,
		delete: "az aks delete --resource-group {resourceGroupName} --name {resourceName}", foreign: foreignCluster,
	},
	"azure-native:containerservice/v20250101:AgentPool": {
		api: clusterAPI, path: clusterPath + "/agentPools/{agentPoolName}",
		delete: "az aks nodepool delete" + onCluster + "{agentPoolName}", foreign: foreignPool,
	},
	"azure-native:containerservice/v20250101:MaintenanceConfiguration": {
		api: clusterAPI, path: clusterPath + "/maintenanceConfigurations/{configName}",
		delete: "az aks maintenanceconfiguration delete" + onCluster + "{configName}",
	},
	typeExtension: {
		api: extensionAPI,
		path: "/resourceGroups/{resourceGroupName}/providers/{clusterRp}/{clusterResourceName}/{clusterName}" +
			"/providers/Microsoft.KubernetesConfiguration/extensions/{extensionName}",
		delete: "az k8s-extension delete --resource-group {resourceGroupName} --cluster-name {clusterName}" +
			" --cluster-type {clusterResourceName} --name {extensionName}",
		foreign: foreignExtension,
	},
	"azure-native:authorization:RoleAssignment": {find: findRoleAssignment},
})

const groupAPI = "2021-04-01"

// withFinders sets find to findByID for kinds without a finder.
func withFinders(kinds map[string]armKind) map[string]armKind {
	for token, kind := range kinds {
		if kind.find == nil {
			kind.find = kind.findByID
			kinds[token] = kind
		}
	}
	return kinds
}

func (k armKind) findByID(ctx context.Context, c *Client, subscription string, w Wanted) ([]Existing, error) {
	path, err := filled(k.path, w)
	if err != nil {
		return nil, err
	}
	remove, err := command(k.delete, w)
	if err != nil {
		return nil, err
	}
	var found armObject
	err = c.manager.get(ctx, c.manager.endpoint+subscription+path+"?api-version="+k.api, &found)
	if absentInAzure(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	one := Existing{ID: found.ID, What: lastPart(found.ID), Delete: remove}
	if k.foreign != nil {
		if one.InUse, err = k.foreign(ctx, c, found, w); err != nil {
			return nil, err
		}
	}
	return []Existing{one}, nil
}

// absentInAzure reports whether an error of Azure Resource Manager means that the object does
// not exist. With SubscriptionNotFound, InvalidSubscriptionId and ParentResourceNotFound, the
// request had a wrong scope.
// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
func absentInAzure(err error) bool {
	return errors.Is(err, errAbsent) && slices.ContainsFunc([]string{"ResourceNotFound", "ResourceGroupNotFound", "NotFound"},
		func(code string) bool { return strings.HasSuffix(err.Error(), " "+code) })
}

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

// filled replaces the inputs in a pattern.
func filled(pattern string, w Wanted) (text string, err error) {
	text = inBraces.ReplaceAllStringFunc(pattern, func(name string) string {
		values, unknownErr := w.texts(strings.Trim(name, "{}"))
		if unknownErr != nil {
			err = unknownErr
			return ""
		}
		return values[0]
	})
	return text, err
}

var flagInBraces = regexp.MustCompile(`(--[a-z-]+) \{(\w+)\}`)

// command replaces the inputs in a command for users.
func command(pattern string, w Wanted) (text string, err error) {
	text = flagInBraces.ReplaceAllStringFunc(pattern, func(flag string) string {
		part := flagInBraces.FindStringSubmatch(flag)
		values, unknownErr := w.texts(part[2])
		if unknownErr != nil {
			err = unknownErr
			return ""
		}
		return shell.Flag(part[1], values[0])
	})
	return text, err
}

// roleAssignment is https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope.
type roleAssignment struct {
	ID         string `json:"id"`
	Properties struct {
		Scope       string `json:"scope"`
		PrincipalID string `json:"principalId"`
		RoleID      string `json:"roleDefinitionId"`
		Condition   string `json:"condition"`
	} `json:"properties"`
}

// findRoleAssignment compares principal, role and scope, because the provider generates the
// name. The list includes assignments above and below the scope.
func findRoleAssignment(ctx context.Context, c *Client, _ string, w Wanted) (found []Existing, err error) {
	in, err := w.texts("scope", "principalId", "roleDefinitionId")
	if err != nil {
		return nil, err
	}
	all, err := roleAssignments(ctx, c, in[0], "principalId eq '"+in[1]+"'")
	for _, a := range all {
		p := a.Properties
		same := SameID(p.Scope, in[0]) && SameID(p.PrincipalID, in[1])
		if same && SameID(lastPart(p.RoleID), lastPart(in[2])) {
			one := Existing{ID: a.ID, What: "role of " + p.PrincipalID, Delete: "az role assignment delete " + shell.Flag("--ids", a.ID)}
			if p.Condition != "" {
				one.Foreign = []string{"it has the condition " + p.Condition}
			}
			found = append(found, one)
		}
	}
	return found, complete(err)
}

func roleAssignments(ctx context.Context, c *Client, scope, filtered string) ([]roleAssignment, error) {
	address := scope + "/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01"
	if filtered != "" {
		address += "&" + filter(filtered)
	}
	return resources[roleAssignment](ctx, c, address)
}

// filter returns a query with %20 for spaces, because some parsers do not accept +.
func filter(expression string) string {
	return "$filter=" + strings.ReplaceAll(url.QueryEscape(expression), "+", "%20")
}
