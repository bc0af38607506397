package acceptance_test

import (
	"log"
	"os"
	"testing"
)

// TestMain keeps the pulumi command out of the user's own Pulumi home, unless the
// suite runs on a real Azure: the provider plugins are there.
func TestMain(m *testing.M) {
	if os.Getenv("ACCEPTANCE") == "1" {
		os.Exit(m.Run())
	}
	home, err := os.MkdirTemp("", "argocd-on-aks-acceptance-")
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
