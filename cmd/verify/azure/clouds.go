package azure

import (
	"fmt"
	"net/url"
)

// endpoints are the hosts of an Azure cloud, each also the audience of its tokens.
type endpoints struct{ graph, manager string }

// clouds are the Azure clouds by their sign-in host.
// https://learn.microsoft.com/graph/deployments#microsoft-graph-and-graph-explorer-service-root-endpoints
// and https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure.
var clouds = map[string]endpoints{
	"login.microsoftonline.com":        {"https://graph.microsoft.com", "https://management.azure.com"},
	"login.microsoftonline.us":         {"https://graph.microsoft.us", "https://management.usgovcloudapi.net"},
	"login.partner.microsoftonline.cn": {"https://microsoftgraph.chinacloudapi.cn", "https://management.chinacloudapi.cn"},
}

// cloudOf finds the cloud and the tenant of an Entra issuer.
func cloudOf(issuer string) (signIn string, at endpoints, err error) {
	u, err := url.Parse(issuer)
	if err != nil {
		return "", at, fmt.Errorf("stack output entraIssuerUrl: %w", err)
	}
	at, known := clouds[u.Host]
	if !known {
		return "", at, fmt.Errorf("stack output entraIssuerUrl is %q, of no Azure cloud", issuer)
	}
	return "https://" + u.Host + "/", at, nil
}

// signInHosts are the sign-in hosts by what the program's key cloud calls the clouds.
var signInHosts = map[string]string{
	"": "login.microsoftonline.com", "public": "login.microsoftonline.com",
	"usgovernment": "login.microsoftonline.us", "china": "login.partner.microsoftonline.cn",
}

// At is a stack of which no more is known than where it is: enough to sign in.
func At(cloud, tenantID string) *Stack {
	return &Stack{TenantID: tenantID, EntraIssuerURL: "https://" + signInHosts[cloud] + "/" + tenantID + "/v2.0"}
}
