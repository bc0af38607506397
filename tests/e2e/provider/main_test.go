// Package provider tests the components as a Pulumi package. The tests deploy programs in
// other languages and check the pages for the Pulumi Registry.
package provider

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }
