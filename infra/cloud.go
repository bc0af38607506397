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

// loginHosts are Entra's sign-in hosts,
// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud.
var loginHosts = map[Cloud]string{
	CloudPublic:       "login.microsoftonline.com",
	CloudUSGovernment: "login.microsoftonline.us",
	CloudChina:        "login.partner.microsoftonline.cn",
}

// loginHost is empty for a cloud that is none.
func (c Cloud) loginHost() string { return loginHosts[cmp.Or(c, CloudPublic)] }

// Issuer is the OpenID Connect issuer of an Entra tenant (v2.0).
func (c Cloud) Issuer(tenantID string) string {
	return "https://" + c.loginHost() + "/" + tenantID + "/v2.0"
}
