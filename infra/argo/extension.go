// Package argo has the component ArgoExtension, Argo CD as the Azure-managed extension.
package argo

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/azure"
	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/component"
	"argocd-on-aks/infra/entra"
	"argocd-on-aks/infra/internal/azurenative"
	"argocd-on-aks/infra/problem"
)

// ArgoExtensionArgs are the inputs of an ArgoExtension.
type ArgoExtensionArgs struct {
	// ResourceGroupName and ClusterName say which AKS cluster. Required.
	ResourceGroupName, ClusterName pulumi.StringInput
	// SignIn is how users and Argo CD itself sign in: EntraApp.SignIn of the instance.
	// Required.
	SignIn *entra.SignIn
	// Cloud is the Azure cloud of the tenant. Default: CloudPublic.
	Cloud azure.Cloud
	// ReleaseTrain is "Preview" or "Stable". Default: "Preview"; with an ExtensionVersion,
	// that of Azure, "Stable".
	ReleaseTrain string
	// ExtensionVersion pins the extension, and turns automatic upgrades off:
	// https://learn.microsoft.com/azure/aks/cluster-extensions. A version that only
	// one train has needs that ReleaseTrain beside it.
	ExtensionVersion string
	// Bootstrap is the first application. The component renders its manifest, which you
	// apply: it does not connect to the Kubernetes API. Default: none.
	Bootstrap *chart.Bootstrap
	// Options are roles, policies, ingress and settings of the chart. SecretSettings are
	// Pulumi secrets, and Azure's protected settings, which cannot be read back.
	chart.Options
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
	if a.ExtensionVersion != "" && !extensionVersion.MatchString(a.ExtensionVersion) {
		p.Add("ExtensionVersion", "%q is not a version such as 1.0.2", a.ExtensionVersion)
	}
	p.OneOf("ReleaseTrain", a.ReleaseTrain, "Preview", "Stable")
	if !a.Cloud.IsKnown() {
		p.Add("Cloud", "%q is not public, usgovernment or china", a.Cloud)
	} else if a.SignIn != nil && a.SignIn.AzureDevOps && !a.Cloud.HasAzureDevOps() {
		p.Add("AzureDevOps", "is not for the cloud %q: Azure DevOps is in the public one only, and takes who is in a tenant that it is connected to", a.Cloud)
	}
	if a.Bootstrap != nil {
		p.Below("Bootstrap", a.Bootstrap.Problems())
	}
	for _, wrong := range a.settings().Problems() {
		if strings.HasPrefix(wrong.Path, "Domain") || strings.HasPrefix(wrong.Path, "AdditionalDomains") {
			wrong.Path = "SignIn." + wrong.Path
		}
		p = append(p, wrong)
	}
	return p
}

// settings are empty in what an absent SignIn would say.
func (a *ArgoExtensionArgs) settings() chart.Settings {
	if a.SignIn == nil {
		return chart.Settings{Options: a.Options}
	}
	return chart.Settings{SignIn: a.SignIn.SignIn, Options: a.Options}
}

func (a *ArgoExtensionArgs) check() problem.List {
	var p problem.List
	required := func(path string, value pulumi.StringInput) {
		if value == nil {
			p.Add(path, "is required")
		}
	}
	required("ResourceGroupName", a.ResourceGroupName)
	required("ClusterName", a.ClusterName)
	if a.SignIn == nil {
		p.Add("SignIn", "is required; use EntraApp.SignIn with the name of one of its Instances")
		return p
	}
	p = append(p, a.Problems()...)
	required("SignIn.ClientID", a.SignIn.ClientID)
	required("SignIn.TenantID", a.SignIn.TenantID)
	if a.SignIn.ContainerRegistry || a.SignIn.AzureDevOps {
		required("SignIn.RepoServerClientID", a.SignIn.RepoServerClientID)
	}
	for i, mapping := range a.Roles {
		if path := problem.Item("Roles", i) + ".Group"; !p.Has(path) {
			p.Check(path, azure.CheckObjectID(mapping.Group))
		}
	}
	for _, unknown := range a.SignIn.Problems(a.Options) {
		if !p.Has(unknown.Path) {
			p = append(p, unknown)
		}
	}
	return p
}

// NewArgoExtension creates an ArgoExtension. It returns an error for invalid
// arguments, before any resource is registered.
func NewArgoExtension(ctx *pulumi.Context, name string, args *ArgoExtensionArgs, opts ...pulumi.ResourceOption) (*ArgoExtension, error) {
	e := &ArgoExtension{}
	return component.New(ctx, "ArgoExtension", name, args, (*ArgoExtensionArgs).check, e, e.create, opts)
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
			ReleaseNamespace: pulumi.String(chart.ReleaseNamespace),
		}},
		ConfigurationSettings: args.configurationSettings(),
	}
	if len(args.SecretSettings) > 0 {
		install.ConfigurationProtectedSettings = pulumi.ToSecret(pulumi.ToStringMap(args.SecretSettings)).(pulumi.StringMapOutput)
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
	e.URL = pulumi.String(args.SignIn.Domain.URL()).ToStringOutput()
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

func (a *ArgoExtensionArgs) configurationSettings() pulumi.StringMapOutput {
	repoServer := a.SignIn.RepoServerClientID
	if repoServer == nil {
		repoServer = pulumi.String("")
	}
	return pulumi.All(a.SignIn.ClientID, a.SignIn.TenantID, repoServer).ApplyT(func(ids []any) (map[string]string, error) {
		return a.settings().Render(chart.Entra{ClientID: ids[0].(string), Issuer: a.Cloud.Issuer(ids[1].(string)), RepoServerClientID: ids[2].(string)})
	}).(pulumi.StringMapOutput)
}
