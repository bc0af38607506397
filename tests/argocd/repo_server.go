package argocd

import (
	"context"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"argocd-on-aks/tests/azuresim"
)

// RegistryToken signs a service account in to Entra for a container registry,
// as repo-server does: with the Azure SDK, from what the extension's settings
// put into the pod's environment.
func RegistryToken(ctx context.Context, azure *azuresim.Azure, internet *azuresim.Internet, dir, serviceAccount string) (string, error) {
	extension, err := azure.Extension()
	if err != nil {
		return "", err
	}
	file, err := projectToken(azure, extension, dir, serviceAccount)
	if err != nil {
		return "", err
	}
	credential, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions:            azcore.ClientOptions{Transport: &http.Client{Transport: internet.Transport()}, Retry: policy.RetryOptions{MaxRetries: -1}},
		ClientID:                 fmt.Sprint(child(child(extension.Values, "azure"), "workloadIdentity")["clientId"]),
		TenantID:                 azure.TenantID,
		TokenFilePath:            file,
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		return "", err
	}
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{tokenResource(extension) + "/.default"}})
	return token.Token, err
}

// tokenResource is what repo-server asks a token for; without the setting,
// Azure's management API.
func tokenResource(extension azuresim.Extension) string {
	env, _ := child(extension.Values, "repoServer")["env"].([]any)
	for _, entry := range env {
		if variable, _ := entry.(map[string]any); variable["name"] == "AZURE_ARM_TOKEN_RESOURCE" {
			return fmt.Sprint(variable["value"])
		}
	}
	return "https://management.core.windows.net"
}
