// Package commands tests the commands that users run: verify, recover, the demo and the
// commands in the documents. Each test runs them on a stack in the simulated Azure.
package commands

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }
