package engine

import (
	"log"
	"os"
)

// RunWithTempHome runs tests with a temporary Pulumi home. Even `pulumi version`, which the
// automation API runs, writes logs to the Pulumi home.
func RunWithTempHome(tests interface{ Run() int }) int {
	home, err := os.MkdirTemp("", "argocd-on-aks-test-")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.Setenv("PULUMI_HOME", home); err != nil {
		log.Fatal(err)
	}
	code := tests.Run()
	if err := os.RemoveAll(home); err != nil {
		log.Print(err)
	}
	return code
}
