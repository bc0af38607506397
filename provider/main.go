// The components of package infra as a Pulumi package, for programs in other
// languages than Go. See README.md.
package main

import (
	"context"
	"fmt"
	"os"

	"argocd-on-aks/provider/components"
)

func main() {
	provider, err := components.Provider()
	if err == nil {
		err = provider.Run(context.Background(), components.Name, components.Version)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", components.Name, err)
		os.Exit(1)
	}
}
