package engine

import (
	"log"
	"os"
)

// AwayFromHome runs tests with a Pulumi home of their own: the automation API
// also runs the pulumi command where it only asks for its version, and that logs
// to the user's.
func AwayFromHome(tests interface{ Run() int }) int {
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
