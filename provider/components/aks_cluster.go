package components

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/aks"
)

// AksClusterArgs are aks.AksClusterArgs.
type AksClusterArgs struct {
	Name                  string             `pulumi:"name"`
	ResourceGroupName     string             `pulumi:"resourceGroupName,optional"`
	Region                string             `pulumi:"region"`
	Tags                  map[string]string  `pulumi:"tags,optional"`
	Tier                  string             `pulumi:"tier,optional"`
	KubernetesVersion     string             `pulumi:"kubernetesVersion,optional"`
	UpgradeChannel        string             `pulumi:"upgradeChannel,optional"`
	NodeOSUpgradeChannel  string             `pulumi:"nodeOsUpgradeChannel,optional"`
	Maintenance           *MaintenanceWindow `pulumi:"maintenance,optional"`
	AuthorizedIPRanges    []string           `pulumi:"authorizedIpRanges,optional"`
	PrivateCluster        bool               `pulumi:"privateCluster,optional"`
	AzureRBAC             bool               `pulumi:"azureRbac,optional"`
	AdminGroups           []string           `pulumi:"adminGroups,optional"`
	DisableLocalAccounts  bool               `pulumi:"disableLocalAccounts,optional"`
	VMSize                string             `pulumi:"vmSize,optional"`
	NodeCount             int                `pulumi:"nodeCount,optional"`
	MinCount              int                `pulumi:"minCount,optional"`
	MaxCount              int                `pulumi:"maxCount,optional"`
	Zones                 []int              `pulumi:"zones,optional"`
	UserPool              *UserPool          `pulumi:"userPool,optional"`
	OsSKU                 string             `pulumi:"osSku,optional"`
	Network               *ClusterNetwork    `pulumi:"network,optional"`
	ImageCleanerHours     int                `pulumi:"imageCleanerHours,optional"`
	LockNodeResourceGroup bool               `pulumi:"lockNodeResourceGroup,optional"`
}

// Annotate describes the inputs.
func (a *AksClusterArgs) Annotate(to infer.Annotator) {
	to.Describe(&a.Name, "Name of the cluster in Azure: 1 to 63 letters, digits, hyphens and underscores.")
	to.Describe(&a.ResourceGroupName, "The resource group to create: 1 to 90 letters, digits and - _ . ( ). Default: the name.")
	to.Describe(&a.Region, "Azure region, such as westus3.")
	to.Describe(&a.Tags, "Tags of the resource group, the cluster and its node pools.")
	to.Describe(&a.Tier, "Free, Standard (with an uptime SLA) or Premium (long-term support). Default: Free.")
	to.Describe(&a.KubernetesVersion, "<major>.<minor> or, without automatic upgrades, <major>.<minor>.<patch>. Default: AKS's own.")
	to.Describe(&a.UpgradeChannel, "Automatic upgrades of Kubernetes: none, patch, stable, rapid or node-image. Default: none.")
	to.Describe(&a.NodeOSUpgradeChannel, "Automatic upgrades of the nodes: None, Unmanaged, SecurityPatch or NodeImage. Default: NodeImage.")
	to.Describe(&a.Maintenance, "When automatic upgrades may happen. Default: any time.")
	to.Describe(&a.AuthorizedIPRanges, "IPv4 ranges that may reach the Kubernetes API, 200 at most. Default: all. Not for a private cluster.")
	to.Describe(&a.PrivateCluster, "Gives the Kubernetes API a private address only.")
	to.Describe(&a.AzureRBAC, "Azure role assignments decide who may use the Kubernetes API.")
	to.Describe(&a.AdminGroups, "Object IDs, in lower case, of the Entra groups that administer the cluster.")
	to.Describe(&a.DisableLocalAccounts, "Takes away the certificate-based administrator. Needs azureRbac or adminGroups.")
	to.Describe(&a.VMSize, "VM size of the system pool's nodes. Default: Standard_D2s_v5.")
	to.Describe(&a.NodeCount, "Fixed size of the system pool. Default: 1. Not with maxCount.")
	to.Describe(&a.MinCount, "Smallest size of the system pool that autoscales.")
	to.Describe(&a.MaxCount, "Largest size of the system pool that autoscales.")
	to.Describe(&a.Zones, "Availability zones of the system pool: 1, 2, 3.")
	to.Describe(&a.UserPool, "A second pool, for Argo CD and other workloads; the system pool is then left to AKS's own pods.")
	to.Describe(&a.OsSKU, "Ubuntu or AzureLinux. Default: AKS's own.")
	to.Describe(&a.Network, "The network, for the cluster's life. Default: AKS's own.")
	to.Describe(&a.ImageCleanerHours, "How often unused images are removed, 24 to 2160. Default: never.")
	to.Describe(&a.LockNodeResourceGroup, "Forbids changes to AKS's node resource group.")
}

// MaintenanceWindow is an aks.MaintenanceWindow.
type MaintenanceWindow struct {
	Day       string `pulumi:"day"`
	Start     string `pulumi:"start"`
	UTCOffset string `pulumi:"utcOffset,optional"`
	Hours     int    `pulumi:"hours"`
}

// Annotate describes the type and its fields.
func (w *MaintenanceWindow) Annotate(to infer.Annotator) {
	to.Describe(&w, "A weekly time for automatic upgrades.")
	to.Describe(&w.Day, "Monday to Sunday.")
	to.Describe(&w.Start, "HH:MM, such as 02:00.")
	to.Describe(&w.UTCOffset, "Such as +01:00. Default: +00:00.")
	to.Describe(&w.Hours, "How long, 4 to 24.")
}

// UserPool is an aks.UserPool.
type UserPool struct {
	Name      string `pulumi:"name,optional"`
	VMSize    string `pulumi:"vmSize,optional"`
	NodeCount int    `pulumi:"nodeCount,optional"`
	MinCount  int    `pulumi:"minCount,optional"`
	MaxCount  int    `pulumi:"maxCount,optional"`
	Zones     []int  `pulumi:"zones,optional"`
}

// Annotate describes the type and its fields.
func (u *UserPool) Annotate(to infer.Annotator) {
	to.Describe(&u, "A node pool next to the system pool.")
	to.Describe(&u.Name, "1 to 12 lower-case letters and digits, a letter first. Default: user. A pool of another name is created before the old one is deleted.")
	to.Describe(&u.VMSize, "VM size of the nodes. Default: Standard_D2s_v5.")
	to.Describe(&u.NodeCount, "Fixed size. Default: 1. Not with maxCount.")
	to.Describe(&u.MinCount, "Smallest size, with autoscaling. May be 0.")
	to.Describe(&u.MaxCount, "Largest size, which turns autoscaling on.")
	to.Describe(&u.Zones, "Availability zones: 1, 2, 3.")
}

// ClusterNetwork is an aks.ClusterNetwork.
type ClusterNetwork struct {
	Plugin       string `pulumi:"plugin"`
	PluginMode   string `pulumi:"pluginMode,optional"`
	Dataplane    string `pulumi:"dataplane,optional"`
	Policy       string `pulumi:"policy,optional"`
	PodCIDR      string `pulumi:"podCidr,optional"`
	ServiceCIDR  string `pulumi:"serviceCidr,optional"`
	DNSServiceIP string `pulumi:"dnsServiceIp,optional"`
	OutboundType string `pulumi:"outboundType,optional"`
}

// Annotate describes the type and its fields.
func (n *ClusterNetwork) Annotate(to infer.Annotator) {
	to.Describe(&n, "The network of a cluster. Any change replaces the cluster.")
	to.Describe(&n.Plugin, "azure or none.")
	to.Describe(&n.PluginMode, "overlay. Default: none.")
	to.Describe(&n.Dataplane, "azure or cilium.")
	to.Describe(&n.Policy, "azure, calico, cilium or none.")
	to.Describe(&n.PodCIDR, "Range of the pods, with pluginMode overlay.")
	to.Describe(&n.ServiceCIDR, "Range of the services; goes together with dnsServiceIp.")
	to.Describe(&n.DNSServiceIP, "Address of DNS, in serviceCidr.")
	to.Describe(&n.OutboundType, "loadBalancer or managedNATGateway.")
}

// AksCluster is an aks.AksCluster.
type AksCluster struct {
	pulumi.ComponentResource

	ResourceGroupName pulumi.StringOutput `pulumi:"resourceGroupName"`
	ClusterName       pulumi.StringOutput `pulumi:"clusterName"`
	OIDCIssuerURL     pulumi.StringOutput `pulumi:"oidcIssuerUrl"`
}

// Annotate describes the component and its outputs.
func (c *AksCluster) Annotate(to infer.Annotator) {
	to.Describe(&c, "A resource group and in it an AKS cluster with a system-assigned identity, an OIDC issuer and workload identity, "+
		"and if the settings ask for them a user pool and the windows for automatic upgrades. The option protect covers all but the windows.")
	to.Describe(&c.ResourceGroupName, "Name of the resource group.")
	to.Describe(&c.ClusterName, "Name of the cluster. What takes it comes after all nodes.")
	to.Describe(&c.OIDCIssuerURL, "URL of the cluster's OIDC issuer, with the slash that it ends in.")
}

func newAksCluster(ctx *pulumi.Context, name string, args AksClusterArgs, opts ...pulumi.ResourceOption) (*AksCluster, error) {
	cluster, err := aks.NewAksCluster(ctx, name, args.infra(), opts...)
	if err != nil {
		return nil, inInputs[AksClusterArgs](err)
	}
	return &AksCluster{
		ComponentResource: cluster,
		ResourceGroupName: cluster.ResourceGroupName,
		ClusterName:       after(ctx, cluster.Nodes, cluster.ClusterName),
		OIDCIssuerURL:     cluster.OIDCIssuerURL,
	}, nil
}

func (a AksClusterArgs) infra() *aks.AksClusterArgs {
	return &aks.AksClusterArgs{
		Name: a.Name, ResourceGroupName: a.ResourceGroupName, Location: a.Region, Tags: a.Tags,
		ClusterSettings: aks.ClusterSettings{
			Tier: a.Tier,
			ClusterUpgrades: aks.ClusterUpgrades{
				KubernetesVersion: a.KubernetesVersion, UpgradeChannel: a.UpgradeChannel, NodeOSUpgradeChannel: a.NodeOSUpgradeChannel,
				Maintenance: (*aks.MaintenanceWindow)(a.Maintenance),
			},
			ClusterAccess: aks.ClusterAccess{
				AuthorizedIPRanges: a.AuthorizedIPRanges, PrivateCluster: a.PrivateCluster, AzureRBAC: a.AzureRBAC,
				AdminGroups: a.AdminGroups, DisableLocalAccounts: a.DisableLocalAccounts,
			},
			NodePool:              aks.NodePool{VMSize: a.VMSize, NodeCount: a.NodeCount, MinCount: a.MinCount, MaxCount: a.MaxCount, Zones: a.Zones},
			UserPool:              a.UserPool.infra(),
			OsSKU:                 a.OsSKU,
			Network:               (*aks.ClusterNetwork)(a.Network),
			ImageCleanerHours:     a.ImageCleanerHours,
			LockNodeResourceGroup: a.LockNodeResourceGroup,
		},
	}
}

func (u *UserPool) infra() *aks.UserPool {
	if u == nil {
		return nil
	}
	return &aks.UserPool{
		Name:     u.Name,
		NodePool: aks.NodePool{VMSize: u.VMSize, NodeCount: u.NodeCount, MinCount: u.MinCount, MaxCount: u.MaxCount, Zones: u.Zones},
	}
}
