// Package azcli provides a fake Azure CLI: az aks command invoke without AKS, and access
// tokens of the signed-in identity.
package azcli

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

var (
	//go:embed aks.sh
	aks []byte
	//go:embed account.sh
	account []byte
)

// Install writes the command to a folder, and returns an environment with it on PATH and
// one cluster.
func Install(dir, resourceGroup, cluster string) ([]string, error) {
	if err := os.WriteFile(filepath.Join(dir, "az"), aks, 0o755); err != nil {
		return nil, fmt.Errorf("az: %w", err)
	}
	return []string{first(dir), "AKS_CLUSTER=" + resourceGroup + "/" + cluster}, nil
}

// SignIn writes the command to a folder, signed in as the deploying identity with these
// read permissions (Azure.SignInDeployer), and returns an environment with it on PATH.
func SignIn(azure *azuresim.Azure, dir string, rights ...string) ([]string, error) {
	files, caller := map[string]string{"az": string(account)}, azure.SignInDeployer(rights...)
	for name, resource := range map[string]string{"graph": "https://graph.microsoft.com", "manager": "https://management.azure.com"} {
		token, err := azure.CallerToken(caller, resource)
		if err != nil {
			return nil, fmt.Errorf("az: %w", err)
		}
		files[name] = token
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o755); err != nil {
			return nil, fmt.Errorf("az: %w", err)
		}
	}
	return []string{first(dir), "TENANT=" + azure.TenantID, "SUBSCRIPTION=" + azure.SubscriptionID}, nil
}

// first returns PATH with a folder in front.
func first(dir string) string {
	return "PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")
}
