package azurenative

import (
	"errors"
	"reflect"

	"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Extension is a cluster extension,
// https://learn.microsoft.com/azure/templates/microsoft.kubernetesconfiguration/extensions.
type Extension struct {
	pulumi.CustomResourceState

	// CurrentVersion is the installed version.
	CurrentVersion pulumi.StringOutput `pulumi:"currentVersion"`
}

type extensionArgs struct {
	AutoUpgradeMinorVersion        *bool             `pulumi:"autoUpgradeMinorVersion"`
	ClusterName                    string            `pulumi:"clusterName"`
	ClusterResourceName            string            `pulumi:"clusterResourceName"`
	ClusterRp                      string            `pulumi:"clusterRp"`
	ConfigurationProtectedSettings map[string]string `pulumi:"configurationProtectedSettings"`
	ConfigurationSettings          map[string]string `pulumi:"configurationSettings"`
	ExtensionName                  *string           `pulumi:"extensionName"`
	ExtensionType                  *string           `pulumi:"extensionType"`
	ReleaseTrain                   *string           `pulumi:"releaseTrain"`
	ResourceGroupName              string            `pulumi:"resourceGroupName"`
	Scope                          *scope            `pulumi:"scope"`
	Version                        *string           `pulumi:"version"`
}

// ExtensionArgs are the inputs of an Extension.
type ExtensionArgs struct {
	// AutoUpgradeMinorVersion defaults to true and must be false with Version.
	AutoUpgradeMinorVersion pulumi.BoolPtrInput
	ClusterName             pulumi.StringInput
	// ClusterResourceName is "managedClusters" for AKS.
	ClusterResourceName pulumi.StringInput
	// ClusterRp is "Microsoft.ContainerService" for AKS.
	ClusterRp                      pulumi.StringInput
	ConfigurationProtectedSettings pulumi.StringMapInput
	// ConfigurationSettings are Helm values in the syntax of `helm --set`.
	ConfigurationSettings pulumi.StringMapInput
	ExtensionName         pulumi.StringPtrInput
	ExtensionType         pulumi.StringPtrInput
	// ReleaseTrain defaults to "Stable".
	ReleaseTrain      pulumi.StringPtrInput
	ResourceGroupName pulumi.StringInput
	Scope             pulumi.Input
	Version           pulumi.StringPtrInput
}

// ElementType returns the type of the plain arguments.
func (ExtensionArgs) ElementType() reflect.Type { return reflect.TypeFor[extensionArgs]() }

type scope struct {
	Cluster *scopeCluster `pulumi:"cluster"`
}

type scopeCluster struct {
	ReleaseNamespace *string `pulumi:"releaseNamespace"`
}

// ScopeArgs is the scope of an extension.
type ScopeArgs struct {
	Cluster pulumi.Input `pulumi:"cluster"`
}

// ElementType returns the type of the plain arguments.
func (ScopeArgs) ElementType() reflect.Type { return reflect.TypeFor[scope]() }

// ScopeClusterArgs is the scope of an extension that is installed for the whole cluster.
type ScopeClusterArgs struct {
	// ReleaseNamespace is the namespace of the Helm release.
	ReleaseNamespace pulumi.StringPtrInput `pulumi:"releaseNamespace"`
}

// ElementType returns the type of the plain arguments.
func (ScopeClusterArgs) ElementType() reflect.Type { return reflect.TypeFor[scopeCluster]() }

// NewExtension registers a cluster extension.
func NewExtension(ctx *pulumi.Context, name string, args *ExtensionArgs, opts ...pulumi.ResourceOption) (*Extension, error) {
	if args == nil || args.ClusterName == nil || args.ClusterResourceName == nil || args.ClusterRp == nil || args.ResourceGroupName == nil {
		return nil, errors.New("ClusterName, ClusterResourceName, ClusterRp and ResourceGroupName are required")
	}
	withDefaults := *args
	if withDefaults.AutoUpgradeMinorVersion == nil {
		withDefaults.AutoUpgradeMinorVersion = pulumi.BoolPtr(true)
	}
	if withDefaults.ReleaseTrain == nil {
		withDefaults.ReleaseTrain = pulumi.StringPtr("Stable")
	}
	opts = utilities.PkgResourceDefaultOpts(opts)
	var resource Extension
	if err := ctx.RegisterResource("azure-native:kubernetesconfiguration:Extension", name, &withDefaults, &resource, opts...); err != nil {
		return nil, err
	}
	return &resource, nil
}
