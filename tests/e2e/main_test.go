package e2e

import (
	"log"
	"os"
	"testing"
)

// TestMain keeps the pulumi command out of the user's own Pulumi home, also
// where the automation API only asks for its version.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "argocd-on-aks-test-")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.Setenv("PULUMI_HOME", home); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	if err := os.RemoveAll(home); err != nil {
		log.Print(err)
	}
	os.Exit(code)
}
