package acceptance_test

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestMain leaves the user's Pulumi home alone, unless the suite runs on a real
// Azure: the provider plugins are there.
func TestMain(m *testing.M) {
	if os.Getenv("ACCEPTANCE") == "1" {
		os.Exit(m.Run())
	}
	os.Exit(engine.RunWithTempHome(m))
}
