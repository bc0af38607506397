// Package components has the components of package infra with arguments that
// pulumi-go-provider can infer a schema of.
package components

import (
	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Name and Version are the package's.
const (
	Name    = "argocd-on-aks"
	Version = "0.4.0"
)

// Provider serves the components. They are in the module infra, as which the Go
// program registers them: their URNs are the same in every language.
func Provider() (provider.Provider, error) {
	built, err := infer.NewProviderBuilder().
		WithDisplayName("Argo CD on AKS").
		WithDescription("Argo CD on AKS as the Azure-managed extension Microsoft.ArgoCD, signed in through Microsoft Entra ID, with no password or client secret anywhere.").
		WithLicense("Apache-2.0").
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{"components": "infra"}).
		WithComponents(infer.ComponentF(newAksCluster), infer.ComponentF(newEntraApp), infer.ComponentF(newArgoExtension)).
		Build()
	if err != nil {
		return provider.Provider{}, err
	}
	return withPlainInputs(withSecretSettings(withDependencies(built))), nil
}
