// Command argocd-components combines Argo CD's own API server, repo-server and application
// controller, selected by name: argocd-components argocd-server --port 9000.
//
//go:debug x509usefallbackroots=1
package main

import (
	"fmt"
	"os"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	server "github.com/argoproj/argo-cd/v3/cmd/argocd-server/commands"
	"github.com/argoproj/argo-cd/v3/ui"
	"github.com/spf13/cobra"

	"github.com/OWNER/argocd-on-aks/tests/cmd/internal/page"
	"github.com/OWNER/argocd-on-aks/tests/cmd/internal/roots"
)

func main() {
	if err := roots.FromEnvironment(); err != nil {
		fmt.Fprintln(os.Stderr, "argocd-components:", err)
		os.Exit(1)
	}
	ui.Embedded = page.Files
	components := &cobra.Command{Use: "argocd-components"}
	components.AddCommand(server.NewCommand(), reposerver.NewCommand(), controller.NewCommand())
	if components.Execute() != nil {
		os.Exit(1)
	}
}
