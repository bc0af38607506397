package chart

import "fmt"

// repoServerLogin has repo-server sign in as an application of its own, after the
// variables that ExtraSettings gives it; with ContainerRegistry, for tokens that Azure
// container registries take (util/helm/creds.go of Argo CD 3.2). For Azure DevOps
// it needs no word (util/git/creds.go).
// https://argo-cd.readthedocs.io/en/stable/user-guide/private-repositories/#azure-container-registryazure-repos-using-azure-workload-identity
//
// Its pods are told their client ID here too. Workload identity takes it from the
// service account when a pod is created, and leaves alone what the pod has
// (addEnvironmentVariables in https://github.com/Azure/azure-workload-identity,
// pkg/webhook/webhook.go): without this, pods that run would go on as who they
// were when it changes.
func (s Settings) repoServerLogin(clientID string) map[string]string {
	next := s.next(keyRepoServerEnv)
	var variables [][2]string
	if s.ContainerRegistry {
		variables = append(variables, [2]string{"AZURE_ARM_TOKEN_RESOURCE", "https://containerregistry.azure.net"})
	}
	variables = append(variables, [2]string{"AZURE_CLIENT_ID", clientID})
	settings := map[string]string{}
	for i, variable := range variables {
		entry := fmt.Sprintf("%s[%d]", keyRepoServerEnv, next+i)
		settings[entry+".name"], settings[entry+".value"] = variable[0], variable[1]
	}
	return settings
}
