package chart

// repoServerSignsIn reports whether repo-server signs in to Azure.
func (s Settings) repoServerSignsIn() bool { return s.ContainerRegistry || s.AzureDevOps }

// repoServerEnv returns the environment variables for repo-server's sign-in; with
// ContainerRegistry, they select tokens for Azure container registries (util/helm/creds.go of
// Argo CD 3.2). Azure DevOps needs no variable (util/git/creds.go).
// https://argo-cd.readthedocs.io/en/stable/user-guide/private-repositories/#azure-container-registryazure-repos-using-azure-workload-identity
//
// They include the client ID. By default, workload identity sets it from the service account
// when a pod is created (addEnvironmentVariables in
// https://github.com/Azure/azure-workload-identity, pkg/webhook/webhook.go). Running pods
// would keep the old identity after a change; a changed variable restarts them.
func (s Settings) repoServerEnv(clientID string) []listElement {
	var env []listElement
	if s.ContainerRegistry {
		env = append(env, listElement{"name": "AZURE_ARM_TOKEN_RESOURCE", "value": "https://containerregistry.azure.net"})
	}
	return append(env, listElement{"name": "AZURE_CLIENT_ID", "value": clientID})
}
