// The components as a Pulumi package, for programs in other languages than Go. See
// README.md.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"

	"github.com/OWNER/argocd-on-aks/provider/components"
)

// schema is written by `go test ./components -update`.
//
//go:embed schema.json
var schema string

func main() {
	provider, err := components.Provider(schema)
	if err == nil {
		err = provider.Run(context.Background(), components.Name, components.Version)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", components.Name, err)
		os.Exit(1)
	}
}
