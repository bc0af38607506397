package azuresim_test

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestKubernetesAPI checks which tokens a cluster's API accepts.
func TestKubernetesAPI(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	create(t, in.Azure, azuresim.ResourceGroup, properties{"resourceGroupName": "prod", "location": "westeurope"})
	uri := "api://" + in.TenantID + "/argocd"
	if err := in.Update(azuresim.Application, in.application, application(with("identifierUris", []any{uri}))); err != nil {
		t.Fatal(err)
	}
	workload := in.AddWorkload("argocd", "https://ci.example", "main")
	in.principal = workload.ObjectID
	const audience = "6dae42f8-4368-4678-94ff-3960e28e3630"
	cluster := func(name string, aad any) string {
		inputs := properties{
			"resourceName": name, "resourceGroupName": "prod", "location": "westeurope", "dnsPrefix": name, "identity": properties{"type": "SystemAssigned"},
			"agentPoolProfiles": []any{properties{"name": "default", "count": 1, "mode": "System"}},
		}
		if aad != nil {
			inputs["aadProfile"] = aad
		}
		id, _ := create(t, in.Azure, azuresim.Cluster, inputs)
		return id
	}
	role := func(scope string) {
		create(t, in.Azure, azuresim.RoleAssignment, registryRole(in)(all(with("scope", scope),
			with("roleDefinitionId", "/subscriptions/"+in.SubscriptionID+"/providers/Microsoft.Authorization/roleDefinitions/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"))))
	}
	open, bare, closed := cluster("open", properties{"managed": true, "enableAzureRBAC": true}), cluster("bare", nil), cluster("closed", properties{"managed": true})
	for _, scope := range []string{open, bare, closed} {
		role(scope)
	}
	other := cluster("other", properties{"managed": true, "enableAzureRBAC": true})
	token, denied := tokenOf(t, in.Azure, workload, audience+"/.default")
	another, alsoDenied := tokenOf(t, in.Azure, workload, uri+"/.default") // of version 1 too
	if denied+alsoDenied != "" {
		t.Fatal(denied, alsoDenied)
	}
	for name, c := range map[string]struct{ token, cluster, code string }{
		"with the role":         {token, open, ""},
		"role on another":       {token, other, "Forbidden"},
		"without Azure's roles": {token, closed, "Forbidden"},
		"without Entra":         {token, bare, "Unauthorized"},
		"another audience":      {another, open, "Unauthorized"},
		"no token":              {"", open, "Unauthorized"},
		"an unknown cluster":    {token, open + "x", "ResourceNotFound"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, in.Kubernetes(c.token, c.cluster), c.code, "") })
	}
}
