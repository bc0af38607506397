package azure

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

const (
	clusterID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c"
	nodesID   = "/subscriptions/s/resourceGroups/MC_rg_c_westus3"
	typeOfAKS = "azure-native:containerservice/v20250101:ManagedCluster"
	rolesOf   = "/providers/Microsoft.Authorization/roleAssignments"
)

// answeredCluster is AKS's response for a cluster that the stack creates.
const answeredCluster = `{"id": "` + clusterID + `", "location": "westus3", "identity": {"type": "SystemAssigned", "principalId": "own"}, "properties": {
	"provisioningState": "Succeeded", "powerState": {"code": "Running"}, "kubernetesVersion": "1.35", "currentKubernetesVersion": "1.35.1", "maxAgentPools": 100,
	"fqdn": "c.hcp.westus3.azmk8s.io", "azurePortalFQDN": "c.portal.hcp.westus3.azmk8s.io", "supportPlan": "KubernetesOfficial", "enableRBAC": true,
	"dnsPrefix": "c", "nodeResourceGroup": "MC_rg_c_westus3", "disableLocalAccounts": true,
	"aadProfile": {"managed": true, "enableAzureRBAC": false, "tenantID": "tenant", "adminGroupObjectIDs": ["admins"]},
	"identityProfile": {"kubeletidentity": {"clientId": "x", "objectId": "kubelet", "resourceId": "/subscriptions/s/resourcegroups/mc_rg_c_westus3/providers/Microsoft.ManagedIdentity/userAssignedIdentities/c-agentpool"}},
	"servicePrincipalProfile": {"clientId": "msi"}, "windowsProfile": {"adminUsername": "azureuser", "enableCSIProxy": true},
	"networkProfile": {"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "azure", "networkPolicy": "none", "ipFamilies": ["IPv4"],
		"podCidr": "10.244.0.0/16", "podCidrs": ["10.244.0.0/16"], "serviceCidr": "10.0.0.0/16", "serviceCidrs": ["10.0.0.0/16"], "dnsServiceIP": "10.0.0.10",
		"loadBalancerSku": "standard", "outboundType": "loadBalancer", "loadBalancerProfile": {"backendPoolType": "nodeIPConfiguration", "managedOutboundIPs": {"count": 1}, "effectiveOutboundIPs": [{"id": "/outbound"}]}},
	"oidcIssuerProfile": {"enabled": true, "issuerURL": "https://issuer/"}, "securityProfile": {"workloadIdentity": {"enabled": true}}, "workloadAutoScalerProfile": {},
	"addonProfiles": {"azurepolicy": {"enabled": false, "config": null}}, "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"}, "metricsProfile": {"costAnalysis": {"enabled": false}},
	"bootstrapProfile": {"artifactSource": "Direct"}, "storageProfile": {"diskCSIDriver": {"enabled": true}},
	"agentPoolProfiles": [{"name": "system", "count": 2, "vmSize": "Standard_D2s_v5", "osType": "Linux", "mode": "System", "enableFIPS": false, "enableNodePublicIP": false,
		"maxPods": 250, "osDiskSizeGB": 128, "osSKU": "Ubuntu", "type": "VirtualMachineScaleSets", "orchestratorVersion": "1.35", "provisioningState": "Succeeded",
		"securityProfile": {"enableSecureBoot": false}, "upgradeSettings": {"maxSurge": "10%"}, "networkProfile": {}}]}}`

var askedCluster = map[string]any{
	"resourceGroupName": "rg", "resourceName": "c", "location": "westus3", "dnsPrefix": "c", "identity": map[string]any{"type": "SystemAssigned"},
	"disableLocalAccounts": true, "aadProfile": map[string]any{"managed": true, "adminGroupObjectIDs": []any{"admins"}},
	"oidcIssuerProfile": map[string]any{"enabled": true}, "securityProfile": map[string]any{"workloadIdentity": map[string]any{"enabled": true}},
	"agentPoolProfiles": []any{map[string]any{"name": "system", "count": 2, "vmSize": "Standard_D2s_v5", "osType": "Linux", "mode": "System"}},
}

// emptyCluster are the responses for a cluster without attached objects.
var emptyCluster = replies{
	clusterID + "/providers/Microsoft.KubernetesConfiguration/extensions": emptyList,
	clusterID + "/trustedAccessRoleBindings":                              emptyList,
	clusterID + rolesOf:                                                   `{"value": [{"properties": {"scope": "/subscriptions/s", "principalId": "reader"}}]}`,
	nodesID + rolesOf: `{"value": [{"properties": {"scope": "` + nodesID + `", "principalId": "own"}},
		{"properties": {"scope": "` + nodesID + `/providers/x/y", "principalId": "KUBELET"}}]}`,
}

// with returns a document with an additional property.
func with(t *testing.T, document, path string, value any) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(document), &all); err != nil {
		t.Fatal(err)
	}
	at := all["properties"].(map[string]any)
	names := strings.Split(path, ".")
	if names[0] == "pool" {
		at, names = at["agentPoolProfiles"].([]any)[0].(map[string]any), names[1:]
	}
	for _, name := range names[:len(names)-1] {
		below, is := at[name].(map[string]any)
		if !is {
			below = map[string]any{}
			at[name] = below
		}
		at = below
	}
	at[names[len(names)-1]] = value
	content, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestForeignCluster: the cluster in AKS's response causes no doubts; each additional property,
// binding or role causes one.
func TestForeignCluster(t *testing.T) {
	t.Parallel()
	binding := func(on, scope string) replies {
		return replies{on + rolesOf: `{"value": [{"properties": {"scope": "` + scope + `", "principalId": "other"}}]}`}
	}
	for name, c := range map[string]struct {
		path  string
		value any
		more  replies
		says  string
	}{
		"as created":              {},
		"a role on a namespace":   {more: binding(clusterID, clusterID+"/namespaces/argocd"), says: "other on " + clusterID + "/namespaces/argocd"},
		"a role in other letters": {more: binding(clusterID, strings.ToLower(clusterID)), says: "other on"},
		"a role on the nodes":     {more: binding(nodesID, nodesID), says: "other on " + nodesID},
		"trusted access":          {more: replies{clusterID + "/trustedAccessRoleBindings": `{"value": [{"id": "/x/ml"}]}`}, says: `binding "ml"`},
		"an extension":            {more: replies{clusterID + "/providers/Microsoft.KubernetesConfiguration/extensions": `{"value": [{"id": "/x/flux"}]}`}, says: `extension "flux"`},
		"nodeResourceGroup":       {path: "nodeResourceGroup", value: "mine", more: replies{"/subscriptions/s/resourceGroups/mine" + rolesOf: emptyList}},
		"aadProfile.tenantID":     {path: "aadProfile.tenantID", value: "elsewhere"},
		"a lock": {more: replies{clusterID + "/providers/Microsoft.Authorization/locks": `{"value": [{"id": "/subscriptions/s/providers/Microsoft.Authorization/locks/above"},
			{"id": "` + strings.ToUpper(clusterID) + `/providers/microsoft.authorization/locks/here"}]}`}, says: `it has the lock "here"`},
		"a lock above": {more: replies{clusterID + "/providers/Microsoft.Authorization/locks": `{"value": [{"id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Authorization/locks/above"}]}`}},
		"a policy assignment on the nodes": {more: replies{"/subscriptions/s/resourceGroups/MC_rg_c_westus3/providers/Microsoft.Authorization/policyAssignments": `{"value": [
			{"id": "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/policyAssignments/above"},
			{"id": "/subscriptions/s/resourceGroups/MC_rg_c_westus3/providers/Microsoft.Authorization/policyAssignments/here"}]}`}, says: `it has the policy assignment "here"`},
		"aadProfile.enableAzureRBAC":                     {path: "aadProfile.enableAzureRBAC", value: true},
		"aadProfile.serverAppID":                         {path: "aadProfile.serverAppID", value: "x"},
		"enableRBAC":                                     {path: "enableRBAC", value: false},
		"securityProfile.defender":                       {path: "securityProfile.defender.logAnalyticsWorkspaceResourceId", value: "/x"},
		"securityProfile.azureKeyVaultKms":               {path: "securityProfile.azureKeyVaultKms.enabled", value: true},
		"securityProfile.customCATrustCertificates":      {path: "securityProfile.customCATrustCertificates", value: []any{"x"}},
		"identityProfile.kubeletidentity":                {path: "identityProfile.kubeletidentity.resourceId", value: "/subscriptions/s/resourceGroups/mine/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x"},
		"identityProfile.other":                          {path: "identityProfile.other.resourceId", value: "/x"},
		"podIdentityProfile":                             {path: "podIdentityProfile.enabled", value: true},
		"ingressProfile":                                 {path: "ingressProfile.webAppRouting.enabled", value: true},
		"serviceMeshProfile":                             {path: "serviceMeshProfile.mode", value: "Istio"},
		"windowsProfile.adminUsername":                   {path: "windowsProfile.adminUsername", value: "mallory"},
		"windowsProfile.gmsaProfile":                     {path: "windowsProfile.gmsaProfile.enabled", value: true},
		"linuxProfile":                                   {path: "linuxProfile.adminUsername", value: "mallory"},
		"networkProfile.outboundType":                    {path: "networkProfile.outboundType", value: "userDefinedRouting"},
		"networkProfile.podCidr":                         {path: "networkProfile.podCidr", value: "10.0.0.0/8"},
		"networkProfile.loadBalancerProfile.outboundIPs": {path: "networkProfile.loadBalancerProfile.outboundIPs.publicIPs", value: []any{map[string]any{"id": "/x"}}},
		"azureMonitorProfile":                            {path: "azureMonitorProfile.metrics.enabled", value: true},
		"workloadAutoScalerProfile":                      {path: "workloadAutoScalerProfile.keda.enabled", value: true},
		"upgradeSettings":                                {path: "upgradeSettings.overrideSettings.forceUpgrade", value: true},
		"apiServerAccessProfile":                         {path: "apiServerAccessProfile.subnetId", value: "/x"},
		"httpProxyConfig":                                {path: "httpProxyConfig.httpsProxy", value: "https://elsewhere.example"},
		"an unknown property":                            {path: "futureProfile.enabled", value: true, says: "futureProfile.enabled"},
		"pool: hostGroupID":                              {path: "pool.hostGroupID", value: "/x", says: `node pool "system": hostGroupID`},
		"pool: creationData":                             {path: "pool.creationData.sourceResourceId", value: "/x", says: `node pool "system": creationData`},
		"pool: enableNodePublicIP":                       {path: "pool.enableNodePublicIP", value: true, says: `node pool "system": enableNodePublicIP`},
		"pool: nodePublicIPPrefixID":                     {path: "pool.nodePublicIPPrefixID", value: "/x", says: `node pool "system": nodePublicIPPrefixID`},
		"pool: allowedHostPorts":                         {path: "pool.networkProfile.allowedHostPorts", value: []any{map[string]any{"portStart": 1}}, says: `node pool "system": networkProfile.allowedHostPorts`},
		"pool: vnetSubnetID":                             {path: "pool.vnetSubnetID", value: "/x", says: `node pool "system": vnetSubnetID`},
		"pool: kubeletConfig":                            {path: "pool.kubeletConfig.allowedUnsafeSysctls", value: []any{"x"}, says: `node pool "system": kubeletConfig`},
		"pool: nodeLabels":                               {path: "pool.nodeLabels.team", value: "x", says: `node pool "system": nodeLabels`},
		"pool: tags":                                     {path: "pool.tags.team", value: "x", says: `node pool "system": tag "team"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := maps.Clone(emptyCluster)
			maps.Copy(r, c.more)
			r[clusterID] = answeredCluster
			if c.path != "" {
				r[clusterID] = with(t, answeredCluster, c.path, c.value)
				if c.says == "" {
					c.says = name
				}
			}
			client := connected(t, At("", "tenant"), token("t"), r)
			found, err := Find(t.Context(), client, "s", Wanted{Type: typeOfAKS, Inputs: askedCluster, Tenant: "tenant"})
			if err != nil || len(found) != 1 {
				t.Fatalf("%v, %v", found, err)
			}
			if got := strings.Join(found[0].InUse, "\n"); (c.says == "") != (got == "") || !strings.Contains(got, c.says) {
				t.Errorf("%q, want %q", got, c.says)
			}
		})
	}
}

// TestForeignProtectedSettings: protected settings are compared by name.
func TestForeignProtectedSettings(t *testing.T) {
	t.Parallel()
	const id = clusterID + "/providers/Microsoft.KubernetesConfiguration/extensions/argocd"
	for name, c := range map[string]struct {
		asked    any
		answered string
		says     string
	}{
		"none":            {nil, `null`, ""},
		"not asked for":   {nil, `{"a": null}`, "protected setting a is not in the stack"},
		"the stack's":     {map[string]any{"a": "[secret]"}, `{"a": ""}`, ""},
		"one more":        {map[string]any{"a": "[secret]"}, `{"a": "", "b": ""}`, "protected setting b is not in the stack"},
		"hidden, none":    {"[secret]", `{}`, ""},
		"hidden":          {"[secret]", `{"a": null, "b": null}`, "the preview hides the names of the stack's protected settings; those in Azure are a, b"},
		"hidden in a map": {map[string]any{secretKey: "x", "ciphertext": "y"}, `{"a": null}`, "the preview hides the names"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := map[string]any{
				"resourceGroupName": "rg", "clusterRp": "Microsoft.ContainerService", "clusterResourceName": "managedClusters", "clusterName": "c", "extensionName": "argocd",
				"configurationSettings": map[string]any{}, "extensionType": "Microsoft.ArgoCD",
			}
			if c.asked != nil {
				inputs["configurationProtectedSettings"] = c.asked
			}
			found, err := find(t, replies{id: `{"id": "` + id + `", "properties": {"extensionType": "microsoft.argocd", "configurationProtectedSettings": ` + c.answered + `}}`}, typeExtension, inputs)
			if err != nil || len(found) != 1 {
				t.Fatalf("%v, %v", found, err)
			}
			if got := strings.Join(found[0].InUse, "\n"); (c.says == "") != (got == "") || !strings.Contains(got, c.says) {
				t.Errorf("%q, want %q", got, c.says)
			}
		})
	}
}
