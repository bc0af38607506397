// Package lifecycle tests the life of a stack: create, change, refresh, import, upgrade and
// destroy. Each test runs the shipped program on the real Pulumi engine and the simulated
// Azure, counts the operations and reads the objects that Azure has afterwards.
package lifecycle

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }
