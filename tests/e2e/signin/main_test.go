// Package signin tests sign-in and permissions in Argo CD. Each test deploys a stack on the
// simulated Azure, starts the real Argo CD with the deployed settings and signs in users, pipelines
// or API accounts.
package signin

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }
