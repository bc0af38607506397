// Command argocd is Argo CD's own CLI, built from the pinned module. Under the name
// argocd-k8s-auth, it is the command that signs Argo CD in to other clusters, as in Argo
// CD's image.
//
//go:debug x509usefallbackroots=1
package main

import (
	"fmt"
	"os"
	"path/filepath"

	k8sauth "github.com/argoproj/argo-cd/v3/cmd/argocd-k8s-auth/commands"
	"github.com/argoproj/argo-cd/v3/cmd/argocd/commands"

	"github.com/OWNER/argocd-on-aks/tests/cmd/internal/roots"
)

func main() {
	if err := roots.FromEnvironment(); err != nil {
		fmt.Fprintln(os.Stderr, "argocd:", err)
		os.Exit(1)
	}
	command := commands.NewCommand()
	if filepath.Base(os.Args[0]) == "argocd-k8s-auth" {
		command = k8sauth.NewCommand()
	}
	if command.Execute() != nil {
		os.Exit(1)
	}
}
