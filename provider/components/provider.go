// Package components serves the components of the Go program as a Pulumi package for
// programs in every language.
package components

import (
	"context"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/entra"
)

// Name and Version identify the Pulumi package.
const (
	Name    = "argocd-on-aks"
	Version = "0.4.0"
)

// Provider returns a provider that serves the components with a schema, which is the content
// of schema.json.
func Provider(schema string) (provider.Provider, error) {
	built, err := inferred()
	if err != nil {
		return provider.Provider{}, err
	}
	built.GetSchema = func(context.Context, provider.GetSchemaRequest) (provider.GetSchemaResponse, error) {
		return provider.GetSchemaResponse{Schema: schema}, nil
	}
	built.Construct = construct
	return withSecretSettings(withDependencies(built)), nil
}

// inferred returns a provider with the schema that infer generates from the Go types. All
// types are in the module infra, as in the Go program, which keeps the URNs the same in every
// language.
func inferred() (provider.Provider, error) {
	modules := map[tokens.ModuleName]tokens.ModuleName{}
	for _, module := range []tokens.ModuleName{"aks", "argo", "azure", "chart", "entra"} {
		modules[module] = "infra"
	}
	return infer.NewProviderBuilder().
		WithDisplayName("Argo CD on AKS").
		WithDescription("Argo CD on AKS with Microsoft Entra ID sign-in: the Azure-managed extension Microsoft.ArgoCD, without a password or client secret.").
		WithKeywords("pulumi", "azure", "aks", "argocd", "entra", "category/cloud", "kind/component").
		WithNamespace("owner").
		WithPublisher("OWNER").
		WithRepository("https://github.com/OWNER/argocd-on-aks").
		WithHomepage("https://github.com/OWNER/argocd-on-aks").
		WithPluginDownloadURL("github://api.github.com/OWNER/argocd-on-aks").
		WithGoImportPath("github.com/OWNER/argocd-on-aks/sdk/go/argocd-on-aks").
		WithLicense("Apache-2.0").
		WithModuleMap(modules).
		WithComponents(infer.ComponentF(newAksCluster), infer.ComponentF(newEntraApp), infer.ComponentF(newArgoExtension)).
		Build()
}

func newAksCluster(ctx *pulumi.Context, name string, args *aks.AksClusterArgs, opts ...pulumi.ResourceOption) (*aks.AksCluster, error) {
	cluster, err := aks.NewAksCluster(ctx, name, args, opts...)
	if err != nil {
		return nil, err
	}
	cluster.ClusterName = after(ctx, cluster.Nodes, cluster.ClusterName)
	return cluster, nil
}

func newEntraApp(ctx *pulumi.Context, name string, args *entra.EntraAppArgs, opts ...pulumi.ResourceOption) (*entra.EntraApp, error) {
	app, err := entra.NewEntraApp(ctx, name, args, opts...)
	if err != nil {
		return nil, err
	}
	app.ClientID = after(ctx, app.Access, app.ClientID)
	return app, nil
}

func newArgoExtension(ctx *pulumi.Context, name string, args *argo.ArgoExtensionArgs, opts ...pulumi.ResourceOption) (*argo.ArgoExtension, error) {
	return argo.NewArgoExtension(ctx, name, args, opts...)
}
