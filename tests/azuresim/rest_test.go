package azuresim_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

const (
	graphAPI   = "https://graph.microsoft.com"
	managerAPI = "https://management.azure.com"
)

// TestReading checks that both APIs require a token for themselves, a permission, and a
// simulated request.
func TestReading(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	internet := connect(t, in.Azure)
	client := &http.Client{Transport: internet.Transport()}
	all := []string{"Application.Read.All", "Directory.Read.All", "Reader"}
	policies := append(slices.Clone(all), "Policy.Read.All", "Application.ReadWrite.OwnedBy")
	const roles = "/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=principalId%20eq%20'x'"
	group, _ := create(t, in.Azure, azuresim.ResourceGroup, properties{"resourceGroupName": "prod", "location": "westeurope"})
	cluster, _ := create(t, in.Azure, azuresim.Cluster, properties{
		"resourceName": "prod", "resourceGroupName": "prod", "location": "westeurope", "dnsPrefix": "prod",
		"identity": properties{"type": "SystemAssigned"}, "oidcIssuerProfile": properties{"enabled": true},
		"agentPoolProfiles": []any{properties{"name": "default", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v5", "osType": "Linux", "type": "VirtualMachineScaleSets"}},
	})
	app := graphAPI + "/v1.0/applications(appId='" + in.clientID + "')"
	principal := graphAPI + "/v1.0/servicePrincipals/" + in.principal
	for name, c := range map[string]struct {
		address, audience string
		rights            []string
		code              string
	}{
		"an application":                {app, graphAPI, all, ""},
		"by object ID":                  {graphAPI + "/v1.0" + in.application, graphAPI, all, ""},
		"a service principal":           {principal, graphAPI, all, ""},
		"Microsoft Graph's":             {graphAPI + "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')", graphAPI, all, ""},
		"consent":                       {principal + "/oauth2PermissionGrants", graphAPI, all, ""},
		"its own permissions":           {principal + "/appRoleAssignments", graphAPI, all, ""},
		"its groups":                    {principal + "/transitiveMemberOf", graphAPI, all, ""},
		"its policies":                  {principal + "/claimsMappingPolicies", graphAPI, policies, ""},
		"its policies, no permission":   {principal + "/homeRealmDiscoveryPolicies", graphAPI, policies[:4], "Authorization_RequestDenied"},
		"its policies, no policy read":  {principal + "/tokenLifetimePolicies", graphAPI, append(all, "Application.ReadWrite.All"), "Authorization_RequestDenied"},
		"an application's policies":     {app + "/tokenLifetimePolicies", graphAPI, policies, ""},
		"policies of a principal":       {app + "/claimsMappingPolicies", graphAPI, policies, "BadRequest"},
		"locks":                         {managerAPI + group + "/providers/Microsoft.Authorization/locks?api-version=2016-09-01", managerAPI, all, ""},
		"policy assignments":            {managerAPI + group + "/providers/Microsoft.Authorization/policyAssignments?api-version=2022-06-01", managerAPI, all, ""},
		"policy assignments, no role":   {managerAPI + group + "/providers/Microsoft.Authorization/policyAssignments?api-version=2022-06-01", managerAPI, all[:2], "AuthorizationFailed"},
		"its directory roles":           {graphAPI + "/v1.0/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'x'", graphAPI, all, ""},
		"directory roles, no perm.":     {graphAPI + "/v1.0/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'x'", graphAPI, all[:1], "Authorization_RequestDenied"},
		"all directory roles":           {graphAPI + "/v1.0/roleManagement/directory/roleAssignments", graphAPI, all, "Request_BadRequest"},
		"roles on the subscription":     {managerAPI + "/subscriptions/" + in.SubscriptionID + roles, managerAPI, all, ""},
		"applications by name":          {graphAPI + "/v1.0/applications?$filter=displayName%20eq%20'it''s'", graphAPI, all, ""},
		"applications by ID URI":        {graphAPI + "/v1.0/applications?$filter=identifierUris/any(u:u%20eq%20'x')&$expand=owners", graphAPI, all, ""},
		"by redirect URI, not advanced": {graphAPI + "/v1.0/applications?$filter=web/redirectUris/any(u:u%20eq%20'x')", graphAPI, all, "Request_UnsupportedQuery"},
		"applications, all of them":     {graphAPI + "/v1.0/applications", graphAPI, all, "Request_BadRequest"},
		"a single quote in a name":      {graphAPI + "/v1.0/applications?$filter=displayName%20eq%20'it's'", graphAPI, all, "Request_BadRequest"},
		"a filter of one":               {app + "?$filter=displayName%20eq%20'x'", graphAPI, all, "Request_UnsupportedQuery"},
		"no token":                      {app, "", all, "InvalidAuthenticationToken"},
		"a token for another API":       {app, managerAPI, all, "InvalidAuthenticationToken"},
		"no permission":                 {app, graphAPI, []string{"Reader"}, "Authorization_RequestDenied"},
		"consent, no permission":        {principal + "/oauth2PermissionGrants", graphAPI, all[:1], "Authorization_RequestDenied"},
		"credentials, no permission":    {app + "/federatedIdentityCredentials", graphAPI, all[1:], "Authorization_RequestDenied"},
		"no application":                {graphAPI + "/v1.0/applications(appId='none')", graphAPI, all, "Request_ResourceNotFound"},
		"an unknown path":               {graphAPI + "/v1.0/users", graphAPI, all, "BadRequest"},
		"the beta API":                  {strings.Replace(app, "v1.0", "beta", 1), graphAPI, all, "BadRequest"},
		"an unknown list":               {app + "/extensionProperties", graphAPI, all, "BadRequest"},
		"an unknown query":              {app + "?$expand=owners", graphAPI, all, "Request_UnsupportedQuery"},
		"an invented page":              {app + "/owners?$skiptoken=x", graphAPI, all, "Request_BadRequest"},
		"a cluster":                     {managerAPI + cluster + "?api-version=2025-01-01", managerAPI, all, ""},
		"in capitals":                   {managerAPI + strings.ToUpper(cluster) + "?api-version=2025-01-01", managerAPI, all, ""},
		"a resource group":              {managerAPI + group + "?api-version=2021-04-01", managerAPI, all, ""},
		"a group's resources":           {managerAPI + group + "/resources?api-version=2021-04-01", managerAPI, all, ""},
		"resources of no group":         {managerAPI + group + "x/resources?api-version=2021-04-01", managerAPI, all, "ResourceNotFound"},
		"a principal's roles":           {managerAPI + cluster + roles, managerAPI, all, ""},
		"a principal's roles, no role":  {managerAPI + cluster + roles, managerAPI, all[:2], "AuthorizationFailed"},
		"all roles on a cluster":        {managerAPI + cluster + strings.Replace(roles, "principalId%20eq%20'x'", "atScope()", 1), managerAPI, all, ""},
		"a cluster's extensions":        {managerAPI + cluster + "/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2023-05-01", managerAPI, all, ""},
		"no token for Azure":            {managerAPI + cluster + "?api-version=2025-01-01", "", all, "AuthenticationFailed"},
		"a token of Microsoft Graph":    {managerAPI + cluster + "?api-version=2025-01-01", graphAPI, all, "InvalidAuthenticationTokenAudience"},
		"no role":                       {managerAPI + cluster + "?api-version=2025-01-01", managerAPI, all[:2], "AuthorizationFailed"},
		"no version":                    {managerAPI + cluster, managerAPI, all, "MissingApiVersionParameter"},
		"no such version":               {managerAPI + cluster + "?api-version=2025-01-32", managerAPI, all, "InvalidApiVersionParameter"},
		"no cluster":                    {managerAPI + cluster + "x?api-version=2025-01-01", managerAPI, all, "ResourceNotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.address, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.audience != "" {
				token, err := in.CallerToken(in.AddCaller(c.rights...), c.audience)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Authorization", "Bearer "+token)
			}
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			var answer struct {
				Error struct{ Code string }
			}
			if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Error.Code != c.code || (response.StatusCode == 200) != (c.code == "") {
				t.Errorf("%s %q, %v; want %q", response.Status, answer.Error.Code, err, c.code)
			}
		})
	}
}
