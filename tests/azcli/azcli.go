// Package azcli stands in for as much of the Azure CLI as the outputs' commands need
// and no test can have: az aks command invoke, without AKS.
package azcli

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed az.sh
var script []byte

// Install writes the command to a folder, and returns the environment in which it is
// found there first and knows one cluster.
func Install(dir, resourceGroup, cluster string) ([]string, error) {
	if err := os.WriteFile(filepath.Join(dir, "az"), script, 0o755); err != nil {
		return nil, fmt.Errorf("az: %w", err)
	}
	return []string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH"), "AKS_CLUSTER=" + resourceGroup + "/" + cluster}, nil
}
