package argo

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// ArgoExtensionArgs are the inputs of an ArgoExtension.
type ArgoExtensionArgs struct {
	// Name of the AKS cluster's resource group.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName"`
	// Name of the AKS cluster.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// SignIn is EntraApp.SignIn of the instance. Required.
	entra.SignIn
	// Azure cloud of the tenant: public, usgovernment or china.
	Cloud azure.Cloud `pulumi:"cloud,optional" enum:"public,usgovernment,china" default:"public"`
	// Train of automatic upgrades: Preview or Stable. Default: Preview, or Azure's own,
	// Stable, with an ExtensionVersion.
	ReleaseTrain string `pulumi:"releaseTrain,optional" enum:"Preview,Stable"`
	// Version of the extension, which turns automatic upgrades off. A version that only one
	// train has requires that ReleaseTrain.
	// https://learn.microsoft.com/azure/aks/cluster-extensions
	ExtensionVersion string `pulumi:"extensionVersion,optional"`
	// Roles of Entra groups in Argo CD. At least one.
	Roles []RoleMapping `pulumi:"roles"`
	chart.Options
	// ExtraSettings with values that are secrets. They are encrypted in the state and
	// cannot be read back from Azure.
	SecretSettings map[string]pulumi.StringInput `pulumi:"secretSettings,optional"`
	// First application. The component renders its manifest and does not apply it, as it
	// does not connect to the Kubernetes API. Default: none.
	Bootstrap *chart.Bootstrap `pulumi:"bootstrap,optional"`
}

// RoleMapping grants the members of an Entra group a role in Argo CD.
type RoleMapping struct {
	// Object ID of the group, in lower case.
	Group pulumi.StringInput `pulumi:"group"`
	// Role in Argo CD: admin, readonly or one that a policy line defines.
	Role string `pulumi:"role"`
}

var extensionVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

// Problems lists the arguments that Azure or Argo CD would reject. Groups of Roles may
// still be names, so a program can call it before it looks the groups up.
func (a *ArgoExtensionArgs) Problems() problem.List {
	var p problem.List
	switch version := a.ExtensionVersion; {
	case version != "" && !extensionVersion.MatchString(version):
		p.Add("ExtensionVersion", "%q is not a valid version, such as 1.0.2", version)
	case strings.HasPrefix(version, "0."):
		// https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd
		p.Add("ExtensionVersion", "%q ignores this program's settings, because versions before 1.0.0-preview have other keys: "+
			"Argo CD would run without Entra sign-in and with its built-in admin; use 1.0.0-preview or later", version)
	}
	p.Enums(*a)
	if a.AzureDevOps && a.Cloud.IsKnown() && !a.Cloud.HasAzureDevOps() {
		p.Add("AzureDevOps", "cannot be combined with %s %q; Azure DevOps exists in the public cloud only", problem.Field("Cloud"), a.Cloud)
	}
	if a.Bootstrap != nil {
		p.Below("Bootstrap", a.Bootstrap.Problems())
	}
	return append(p, a.knownSettings().Problems()...)
}

func (a *ArgoExtensionArgs) check() problem.List {
	var p problem.List
	if !component.IsSet(a.ResourceGroupName) {
		p.Add("ResourceGroupName", "is required")
	}
	if !component.IsSet(a.ClusterName) {
		p.Add("ClusterName", "is required")
	}
	p = append(p, a.SignIn.Check()...)
	if p.Has("SignIn") {
		return p
	}
	p = append(p, a.Problems()...)
	assigned := knownValues(a.AssignedGroups())
	for i, mapping := range a.Roles {
		if group, known := component.Known(mapping.Group); known && !p.Has(problem.Item("Roles", i)+".Group") {
			p.Check(problem.Item("Roles", i)+".Group", checkGroup(group, assigned))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(a.SecretSettings)) {
		if a.SecretSettings[key] == nil {
			p.Add("SecretSettings", "%q is empty", key)
		}
	}
	for i, pipeline := range a.Pipelines {
		if path := problem.Item("Pipelines", i) + ".Name"; !p.Has(path) {
			p.Check(path, a.CheckPipeline(pipeline.Name))
		}
	}
	return p
}

// checkGroup returns an error if the group is not assigned; with nil, every group passes.
func checkGroup(group string, assigned []string) error {
	if err := azure.CheckObjectID(group); err != nil || assigned == nil {
		return err
	}
	return entra.CheckGroup(group, assigned)
}

// knownValues returns nil if one of the inputs is not known.
func knownValues(inputs pulumi.StringArray) (values []string) {
	for _, input := range inputs {
		value, known := component.Known(input)
		if !known {
			return nil
		}
		values = append(values, value)
	}
	return values
}
