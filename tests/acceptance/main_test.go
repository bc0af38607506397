package acceptance_test

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestMain uses a temporary Pulumi home, except on a real Azure, whose provider plugins are
// in the user's home.
func TestMain(m *testing.M) {
	if os.Getenv("ACCEPTANCE") == "1" {
		os.Exit(m.Run())
	}
	os.Exit(engine.RunWithTempHome(m))
}
