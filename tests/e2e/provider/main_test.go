// Package provider tests the components as a Pulumi package. Each test deploys a program in
// another language, or compares the pages of the package in the Pulumi Registry with what
// the package does.
package provider

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.AwayFromHome(m)) }
