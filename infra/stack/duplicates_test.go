package stack

import (
	"os"
	"testing"
)

// TestDuplicateKeys: a key with and without the project's name is a duplicate.
func TestDuplicateKeys(t *testing.T) {
	t.Chdir(t.TempDir())
	const file = "config:\n  region: westus3\n  protect: true\n  argocd-on-aks:domain: localhost:9000\n  argocd-on-aks:protect: false\n"
	if err := os.WriteFile("Pulumi.dev.yaml", []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, nil, `argocd-on-aks:protect duplicate "protect" in Pulumi.dev.yaml`)
}
