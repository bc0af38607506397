package chart

import (
	"fmt"

	"argocd-on-aks/infra/azure"
)

const (
	tokenVolume = "entra-token"
	tokenFolder = "/var/run/secrets/entra"
	tokenFile   = "token"
)

// clusterLogin projects a token of the application controller's service account that
// Entra takes into its pods, and says in their environment where it is. Argo CD's
// argocd-k8s-auth inherits that, and exchanges the token.
//
// The webhook of workload identity would do the same for pods with the label
// azure.workload.identity/use: "true". But of that text `helm --set` makes a boolean,
// which the chart prints without quotes, and Kubernetes takes no such label. What is
// here is text for every reader. Where the webhook comes as well, it leaves a variable
// alone that the container has (addEnvironmentVariables in
// https://github.com/Azure/azure-workload-identity, pkg/webhook/webhook.go).
func (s Settings) clusterLogin() map[string]string {
	variable := fmt.Sprintf("%s[%d]", keyControllerEnv, s.next(keyControllerEnv))
	volume := fmt.Sprintf("%s[%d]", keyControllerVolume, s.next(keyControllerVolume))
	mount := fmt.Sprintf("%s[%d]", keyControllerMount, s.next(keyControllerMount))
	token := volume + ".projected.sources[0].serviceAccountToken"
	return map[string]string{
		volume + ".name":     tokenVolume,
		token + ".audience":  azure.TokenExchangeAudience,
		token + ".path":      tokenFile,
		mount + ".name":      tokenVolume,
		mount + ".mountPath": tokenFolder,
		variable + ".name":   "AZURE_FEDERATED_TOKEN_FILE",
		variable + ".value":  tokenFolder + "/" + tokenFile,
	}
}
