// Command argocd is Argo CD's own CLI, built from the pinned module.
package main

import (
	"os"

	"github.com/argoproj/argo-cd/v3/cmd/argocd/commands"
)

func main() {
	if commands.NewCommand().Execute() != nil {
		os.Exit(1)
	}
}
