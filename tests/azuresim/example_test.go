package azuresim_test

import (
	"errors"
	"fmt"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// A cluster with workload identity, but without the OpenID Connect issuer that it requires.
func ExampleAzure_Create() {
	azure := azuresim.New()
	_, _, err := azure.Create(azuresim.ResourceGroup, map[string]any{"resourceGroupName": "prod", "location": "westeurope"})
	fmt.Println("resource group:", err)

	_, _, err = azure.Create(azuresim.Cluster, map[string]any{
		"resourceName": "prod", "resourceGroupName": "prod", "location": "westeurope", "dnsPrefix": "prod",
		"identity":        map[string]any{"type": "SystemAssigned"},
		"securityProfile": map[string]any{"workloadIdentity": map[string]any{"enabled": true}},
	})
	var refusal *azuresim.Error
	if errors.As(err, &refusal) {
		fmt.Printf("cluster: %s: %s\n", refusal.Code, refusal.Message)
	}
	// Output:
	// resource group: <nil>
	// cluster: InvalidParameter: The OIDC issuer feature must be enabled to use workload identity.
}
