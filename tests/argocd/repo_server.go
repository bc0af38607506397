package argocd

import (
	"context"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Pod is a pod of Argo CD that authenticates to Entra with its service account token.
type Pod struct {
	Azure     *azuresim.Azure
	Internet  *azuresim.Internet
	Extension azuresim.Extension
	// Dir is the folder of the projected token.
	Dir string
	// ServiceAccount is the service account, such as argocd-repo-server.
	ServiceAccount string
}

// RegistryToken returns repo-server's token for a container registry, obtained with the
// pod's environment, which the extension's settings define.
func (p Pod) RegistryToken(ctx context.Context) (string, error) {
	environment := repoServerEnvironment(p.Extension)
	return p.Token(ctx, environment["AZURE_CLIENT_ID"], environment["AZURE_ARM_TOKEN_RESOURCE"])
}

// DevOpsToken returns repo-server's token for Azure DevOps.
func (p Pod) DevOpsToken(ctx context.Context) (string, error) {
	return p.Token(ctx, repoServerEnvironment(p.Extension)["AZURE_CLIENT_ID"], "499b84ac-1321-427f-aa17-267ca6975798")
}

// Environment returns the identity variables of repo-server's pod, including those of the
// workload identity webhook.
// https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html
func (p Pod) Environment() ([]string, error) {
	minted, err := p.Azure.MintToken(p.Extension.Issuer, p.Extension.Namespace, p.ServiceAccount)
	if err != nil {
		return nil, err
	}
	file, err := writeToken(p.Dir, minted)
	if err != nil {
		return nil, err
	}
	environment := []string{"AZURE_TENANT_ID=" + p.Azure.TenantID, "AZURE_FEDERATED_TOKEN_FILE=" + file, "AZURE_AUTHORITY_HOST=https://login.microsoftonline.com/"}
	for name, value := range repoServerEnvironment(p.Extension) {
		environment = append(environment, name+"="+value)
	}
	return environment, nil
}

// Token returns an application's token for a resource, obtained with the Azure SDK.
func (p Pod) Token(ctx context.Context, clientID, resource string) (string, error) {
	minted, err := p.Azure.MintToken(p.Extension.Issuer, p.Extension.Namespace, p.ServiceAccount)
	if err != nil {
		return "", err
	}
	file, err := writeToken(p.Dir, minted)
	if err != nil {
		return "", err
	}
	credential, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions:            azcore.ClientOptions{Transport: &http.Client{Transport: p.Internet.Transport()}, Retry: policy.RetryOptions{MaxRetries: -1}},
		ClientID:                 clientID,
		TenantID:                 p.Azure.TenantID,
		TokenFilePath:            file,
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		return "", err
	}
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{resource + "/.default"}})
	return token.Token, err
}

// repoServerEnvironment returns the chart's variables for repo-server's pod, over those of
// workload identity and Argo CD's default audience, Azure's management API.
func repoServerEnvironment(extension azuresim.Extension) map[string]string {
	environment := map[string]string{
		"AZURE_CLIENT_ID":          fmt.Sprint(child(child(extension.Values, "azure"), "workloadIdentity")["clientId"]),
		"AZURE_ARM_TOKEN_RESOURCE": "https://management.core.windows.net",
	}
	set, _ := child(extension.Values, "repoServer")["env"].([]any)
	for _, entry := range set {
		if variable, is := entry.(map[string]any); is {
			environment[fmt.Sprint(variable["name"])] = fmt.Sprint(variable["value"])
		}
	}
	return environment
}
