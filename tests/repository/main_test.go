// Package repository tests the repository itself: documents, Makefile, workflows, dependencies,
// the template and the modules as they are published.
package repository

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }
