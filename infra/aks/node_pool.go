package aks

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// NodePool is the size and placement of a node pool.
type NodePool struct {
	// VM size of the nodes.
	VMSize string `pulumi:"vmSize,optional" default:"Standard_D2s_v5"`
	// Fixed number of nodes. Default: 1. Cannot be combined with MaxCount.
	NodeCount int `pulumi:"nodeCount,optional"`
	// Smallest number of nodes with autoscaling.
	MinCount int `pulumi:"minCount,optional"`
	// Largest number of nodes, which turns autoscaling on.
	MaxCount int `pulumi:"maxCount,optional"`
	// Availability zones of the region: 1, 2, 3.
	Zones []int `pulumi:"zones,optional"`
}

// UserPool is a node pool beside the system pool.
type UserPool struct {
	// Name of the pool: 1 to 12 lower-case letters and digits, a letter first. A change
	// creates the new pool before it deletes the old one, so Argo CD stays available.
	Name string `pulumi:"name,optional" default:"user"`
	// VM size of the nodes.
	VMSize string `pulumi:"vmSize,optional" default:"Standard_D2s_v5"`
	// Fixed number of nodes. Default: 1. Cannot be combined with MaxCount.
	NodeCount int `pulumi:"nodeCount,optional"`
	// Smallest number of nodes with autoscaling; 0 is possible.
	MinCount int `pulumi:"minCount,optional"`
	// Largest number of nodes, which turns autoscaling on.
	MaxCount int `pulumi:"maxCount,optional"`
	// Availability zones of the region: 1, 2, 3.
	Zones []int `pulumi:"zones,optional"`
}

func (u UserPool) pool() NodePool {
	return NodePool{u.VMSize, u.NodeCount, u.MinCount, u.MaxCount, u.Zones}
}

// name returns the pool's name in Azure.
func (u UserPool) name() string { return cmp.Or(u.Name, "user") }

// fixedPool are the properties whose change replaces a pool.
var fixedPool = []string{"vmSize", "availabilityZones"}

// autoscales reports whether AKS chooses the number of nodes.
func (n NodePool) autoscales() bool { return n.MaxCount > 0 }

// nodes returns the minimum number of nodes.
func (n NodePool) nodes() int {
	if n.autoscales() {
		return n.MinCount
	}
	return max(n.NodeCount, 1)
}

// count returns the number of nodes to send: the autoscaler's current choice, within the bounds.
func (n NodePool) count(running runningPool) int {
	if n.autoscales() {
		return min(max(running.count, n.MinCount), n.MaxCount)
	}
	return n.nodes()
}

var vmSizePattern = regexp.MustCompile(`^Standard_[A-Za-z0-9_-]+$`)

// armSize matches a VM size with an Arm processor, the letter p among its features:
// https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions
var armSize = regexp.MustCompile(`(?i)^Standard_[a-z]+\d+(-\d+)?[a-z]*p[a-z]*(_|$)`)

// IsArm reports whether a VM size has an Arm processor.
func IsArm(vmSize string) bool { return armSize.MatchString(vmSize) }

// Sizes that AKS rejects for a system pool, because they have one vCPU, and those that it does not
// support there: https://learn.microsoft.com/azure/aks/quotas-skus-regions#system-node-pools
var (
	oneCPU    = regexp.MustCompile(`(?i)^Standard_(A|B|D|DS|F)[01][a-z]*(_|$)`)
	burstable = regexp.MustCompile(`(?i)^Standard_B\d`)
)

var poolNamePattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)

func (u UserPool) problems() problem.List {
	p := u.pool().problems(0)
	if !poolNamePattern.MatchString(u.name()) || u.name() == systemPoolName {
		p.Add("Name", "%q must be 1 to 12 lower-case letters and digits, a letter first, and not %s, the system pool's name", u.name(), systemPoolName)
	}
	return p
}

// problems checks the settings; least is the smallest minimum that AKS accepts.
func (n NodePool) problems(least int) problem.List {
	var p problem.List
	if n.VMSize != "" && !vmSizePattern.MatchString(n.VMSize) {
		p.Add("VMSize", "%q is not a valid VM size, such as Standard_D4s_v5; list them with az vm list-sizes", n.VMSize)
	}
	switch {
	case n.NodeCount < 0 || n.NodeCount > 1000:
		p.Add("NodeCount", "%d must be 1 to 1000", n.NodeCount)
	case n.MaxCount < 0 || n.MaxCount > 1000:
		p.Add("MaxCount", "%d must be 1 to 1000", n.MaxCount)
	case n.autoscales() && n.NodeCount > 0:
		p.Add("NodeCount", "cannot be combined with %[1]s: with autoscaling, AKS chooses between %[2]s and %[1]s", problem.Field("MaxCount"), problem.Field("MinCount"))
	case n.MinCount != 0 && !n.autoscales():
		p.Add("MinCount", "requires %s, which turns autoscaling on", problem.Field("MaxCount"))
	case n.autoscales() && (n.MinCount < least || n.MinCount > n.MaxCount):
		p.Add("MinCount", "%d must be at least %d and at most %s (%d)", n.MinCount, least, problem.Field("MaxCount"), n.MaxCount)
	}
	for i, zone := range n.Zones {
		if zone < 1 || zone > 3 || slices.Contains(n.Zones[:i], zone) {
			p.Add(problem.Item("Zones", i), "%d must be one of 1, 2, 3, without duplicates", zone)
		}
	}
	return p
}

// nodeSystem holds the properties that all pools of a cluster share.
type nodeSystem struct {
	osSKU, kubernetesVersion string
	tags                     map[string]string
}

// profile returns the pool's inputs, for a system or a user pool. AKS keeps the value of
// an omitted property, so empty ones are sent too.
func (n NodePool) profile(system nodeSystem, running runningPool) *containerservice.AgentPoolArgs {
	pool := &containerservice.AgentPoolArgs{
		Type:                pulumi.String(containerservice.AgentPoolTypeVirtualMachineScaleSets),
		Count:               pulumi.Int(n.count(running)),
		EnableAutoScaling:   pulumi.Bool(n.autoscales()),
		VmSize:              pulumi.String(n.vmSize()),
		OsType:              pulumi.String(containerservice.OSTypeLinux),
		OsSKU:               component.Optional(system.osSKU),
		OrchestratorVersion: component.Optional(notLowered(system.kubernetesVersion, running.version)),
		Tags:                pulumi.ToStringMap(system.tags),
	}
	if len(n.Zones) > 0 {
		pool.AvailabilityZones = pulumi.ToStringArray(n.zones())
	}
	if n.autoscales() {
		pool.MinCount, pool.MaxCount = pulumi.Int(n.MinCount), pulumi.Int(n.MaxCount)
	}
	return pool
}

func (n NodePool) vmSize() string { return cmp.Or(n.VMSize, "Standard_D2s_v5") }

const systemPoolName = "default"

// systemPool returns the cluster's first pool, which has a separate type in the SDK.
// Without a user pool, it runs all workloads.
func (n NodePool) systemPool(system nodeSystem, running runningCluster, alone bool) containerservice.ManagedClusterAgentPoolProfileArgs {
	p := n.profile(system, running.pools[systemPoolName])
	var taints []string
	if !alone {
		taints = []string{"CriticalAddonsOnly=true:NoSchedule"}
	}
	return containerservice.ManagedClusterAgentPoolProfileArgs{
		Name: pulumi.String(systemPoolName), Mode: pulumi.String(containerservice.AgentPoolModeSystem), Type: p.Type,
		Count: p.Count, EnableAutoScaling: p.EnableAutoScaling, MinCount: p.MinCount, MaxCount: p.MaxCount,
		VmSize: p.VmSize, OsType: p.OsType, OsSKU: p.OsSKU, OrchestratorVersion: p.OrchestratorVersion,
		AvailabilityZones: p.AvailabilityZones, Tags: p.Tags, NodeTaints: pulumi.ToStringArray(taints),
	}
}

// replaces reports whether this pool replaces the running pool of the same name.
func (u UserPool) replaces(running runningPool) bool {
	sorted := func(zones []string) []string { return slices.Sorted(slices.Values(zones)) }
	return running.vmSize != "" && (running.vmSize != u.pool().vmSize() || !slices.Equal(sorted(u.pool().zones()), sorted(running.zones)))
}

// newUserPool creates the user pool as a separate resource, because AKS adds,
// replaces and deletes pools of an existing cluster only that way.
func newUserPool(ctx *pulumi.Context, name string, cluster clusterName, user UserPool, system nodeSystem, running runningPool, opts ...pulumi.ResourceOption) (*containerservice.AgentPool, error) {
	args := user.pool().profile(system, running)
	args.AgentPoolName, args.Mode = pulumi.String(user.name()), pulumi.String(containerservice.AgentPoolModeUser)
	args.ResourceGroupName, args.ResourceName = cluster.resourceGroup, cluster.name
	opts = append(slices.Clip(opts), pulumi.ReplaceOnChanges(fixedPool), clusterTimeouts)
	if user.name() == "user" {
		opts = append(opts, pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String(name + "-user-pool")}}))
	}
	if user.replaces(running) {
		if err := ctx.Log.Warn(fmt.Sprintf("The node pool %s is deleted and recreated with other nodes; Argo CD is unavailable until the new pool is ready. "+
			"To create the new nodes first, change the pool's name as well.", user.name()), nil); err != nil {
			return nil, fmt.Errorf("user pool: %w", err)
		}
	}
	pool, err := containerservice.NewAgentPool(ctx, name+"-pool-"+user.name(), args, opts...)
	if err != nil {
		return nil, fmt.Errorf("user pool: %w", err)
	}
	return pool, nil
}

// zones returns the zones in Azure's format.
func (n NodePool) zones() (zones []string) {
	for _, zone := range n.Zones {
		zones = append(zones, strconv.Itoa(zone))
	}
	return zones
}
