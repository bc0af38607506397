// Package identities tests the identities of Argo CD's pods: the Entra application for which each
// pod gets a token, and the access that the token grants. Each test presents service account tokens
// of the simulated cluster to the simulated Entra.
package identities

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }
