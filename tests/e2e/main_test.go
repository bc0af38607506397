package e2e

import (
	"os"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestMain(m *testing.M) { os.Exit(engine.AwayFromHome(m)) }
