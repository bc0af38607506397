package lifecycle

import (
	"fmt"
	"slices"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestImportOfTheGuide imports the resources of the guide's Terraform with the settings and steps
// of docs/from-terraform.md. No running resource is replaced or deleted, and only the previewed
// changes are made.
func TestImportOfTheGuide(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	ids := terraform(t, azure)
	stack := e2e.OpenOn(t, azure, "dev")
	e2e.SetAll(t, stack, map[string]string{
		"names.resourceGroup": "myresourcegroup", "names.cluster": "myakscluster",
		"names.application": "myargocdapp", "names.federatedCredential": "myargocdapp",
		"cluster.vmSize": "Standard_DS2_v2", "requireAssignment": "false", "protect": "true",
	})
	before := azure.IDs()
	e2e.NoError(t, stack.AdoptAll(t.Context(), func(kind, _ string) string { return ids[kind] }))
	e2e.OnlyUpdates(t, stack.Preview)
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 3, "update": 3})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources})
	if after := azure.IDs(); !slices.Equal(after, before) || len(after) != len(ids) {
		t.Errorf("the import changed the objects: %v, then %v", before, after)
	}
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources})
	e2e.Want(t, stack.Destroy, map[string]int{"delete": e2e.DevResources})
}

// terraform creates the resources of the guide's main.tf and returns their IDs by Pulumi type.
func terraform(t *testing.T, azure *azuresim.Azure) map[string]string {
	t.Helper()
	ids := map[string]string{}
	create := func(token string, inputs map[string]any) map[string]any {
		id, properties := e2e.New(t, azure, token, inputs)
		ids[token] = id
		return properties.Mappable()
	}
	scope := func(name string) any { return map[string]any{"id": azure.Scope(name), "type": "Scope"} }
	group := azure.GroupID("Argo CD Admins")

	app := create(azuresim.Application, map[string]any{
		"displayName": "myargocdapp", "owners": []any{azure.Deployer()}, "signInAudience": "AzureADMyOrg", "groupMembershipClaims": []any{"ApplicationGroup"},
		"web":          map[string]any{"redirectUris": []any{"https://localhost:9000/auth/callback"}},
		"publicClient": map[string]any{"redirectUris": []any{"http://localhost:8085/auth/callback"}},
		"requiredResourceAccesses": []any{map[string]any{
			"resourceAppId":    "00000003-0000-0000-c000-000000000000",
			"resourceAccesses": []any{scope("openid"), scope("profile"), scope("email"), scope("User.Read")},
		}},
		"optionalClaims": map[string]any{"idTokens": []any{map[string]any{"name": "groups", "essential": true}}},
	})
	principal := create(azuresim.ServicePrincipal, map[string]any{"clientId": app["clientId"], "appRoleAssignmentRequired": false})
	create(azuresim.DelegatedGrant, map[string]any{
		"servicePrincipalObjectId": principal["objectId"], "resourceServicePrincipalObjectId": azure.GraphPrincipal(),
		"claimValues": []any{"openid", "profile", "email", "User.Read"},
	})
	create(azuresim.AppRoleAssignment, map[string]any{
		"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": group, "resourceObjectId": principal["objectId"],
	})
	create(azuresim.ResourceGroup, map[string]any{"resourceGroupName": "myresourcegroup", "location": "westus3"})
	aks := create(azuresim.Cluster, map[string]any{
		"resourceName": "myakscluster", "resourceGroupName": "myresourcegroup", "location": "westus3", "dnsPrefix": "myakscluster", "enableRBAC": true,
		"sku": map[string]any{"name": "Base", "tier": "Free"}, "identity": map[string]any{"type": "SystemAssigned"},
		"oidcIssuerProfile": map[string]any{"enabled": true},
		"securityProfile":   map[string]any{"workloadIdentity": map[string]any{"enabled": true}},
		"agentPoolProfiles": []any{map[string]any{
			"name": "default", "count": 1, "mode": "System", "osType": "Linux", "type": "VirtualMachineScaleSets", "vmSize": "Standard_DS2_v2",
		}},
	})
	create(azuresim.FederatedCredential, map[string]any{
		"applicationId": ids[azuresim.Application], "displayName": "myargocdapp", "audiences": []any{"api://AzureADTokenExchange"},
		"issuer": aks["oidcIssuerProfile"].(map[string]any)["issuerURL"], "subject": "system:serviceaccount:argocd:argocd-server",
	})
	clientID := fmt.Sprint(app["clientId"])
	create(azuresim.ArgoExtension, map[string]any{
		"resourceGroupName": "myresourcegroup", "clusterName": "myakscluster", "clusterRp": "Microsoft.ContainerService", "clusterResourceName": "managedClusters",
		"extensionName": "argocd", "extensionType": "Microsoft.ArgoCD", "releaseTrain": "Preview", "autoUpgradeMinorVersion": true,
		"scope": map[string]any{"cluster": map[string]any{"releaseNamespace": "argocd"}},
		"configurationSettings": map[string]any{
			"azure.workloadIdentity.enabled": "true", "azure.workloadIdentity.clientId": clientID, "azure.workloadIdentity.entraSSOClientId": clientID,
			"redis-ha.enabled": "false", "global.domain": "localhost:9000", `configs.cm.admin\.enabled`: "false",
			`configs.cm.oidc\.config`:  fmt.Sprintf(guideOIDC, azure.TenantID, clientID),
			`configs.rbac.policy\.csv`: fmt.Sprintf("g, %q, role:admin\n", group),
		},
	})
	return ids
}

// guideOIDC is the guide's oidc_config, with two spaces as its indentation.
const guideOIDC = `name: Microsoft Entra ID
issuer: https://login.microsoftonline.com/%s/v2.0
clientID: %s
azure:
  useWorkloadIdentity: true
requestedIDTokenClaims:
  groups:
    essential: true
requestedScopes:
  - openid
  - profile
  - email
`

// TestExistingResourceGroup follows docs/automation.md: an administrator creates the resource
// group, which `pulumi up` rejects until the stack imports it. The deploying identity then
// needs no permission on the subscription.
func TestExistingResourceGroup(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	id, _ := e2e.New(t, azure, azuresim.ResourceGroup, map[string]any{"resourceGroupName": "argocd-dev", "location": "westus3"})
	e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "already existing", "up before the import")
	e2e.Succeed(t, stack.Destroy) // resources that the failed up created
	e2e.NoError(t, stack.AdoptOne(t.Context(), "aks-group", id))
	// The group gets the stack's tags. The stack and the components already exist.
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources - 5, "update": 1, "same": 4})
}

// TestAnotherDeployer checks that the next up of another deploying identity does not change the
// application's owner.
func TestAnotherDeployer(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	azure.ChangeDeployer()
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources})
}
