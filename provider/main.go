// The components of package infra as a Pulumi package, for programs in other
// languages than Go. See README.md.
package main

import (
	"context"
	"fmt"
	"os"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

const (
	name    = "argocd-on-aks"
	version = "0.4.0"
)

func main() {
	served, err := build()
	if err == nil {
		err = served.Run(context.Background(), name, version)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// build makes the provider. Its components are in the module infra, as which the
// Go program registers them: their URNs are the same in every language.
func build() (provider.Provider, error) {
	built, err := infer.NewProviderBuilder().
		WithDisplayName("Argo CD on AKS").
		WithDescription("Argo CD on AKS as the Azure-managed extension Microsoft.ArgoCD, signed in through Microsoft Entra ID, with no password or client secret anywhere.").
		WithLicense("Apache-2.0").
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{"index": "infra"}).
		WithComponents(infer.ComponentF(newAksCluster), infer.ComponentF(newEntraApp), infer.ComponentF(newArgoExtension)).
		Build()
	if err != nil {
		return provider.Provider{}, err
	}
	return withPlainInputs(withSecretSettings(withDependencies(built))), nil
}
