package infra

// ReleaseNamespace is where the extension installs Argo CD. It is part of the
// federated credential's subject, so both are derived from this one value.
const ReleaseNamespace = "argocd"

// Cloud is an Azure cloud.
type Cloud string

// The clouds that run AKS and Entra ID.
const (
	CloudPublic       Cloud = "public"
	CloudUSGovernment Cloud = "usgovernment"
	CloudChina        Cloud = "china"
)

// loginHosts are Entra's sign-in hosts,
// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud.
var loginHosts = map[Cloud]string{
	CloudPublic:       "login.microsoftonline.com",
	CloudUSGovernment: "login.microsoftonline.us",
	CloudChina:        "login.partner.microsoftonline.cn",
}

// Issuer is the OpenID Connect issuer of an Entra tenant (v2.0).
func (c Cloud) Issuer(tenantID string) string {
	return "https://" + loginHosts[c] + "/" + tenantID + "/v2.0"
}
