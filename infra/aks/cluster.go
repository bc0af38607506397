// Package aks defines the component AksCluster and looks up clusters that other
// programs manage.
package aks

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/internal/azurenative"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// AksClusterArgs are the inputs of an AksCluster.
type AksClusterArgs struct {
	// Name of the cluster in Azure: 1 to 63 letters, digits, hyphens and underscores.
	Name string `pulumi:"name"`
	// Name of the resource group to create: 1 to 90 letters, digits and - _ . ( ).
	// Default: Name.
	ResourceGroupName string `pulumi:"resourceGroupName,optional"`
	// Azure region, such as westus3.
	Region string `pulumi:"region"`
	// Tags of the resource group, the cluster and its node pools.
	Tags map[string]string `pulumi:"tags,optional"`
	ClusterSettings

	// running is the deployed cluster, after LookUp.
	running *runningCluster
}

// ClusterSettings are the configurable properties of an AKS cluster. The zero value
// is the cluster of the guide: one node, Free tier.
type ClusterSettings struct {
	// Pricing tier: Free, Standard (with an uptime SLA) or Premium (long-term support).
	Tier string `pulumi:"tier,optional" enum:"Free,Standard,Premium" default:"Free"`
	ClusterUpgrades
	ClusterAccess
	// NodePool is the system pool. Without a UserPool it runs everything.
	NodePool
	// Second pool, for Argo CD and other workloads. The system pool then runs only AKS's own
	// pods (CriticalAddonsOnly).
	UserPool *UserPool `pulumi:"userPool,optional"`
	// Operating system of the nodes: Ubuntu or AzureLinux. Default: AKS's own.
	OsSKU string `pulumi:"osSku,optional" enum:"Ubuntu,AzureLinux"`
	// Network of the cluster. A change replaces the cluster. Default: AKS's own.
	Network *ClusterNetwork `pulumi:"network,optional"`
	// Hours between removals of unused images, 24 to 2160. Default: never.
	ImageCleanerHours int `pulumi:"imageCleanerHours,optional"`
	// Makes AKS's node resource group read-only.
	LockNodeResourceGroup bool `pulumi:"lockNodeResourceGroup,optional"`
}

// SchedulableNodes returns the minimum number of nodes that can run Argo CD's pods.
func (s ClusterSettings) SchedulableNodes() int {
	if s.UserPool != nil {
		return s.UserPool.pool().nodes()
	}
	return s.nodes()
}

// AksCluster creates a resource group with an AKS cluster that has a system-assigned
// identity, an OIDC issuer and workload identity. Depending on the arguments, it also
// creates a user pool and the windows for automatic upgrades. The resource option protect
// covers all but the windows.
type AksCluster struct {
	pulumi.ResourceState

	// Name of the resource group.
	ResourceGroupName pulumi.StringOutput `pulumi:"resourceGroupName"`
	// Name of the cluster. It is known before the nodes of a user pool are created.
	ClusterName pulumi.StringOutput `pulumi:"clusterName"`
	// URL of the cluster's OIDC issuer, with the slash at the end that federated
	// credentials need.
	OIDCIssuerURL pulumi.StringOutput `pulumi:"oidcIssuerUrl"`
	// Cluster is the managed cluster, for options such as DeletedWith.
	Cluster *containerservice.ManagedCluster
	// Nodes are the cluster and its node pools and maintenance configurations, which
	// AKS creates one at a time. Resources that need nodes use
	// pulumi.DependsOn(cluster.Nodes).
	Nodes []pulumi.Resource
	// IsNew reports whether the cluster did not exist in Azure before this deployment.
	IsNew bool
}

// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
var (
	resourceGroupName = regexp.MustCompile(`^[-\w.()]{0,89}[-\w()]$`)
	aksName           = regexp.MustCompile(`^` + azure.ClusterName + `$`)
)

// Problems lists the arguments that Azure would reject. AdminGroups may still be
// names, so a program can call it before it looks the groups up.
func (a *AksClusterArgs) Problems() problem.List {
	var p problem.List
	if !aksName.MatchString(a.Name) {
		p.Add("Name", "%q must be 1 to 63 letters, digits, hyphens and underscores, with a letter or digit at both ends, such as argocd-dev", a.Name)
	}
	if a.ResourceGroupName != "" && a.ResourceGroupName != a.Name && !resourceGroupName.MatchString(a.ResourceGroupName) {
		p.Add("ResourceGroupName", "%q must be 1 to 90 letters, digits and - _ . ( ), with no dot at the end", a.ResourceGroupName)
	}
	p.Check("Region", azure.CheckRegion(a.Region))
	p = append(p, checkTags(a.Tags)...)
	return append(p, a.ClusterSettings.problems()...)
}

func (s ClusterSettings) problems() problem.List {
	var p problem.List
	p.Enums(s)
	if s.ImageCleanerHours != 0 && (s.ImageCleanerHours < 24 || s.ImageCleanerHours > 2160) {
		p.Add("ImageCleanerHours", "%d must be 24 to 2160", s.ImageCleanerHours)
	}
	p = slices.Concat(p, s.ClusterUpgrades.problems(), s.ClusterAccess.problems(), s.NodePool.problems(1))
	if oneCPU.MatchString(s.VMSize) {
		p.Add("VMSize", "%q has one vCPU, and AKS requires two for the system pool; use a larger size, such as Standard_D2s_v5", s.VMSize)
	}
	if s.UserPool != nil {
		p.Below("UserPool", s.UserPool.problems())
	}
	if s.Network != nil {
		p.Below("Network", s.Network.problems())
		p.Check("Network.PodCIDR", s.checkPodRange())
	}
	return p
}

// checkPodRange rejects a pod range with fewer /24 ranges than the pools have nodes, because AKS
// assigns one to each node: https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay
func (s ClusterSettings) checkPodRange() error {
	nodes := s.nodes()
	if s.UserPool != nil {
		nodes += s.UserPool.pool().nodes()
	}
	pods, err := netip.ParsePrefix(s.Network.PodCIDR)
	if ranges := 1 << max(24-pods.Bits(), 0); err == nil && pods.Bits() <= 24 && nodes > ranges {
		return fmt.Errorf("%s has room for %d nodes, one /24 range each, but the pools have %d; use a larger range, such as 10.244.0.0/16", pods, ranges, nodes)
	}
	return nil
}

func (a *AksClusterArgs) check() problem.List {
	p := a.Problems()
	for i, group := range a.AdminGroups {
		if id, known := component.Known(group); known {
			p.Check(problem.Item("AdminGroups", i), azure.CheckObjectID(id))
		} else if group == nil {
			p.Add(problem.Item("AdminGroups", i), "is empty")
		}
	}
	return p
}

// NewAksCluster creates an AksCluster. It returns an error for invalid
// arguments, before any resource is registered.
func NewAksCluster(ctx *pulumi.Context, name string, args *AksClusterArgs, opts ...pulumi.ResourceOption) (*AksCluster, error) {
	c := &AksCluster{}
	return component.New(ctx, "AksCluster", name, args, (*AksClusterArgs).check, c, c.create, opts)
}

func (c *AksCluster) create(ctx *pulumi.Context, name string, args *AksClusterArgs) (pulumi.Map, error) {
	if args.running == nil {
		problems, err := args.LookUp(ctx, pulumi.Parent(c))
		if err := cmp.Or(err, component.Invalid(problems)); err != nil {
			return nil, err
		}
	}
	running := *args.running
	c.IsNew = running.pools == nil
	// Azure resources cannot be renamed: a replacement must be deleted first.
	opts := []pulumi.ResourceOption{pulumi.Parent(c), pulumi.DeleteBeforeReplace(true)}
	group, err := azurenative.NewResourceGroup(ctx, name+"-group", &azurenative.ResourceGroupArgs{
		ResourceGroupName: pulumi.String(args.resourceGroup()),
		Location:          pulumi.String(args.Region),
		Tags:              pulumi.ToStringMap(args.Tags),
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("resource group: %w", err)
	}
	if c.Cluster, err = newManagedCluster(ctx, name, args, group.Name, running, opts...); err != nil {
		return nil, err
	}
	c.Nodes = []pulumi.Resource{c.Cluster}
	found := clusterName{group.Name, c.Cluster.Name}
	opts = append(opts, pulumi.DeletedWith(c.Cluster))
	if user := args.UserPool; user != nil {
		pool, err := newUserPool(ctx, name, found, *user, args.nodeSystem(), running.pools[user.name()], opts...)
		if err != nil {
			return nil, err
		}
		c.Nodes = append(c.Nodes, pool)
	}
	// AKS runs one operation at a time: https://learn.microsoft.com/azure/aks/create-node-pools
	schedules, err := newMaintenance(ctx, name, found, args.Maintenance, append(opts, pulumi.DependsOn(c.Nodes))...)
	if err != nil {
		return nil, err
	}
	c.Nodes = append(c.Nodes, schedules...)
	c.ResourceGroupName = group.Name
	c.ClusterName = c.Cluster.Name
	c.OIDCIssuerURL = c.Cluster.OidcIssuerProfile.IssuerURL().Elem()
	return pulumi.Map{
		"resourceGroupName": c.ResourceGroupName,
		"clusterName":       c.ClusterName,
		"oidcIssuerUrl":     c.OIDCIssuerURL,
	}, nil
}

func (a *AksClusterArgs) nodeSystem() nodeSystem {
	return nodeSystem{osSKU: a.OsSKU, kubernetesVersion: a.KubernetesVersion, tags: a.Tags}
}

func (a *AksClusterArgs) resourceGroup() string { return cmp.Or(a.ResourceGroupName, a.Name) }

// nodeResourceGroup returns a shortened name if AKS's default would exceed the
// limit of 80 characters, and "" otherwise.
func (a *AksClusterArgs) nodeResourceGroup() string {
	const longest = 80
	if name := "MC_" + a.resourceGroup() + "_" + a.Name + "_" + a.Region; len(name) > longest {
		return strings.TrimRight(name[:longest], ".")
	}
	return ""
}

// dnsPrefix returns the cluster's name as a DNS label of at most 54 characters.
func (a *AksClusterArgs) dnsPrefix() string {
	label := strings.ReplaceAll(a.Name, "_", "-")
	return strings.TrimRight(label[:min(len(label), 54)], "-")
}

func newManagedCluster(ctx *pulumi.Context, name string, args *AksClusterArgs, resourceGroup pulumi.StringInput, running runningCluster, opts ...pulumi.ResourceOption) (*containerservice.ManagedCluster, error) {
	cluster := &containerservice.ManagedClusterArgs{
		ResourceName:      pulumi.String(args.Name),
		ResourceGroupName: resourceGroup,
		NodeResourceGroup: component.Optional(args.nodeResourceGroup()),
		Location:          pulumi.String(args.Region),
		DnsPrefix:         pulumi.String(args.dnsPrefix()),
		EnableRBAC:        pulumi.Bool(true),
		KubernetesVersion: component.Optional(notLowered(args.KubernetesVersion, running.version)),
		Sku: containerservice.ManagedClusterSKUArgs{
			Name: pulumi.String(containerservice.ManagedClusterSKUNameBase),
			Tier: pulumi.String(cmp.Or(args.Tier, string(containerservice.ManagedClusterSKUTierFree))),
		},
		SupportPlan:              pulumi.String(args.supportPlan()),
		Identity:                 containerservice.ManagedClusterIdentityArgs{Type: containerservice.ResourceIdentityTypeSystemAssigned},
		OidcIssuerProfile:        containerservice.ManagedClusterOIDCIssuerProfileArgs{Enabled: pulumi.Bool(true)},
		SecurityProfile:          args.securityProfile(),
		AutoUpgradeProfile:       args.ClusterUpgrades.profile(),
		AgentPoolProfiles:        containerservice.ManagedClusterAgentPoolProfileArray{args.systemPool(args.nodeSystem(), running, args.UserPool == nil)},
		NodeResourceGroupProfile: containerservice.ManagedClusterNodeResourceGroupProfileArgs{RestrictionLevel: pulumi.String(args.restriction())},
		Tags:                     pulumi.ToStringMap(args.Tags),
	}
	args.ClusterAccess.apply(cluster, running)
	if args.Network != nil {
		cluster.NetworkProfile = args.Network.profile()
	}
	fixed := args.ClusterAccess.fixed()
	for _, property := range fixedPool {
		fixed = append(fixed, "agentPoolProfiles[*]."+property)
	}
	created, err := containerservice.NewManagedCluster(ctx, name+"-cluster", cluster,
		append(opts, clusterTimeouts, pulumi.ReplaceOnChanges(fixed), pulumi.IgnoreChanges(args.leftToAKS()))...)
	if err != nil {
		return nil, fmt.Errorf("managed cluster: %w", err)
	}
	return created, nil
}

func (s ClusterSettings) supportPlan() containerservice.KubernetesSupportPlan {
	if s.Tier == "Premium" {
		return containerservice.KubernetesSupportPlanAKSLongTermSupport
	}
	return containerservice.KubernetesSupportPlanKubernetesOfficial
}

func (s ClusterSettings) restriction() containerservice.RestrictionLevel {
	if s.LockNodeResourceGroup {
		return containerservice.RestrictionLevelReadOnly
	}
	return containerservice.RestrictionLevelUnrestricted
}

func (s ClusterSettings) securityProfile() containerservice.ManagedClusterSecurityProfileArgs {
	cleaner := containerservice.ManagedClusterSecurityProfileImageCleanerArgs{Enabled: pulumi.Bool(s.ImageCleanerHours > 0)}
	if s.ImageCleanerHours > 0 {
		cleaner.IntervalHours = pulumi.Int(s.ImageCleanerHours)
	}
	return containerservice.ManagedClusterSecurityProfileArgs{
		WorkloadIdentity: containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs{Enabled: pulumi.Bool(true)},
		ImageCleaner:     cleaner,
	}
}
