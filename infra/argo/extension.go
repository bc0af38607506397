// Package argo defines the component ArgoExtension, Argo CD as the Azure-managed extension,
// and the Secrets of its spoke clusters.
package argo

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/internal/azurenative"
)

// ArgoExtension installs Argo CD on an AKS cluster as the Azure-managed extension
// Microsoft.ArgoCD. Users sign in through an EntraApp with workload identity, and the
// built-in admin is disabled. The resource option protect covers the extension.
type ArgoExtension struct {
	pulumi.ResourceState

	// URL of Argo CD.
	URL pulumi.StringOutput `pulumi:"url"`
	// Version of the extension that is installed.
	ExtensionVersion pulumi.StringOutput `pulumi:"extensionVersion"`
	// Manifest of Bootstrap, an Argo CD Application for kubectl apply; empty without
	// Bootstrap.
	BootstrapManifest pulumi.StringOutput `pulumi:"bootstrapManifest"`
	// Settings are the extension's settings without SecretSettings.
	Settings pulumi.StringMapOutput
	// ExtensionID is the extension's resource ID in Azure.
	ExtensionID pulumi.IDOutput
}

// NewArgoExtension creates an ArgoExtension. It returns an error for invalid arguments,
// before any resource is registered. Arguments that are outputs are checked when they are
// known, and then fail the deployment.
func NewArgoExtension(ctx *pulumi.Context, name string, args *ArgoExtensionArgs, opts ...pulumi.ResourceOption) (*ArgoExtension, error) {
	e := &ArgoExtension{}
	return component.New(ctx, "ArgoExtension", name, args, (*ArgoExtensionArgs).check, e, e.create, opts)
}

func (e *ArgoExtension) create(ctx *pulumi.Context, name string, args *ArgoExtensionArgs) (pulumi.Map, error) {
	e.Settings = args.configurationSettings()
	install := &azurenative.ExtensionArgs{
		ResourceGroupName:   args.ResourceGroupName,
		ClusterRp:           pulumi.String("Microsoft.ContainerService"),
		ClusterResourceName: pulumi.String("managedClusters"),
		ClusterName:         args.ClusterName,
		ExtensionName:       pulumi.String("argocd"),
		ExtensionType:       pulumi.String("Microsoft.ArgoCD"),
		Scope: azurenative.ScopeArgs{Cluster: azurenative.ScopeClusterArgs{
			ReleaseNamespace: pulumi.String(chart.ReleaseNamespace),
		}},
		ConfigurationSettings: e.Settings,
	}
	if len(args.SecretSettings) > 0 {
		install.ConfigurationProtectedSettings = pulumi.ToSecret(pulumi.StringMap(args.SecretSettings)).(pulumi.StringMapOutput)
	}
	install.ReleaseTrain = component.Optional(args.ReleaseTrain)
	if args.ExtensionVersion != "" {
		install.Version = pulumi.String(args.ExtensionVersion)
		install.AutoUpgradeMinorVersion = pulumi.Bool(false)
	} else if args.ReleaseTrain == "" {
		install.ReleaseTrain = pulumi.String("Preview")
	}
	extension, err := azurenative.NewExtension(ctx, name+"-extension", install,
		pulumi.Parent(e), pulumi.DeleteBeforeReplace(true), pulumi.AdditionalSecretOutputs([]string{"configurationProtectedSettings"}),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "60m", Update: "60m", Delete: "60m"}))
	if err != nil {
		return nil, fmt.Errorf("cluster extension: %w", err)
	}
	e.URL = pulumi.String(args.Domain.URL()).ToStringOutput()
	e.ExtensionVersion = extension.CurrentVersion
	e.ExtensionID = extension.ID()
	outputs := pulumi.Map{"url": e.URL, "extensionVersion": e.ExtensionVersion}
	return outputs, e.bootstrap(args.Bootstrap, outputs)
}

func (e *ArgoExtension) bootstrap(first *chart.Bootstrap, outputs pulumi.Map) error {
	e.BootstrapManifest = pulumi.String("").ToStringOutput()
	if first == nil {
		return nil
	}
	manifest, err := first.Manifest(chart.ReleaseNamespace)
	e.BootstrapManifest = pulumi.String(manifest).ToStringOutput()
	outputs["bootstrapManifest"] = e.BootstrapManifest
	return err
}
