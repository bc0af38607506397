package chart

import (
	"errors"
	"path"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart/extra"
)

const (
	tokenVolume = "entra-token"
	tokenFolder = "/var/run/secrets/entra"
	tokenFile   = "token"
)

// clusterLogin adds a token of the application controller's service account to its pods, with
// the audience of Entra's token exchange, and an environment variable with the token's path.
// Argo CD's argocd-k8s-auth inherits the variable and exchanges the token.
//
// The webhook of workload identity would do the same for pods with the label
// azure.workload.identity/use: "true". But helm --set turns that text into a boolean, which
// the chart prints without quotes, and Kubernetes rejects the label. The values here are
// strings in every format. The webhook keeps variables that the container already has
// (addEnvironmentVariables in https://github.com/Azure/azure-workload-identity,
// pkg/webhook/webhook.go).
func clusterLogin() map[string][]listElement {
	const token = "projected.sources[0].serviceAccountToken"
	return map[string][]listElement{
		"controller.env":          {{"name": "AZURE_FEDERATED_TOKEN_FILE", "value": tokenFolder + "/" + tokenFile}},
		"controller.volumes":      {{"name": tokenVolume, token + ".audience": azure.TokenExchangeAudience, token + ".path": tokenFile}},
		"controller.volumeMounts": {{"name": tokenVolume, "mountPath": tokenFolder}},
	}
}

// checkTokenVolume rejects an extra setting that would replace the token's volume or mount.
func checkTokenVolume(s extra.Setting) error {
	switch {
	case s.Matches("controller volumes * name") && s.Value == tokenVolume:
		return errors.New("is the name of the volume for Argo CD's sign-in to clusters; use another name")
	case s.Matches("controller volumeMounts * mountPath") && hidesToken(s.Value):
		return errors.New("hides the folder of the token for Argo CD's sign-in to clusters; use another folder")
	}
	return nil
}

// hidesToken reports whether a mount hides the token's folder or is in it. /var/run is a link
// to /run.
func hidesToken(mount string) bool {
	folder := strings.TrimPrefix(tokenFolder, "/var")
	cleaned := strings.TrimPrefix(path.Clean("/"+mount), "/var")
	return strings.HasPrefix(folder+"/", cleaned+"/") || strings.HasPrefix(cleaned, folder+"/")
}
