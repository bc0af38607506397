package azuresim

import "reflect"

// extensionArgs is the shape of an extension's arguments. The program's own
// binding is internal to it, so that this second account checks it.
var extensionArgs = reflect.TypeFor[struct {
	AksAssignedIdentity            *identityArgs     `pulumi:"aksAssignedIdentity"`
	AutoUpgradeMinorVersion        *bool             `pulumi:"autoUpgradeMinorVersion"`
	ClusterName                    string            `pulumi:"clusterName"`
	ClusterResourceName            string            `pulumi:"clusterResourceName"`
	ClusterRp                      string            `pulumi:"clusterRp"`
	ConfigurationProtectedSettings map[string]string `pulumi:"configurationProtectedSettings"`
	ConfigurationSettings          map[string]string `pulumi:"configurationSettings"`
	ExtensionName                  *string           `pulumi:"extensionName"`
	ExtensionType                  *string           `pulumi:"extensionType"`
	Identity                       *identityArgs     `pulumi:"identity"`
	ReleaseTrain                   *string           `pulumi:"releaseTrain"`
	ResourceGroupName              string            `pulumi:"resourceGroupName"`
	Scope                          *scopeArgs        `pulumi:"scope"`
	Version                        *string           `pulumi:"version"`
}]()

type identityArgs struct {
	Type *string `pulumi:"type"`
}

type scopeArgs struct {
	Cluster *struct {
		ReleaseNamespace *string `pulumi:"releaseNamespace"`
	} `pulumi:"cluster"`
	Namespace *struct {
		TargetNamespace *string `pulumi:"targetNamespace"`
	} `pulumi:"namespace"`
}
