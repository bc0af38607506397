package infra

import "cmp"

// Cloud is an Azure cloud; the empty one is CloudPublic.
type Cloud string

// The clouds that run AKS and Entra ID.
const (
	CloudPublic       Cloud = "public"
	CloudUSGovernment Cloud = "usgovernment"
	CloudChina        Cloud = "china"
)

// hosts are those of Entra's sign-in and of the Azure portal,
// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud,
// with the name that kubelogin has for the cloud: GetCloudConfiguration in
// https://github.com/Azure/kubelogin, pkg/internal/token/options.go.
var hosts = map[Cloud]struct{ login, portal, environment string }{
	CloudPublic:       {"login.microsoftonline.com", "portal.azure.com", "AzurePublicCloud"},
	CloudUSGovernment: {"login.microsoftonline.us", "portal.azure.us", "AzureUSGovernmentCloud"},
	CloudChina:        {"login.partner.microsoftonline.cn", "portal.azure.cn", "AzureChinaCloud"},
}

// known is false for a cloud that is none.
func (c Cloud) known() bool { return hosts[cmp.Or(c, CloudPublic)].login != "" }

// hasAzureDevOps is true for the public cloud: Azure DevOps is in none of the others'
// regions, and takes service principals of the tenant that an organization is
// connected to. That none is connected to a tenant of another cloud is inferred.
// https://learn.microsoft.com/azure/devops/organizations/security/data-location,
// https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity
func (c Cloud) hasAzureDevOps() bool { return cmp.Or(c, CloudPublic) == CloudPublic }

// Issuer is the OpenID Connect issuer of an Entra tenant (v2.0).
func (c Cloud) Issuer(tenantID string) string {
	return "https://" + hosts[cmp.Or(c, CloudPublic)].login + "/" + tenantID + "/v2.0"
}

// Portal is the URL of the Azure portal, with no slash at the end.
func (c Cloud) Portal() string { return "https://" + hosts[cmp.Or(c, CloudPublic)].portal }
