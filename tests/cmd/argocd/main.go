// Command argocd is Argo CD's own CLI, built from the pinned module.
//
//go:debug x509usefallbackroots=1
package main

import (
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/v3/cmd/argocd/commands"

	"argocd-on-aks/tests/cmd/internal/roots"
)

func main() {
	if err := roots.FromEnvironment(); err != nil {
		fmt.Fprintln(os.Stderr, "argocd:", err)
		os.Exit(1)
	}
	if commands.NewCommand().Execute() != nil {
		os.Exit(1)
	}
}
