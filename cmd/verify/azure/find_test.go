package azure

import (
	"testing"
)

// TestDeleteCommands: each valid name is one argument.
func TestDeleteCommands(t *testing.T) {
	for group, want := range map[string]string{
		"argocd-dev": "az aks nodepool delete --resource-group argocd-dev --cluster-name shop --name user",
		"rg(prod)":   "az aks nodepool delete --resource-group 'rg(prod)' --cluster-name shop --name user",
		"-rg":        "az aks nodepool delete --resource-group=-rg --cluster-name shop --name user",
		"$(id)":      "az aks nodepool delete --resource-group '$(id)' --cluster-name shop --name user",
	} {
		w := Wanted{Inputs: map[string]any{"resourceGroupName": group, "resourceName": "shop", "agentPoolName": "user"}}
		got, err := command(inAzure["azure-native:containerservice/v20250101:AgentPool"].delete, w)
		if err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", group, got, err, want)
		}
	}
	if _, err := command("az group delete --name {resourceGroupName}", Wanted{}); err == nil {
		t.Error("accepts an unknown name")
	}
	c := &Client{graph: service{endpoint: "https://graph.microsoft.com"}}
	if got, want := c.deletes("x/$(id)"), "az rest --method delete --url 'https://graph.microsoft.com/v1.0/x/$(id)'"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
