// Package identities tests the identities of Argo CD's own pods: which Entra application each
// pod gets a token for, and what that token gives access to. Each test presents service
// account tokens of the simulated cluster to the simulated Entra.
package identities

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }
