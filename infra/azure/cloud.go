// Package azure defines the clouds, hosts, resource IDs and object IDs of Azure and
// Microsoft Entra ID that components and commands share.
package azure

import "cmp"

// Cloud is an Azure cloud; the zero value is CloudPublic.
type Cloud string

// The clouds that run AKS and Microsoft Entra ID.
const (
	CloudPublic       Cloud = "public"
	CloudUSGovernment Cloud = "usgovernment"
	CloudChina        Cloud = "china"
)

// cloudHosts are the hosts of sign-in and of the Azure portal,
// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud,
// of Microsoft Graph,
// https://learn.microsoft.com/graph/deployments#microsoft-graph-and-graph-explorer-service-root-endpoints,
// and of Azure Resource Manager,
// https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure,
// and kubelogin's name for the cloud: GetCloudConfiguration in
// https://github.com/Azure/kubelogin, pkg/internal/token/options.go.
var cloudHosts = map[Cloud]struct{ login, portal, graph, resourceManager, environment string }{
	CloudPublic: {
		"login.microsoftonline.com", "portal.azure.com", "graph.microsoft.com", "management.azure.com", "AzurePublicCloud",
	},
	CloudUSGovernment: {
		"login.microsoftonline.us", "portal.azure.us", "graph.microsoft.us", "management.usgovcloudapi.net", "AzureUSGovernmentCloud",
	},
	CloudChina: {
		"login.partner.microsoftonline.cn", "portal.azure.cn", "microsoftgraph.chinacloudapi.cn", "management.chinacloudapi.cn", "AzureChinaCloud",
	},
}

// CloudOf returns the cloud with a sign-in host and reports whether there is one.
func CloudOf(loginHost string) (cloud Cloud, known bool) {
	for cloud, hosts := range cloudHosts {
		if hosts.login == loginHost {
			return cloud, true
		}
	}
	return "", false
}

// IsKnown reports whether a cloud is one of the constants, or empty.
func (c Cloud) IsKnown() bool { return c.LoginHost() != "" }

// HasAzureDevOps reports whether organizations of Azure DevOps can be connected to a
// tenant of the cloud. Azure DevOps has regions in the public cloud only; that it has no
// organizations in tenants of other clouds is inferred.
// https://learn.microsoft.com/azure/devops/organizations/security/data-location,
// https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity
func (c Cloud) HasAzureDevOps() bool { return cmp.Or(c, CloudPublic) == CloudPublic }

// LoginHost returns the host on which Microsoft Entra ID signs users and workloads in.
func (c Cloud) LoginHost() string { return cloudHosts[cmp.Or(c, CloudPublic)].login }

// Issuer returns the OpenID Connect issuer of an Entra tenant (v2.0).
func (c Cloud) Issuer(tenantID string) string {
	return "https://" + c.LoginHost() + "/" + tenantID + "/v2.0"
}

// Portal returns the URL of the Azure portal, without a trailing slash.
func (c Cloud) Portal() string { return "https://" + cloudHosts[cmp.Or(c, CloudPublic)].portal }

// Graph returns the URL of Microsoft Graph, without a trailing slash. It is also the
// audience of tokens for Graph.
func (c Cloud) Graph() string { return "https://" + cloudHosts[cmp.Or(c, CloudPublic)].graph }

// ResourceManager returns the URL of Azure Resource Manager, without a trailing slash. It
// is also the audience of tokens for Resource Manager.
func (c Cloud) ResourceManager() string {
	return "https://" + cloudHosts[cmp.Or(c, CloudPublic)].resourceManager
}

// KubeloginEnvironment returns kubelogin's name for the cloud.
func (c Cloud) KubeloginEnvironment() string { return cloudHosts[cmp.Or(c, CloudPublic)].environment }
