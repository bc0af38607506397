package infra

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/internal/azurenative"
	"argocd-on-aks/infra/internal/problem"
)

// ReleaseNamespace is where the extension installs Argo CD. It is part of the
// federated credential's subject, so both are derived from this one value.
const ReleaseNamespace = "argocd"

// ArgoExtensionArgs are the inputs of an ArgoExtension.
type ArgoExtensionArgs struct {
	// ResourceGroupName and ClusterName say which AKS cluster. Required.
	ResourceGroupName, ClusterName pulumi.StringInput
	// ClientID and TenantID are those of the EntraApp. Required.
	ClientID, TenantID pulumi.StringInput
	// RepoServerClientID is that of the EntraApp, which has one with a
	// ContainerRegistryID or AzureDevOps. Required for RegistryLogin and AzureDevOps.
	RepoServerClientID pulumi.StringInput
	// Cloud is the Azure cloud of the tenant. Default: CloudPublic.
	Cloud Cloud
	// ReleaseTrain is "Preview" or "Stable". Default: "Preview"; with a Version,
	// that of Azure, "Stable".
	ReleaseTrain string
	// Version pins the extension, which ends automatic upgrades:
	// https://learn.microsoft.com/azure/aks/cluster-extensions. A version that only
	// one train has needs that ReleaseTrain beside it.
	Version string
	// Bootstrap is the first application. The component renders its manifest, and
	// leaves it to you to create: it does not reach the Kubernetes API. Default: none.
	Bootstrap *chart.Bootstrap
	// Settings are what Argo CD is told. The Domain is the same as that of the
	// EntraApp's instance, or Entra refuses the redirect URI. SecretSettings are
	// Pulumi secrets, and Azure's protected settings, which nobody reads back.
	chart.Settings
}

// ArgoExtension installs Argo CD on an AKS cluster as the Azure-managed
// extension Microsoft.ArgoCD, signed in through an EntraApp with workload
// identity, its built-in admin switched off. Protect on it covers the extension.
type ArgoExtension struct {
	pulumi.ResourceState

	// URL is where users find Argo CD.
	URL pulumi.StringOutput `pulumi:"url"`
	// ExtensionVersion is the version that is installed.
	ExtensionVersion pulumi.StringOutput `pulumi:"extensionVersion"`
	// BootstrapManifest is the Argo CD Application of the Bootstrap; empty without.
	BootstrapManifest pulumi.StringOutput `pulumi:"bootstrapManifest"`
	// ExtensionID is the extension's resource ID in Azure.
	ExtensionID pulumi.IDOutput
}

var extensionVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

// Problems lists what Azure or Argo CD would refuse. The groups of Roles may still
// be names, so that a program can check what it was given before it looks them
// up.
func (a *ArgoExtensionArgs) Problems() problem.List {
	var p problem.List
	if a.Version != "" && !extensionVersion.MatchString(a.Version) {
		p.Add("Version", "%q is not a version such as 1.0.2", a.Version)
	}
	p.OneOf("ReleaseTrain", a.ReleaseTrain, "Preview", "Stable")
	if !a.Cloud.known() {
		p.Add("Cloud", "%q is not public, usgovernment or china", a.Cloud)
	} else if a.AzureDevOps && !a.Cloud.hasAzureDevOps() {
		p.Add("AzureDevOps", "is not for the cloud %q: Azure DevOps is in the public one only, and takes who is in a tenant that it is connected to", a.Cloud)
	}
	if a.Bootstrap != nil {
		p.Below("Bootstrap", a.Bootstrap.Problems())
	}
	return append(p, a.Settings.Problems()...)
}

func (a *ArgoExtensionArgs) check() problem.List {
	p := a.Problems()
	required := func(path string, value pulumi.StringInput) {
		if value == nil {
			p.Add(path, "is required")
		}
	}
	required("ResourceGroupName", a.ResourceGroupName)
	required("ClusterName", a.ClusterName)
	required("ClientID", a.ClientID)
	required("TenantID", a.TenantID)
	if (a.RegistryLogin || a.AzureDevOps) && a.RepoServerClientID == nil {
		p.Add("RepoServerClientID", "is required for registryLogin and azureDevOps; it is that of an EntraApp with a container registry or azureDevOps")
	}
	for i, mapping := range a.Roles {
		wantObjectID(&p, problem.Item("Roles", i)+".Group", mapping.Group)
	}
	return p
}

// NewArgoExtension creates an ArgoExtension. It returns an error for invalid
// arguments, before any resource is registered.
func NewArgoExtension(ctx *pulumi.Context, name string, args *ArgoExtensionArgs, opts ...pulumi.ResourceOption) (*ArgoExtension, error) {
	e := &ArgoExtension{}
	return component(ctx, "ArgoExtension", name, args, (*ArgoExtensionArgs).check, e, e.create, opts)
}

func (e *ArgoExtension) create(ctx *pulumi.Context, name string, args *ArgoExtensionArgs) (pulumi.Map, error) {
	install := &azurenative.ExtensionArgs{
		ResourceGroupName:   args.ResourceGroupName,
		ClusterRp:           pulumi.String("Microsoft.ContainerService"),
		ClusterResourceName: pulumi.String("managedClusters"),
		ClusterName:         args.ClusterName,
		ExtensionName:       pulumi.String("argocd"),
		ExtensionType:       pulumi.String("Microsoft.ArgoCD"),
		Scope: azurenative.ScopeArgs{Cluster: azurenative.ScopeClusterArgs{
			ReleaseNamespace: pulumi.String(ReleaseNamespace),
		}},
		ConfigurationSettings: args.configurationSettings(),
	}
	if len(args.SecretSettings) > 0 {
		install.ConfigurationProtectedSettings = pulumi.ToSecret(pulumi.ToStringMap(args.SecretSettings)).(pulumi.StringMapOutput)
	}
	install.ReleaseTrain = optional(args.ReleaseTrain)
	if args.Version != "" {
		install.Version = pulumi.String(args.Version)
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
	manifest, err := first.Manifest(ReleaseNamespace)
	e.BootstrapManifest = pulumi.String(manifest).ToStringOutput()
	outputs["bootstrapManifest"] = e.BootstrapManifest
	return err
}

func (a *ArgoExtensionArgs) configurationSettings() pulumi.StringMapOutput {
	repoServer := a.RepoServerClientID
	if repoServer == nil {
		repoServer = pulumi.String("")
	}
	return pulumi.All(a.ClientID, a.TenantID, repoServer).ApplyT(func(ids []any) (map[string]string, error) {
		return a.Render(chart.Entra{ClientID: ids[0].(string), Issuer: a.Cloud.Issuer(ids[1].(string)), RepoServerClientID: ids[2].(string)})
	}).(pulumi.StringMapOutput)
}
