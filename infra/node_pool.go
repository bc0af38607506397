package infra

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/problem"
)

// NodePool is the size and the place of a node pool.
type NodePool struct {
	// VMSize of the nodes. Default: Standard_D2s_v5.
	VMSize string
	// NodeCount is the fixed size. Default: 1. Not with MaxCount.
	NodeCount int
	// MinCount and MaxCount turn autoscaling on.
	MinCount int
	MaxCount int
	// Zones are availability zones of the region: 1, 2, 3.
	Zones []int
}

// fixedPool are the properties that AKS does not change on an existing pool.
var fixedPool = []string{"vmSize", "availabilityZones"}

// autoscales says whether the pool's size is AKS's business.
func (n NodePool) autoscales() bool { return n.MaxCount > 0 }

// nodes is the size that the pool always has.
func (n NodePool) nodes() int {
	if n.autoscales() {
		return n.MinCount
	}
	return max(n.NodeCount, 1)
}

var vmSize = regexp.MustCompile(`^Standard_[A-Za-z0-9_-]+$`)

func (n NodePool) problems() problem.List {
	var p problem.List
	if n.VMSize != "" && !vmSize.MatchString(n.VMSize) {
		p.Add("VMSize", "%q is not a size such as Standard_D4s_v5 (az vm list-sizes)", n.VMSize)
	}
	switch {
	case n.NodeCount < 0 || n.NodeCount > 1000:
		p.Add("NodeCount", "%d is not 1 to 1000", n.NodeCount)
	case n.MaxCount < 0 || n.MaxCount > 1000:
		p.Add("MaxCount", "%d is not 1 to 1000", n.MaxCount)
	case n.autoscales() && n.NodeCount > 0:
		p.Add("NodeCount", "excludes maxCount: with autoscaling AKS chooses between minCount and maxCount")
	case n.MinCount != 0 && !n.autoscales():
		p.Add("MinCount", "needs maxCount, which turns autoscaling on")
	case n.autoscales() && (n.MinCount < 1 || n.MinCount > n.MaxCount):
		p.Add("MinCount", "%d must be at least 1 and at most maxCount (%d)", n.MinCount, n.MaxCount)
	}
	for i, zone := range n.Zones {
		if zone < 1 || zone > 3 || slices.Contains(n.Zones[:i], zone) {
			p.Add(problem.Item("Zones", i), "%d is not one of 1, 2, 3, each once", zone)
		}
	}
	return p
}

// nodeSystem is what the pools of a cluster have in common.
type nodeSystem struct {
	osSKU, kubernetesVersion string
	tags                     map[string]string
}

// pool is what AKS is told of a pool, whichever it is.
func (n NodePool) pool(system nodeSystem) *containerservice.AgentPoolArgs {
	pool := &containerservice.AgentPoolArgs{
		Type:                pulumi.String(containerservice.AgentPoolTypeVirtualMachineScaleSets),
		Count:               pulumi.Int(n.nodes()),
		VmSize:              pulumi.String(cmp.Or(n.VMSize, "Standard_D2s_v5")),
		OsType:              pulumi.String(containerservice.OSTypeLinux),
		OsSKU:               optional(system.osSKU),
		OrchestratorVersion: optional(system.kubernetesVersion),
		AvailabilityZones:   zones(n.Zones),
		Tags:                tags(system.tags),
	}
	if n.autoscales() {
		pool.EnableAutoScaling = pulumi.Bool(true)
		pool.MinCount, pool.MaxCount = pulumi.Int(n.MinCount), pulumi.Int(n.MaxCount)
	}
	return pool
}

// systemPool is the pool that comes with the cluster, for which the SDK has a
// type of its own. Alone, it runs everything.
func (n NodePool) systemPool(system nodeSystem, alone bool) containerservice.ManagedClusterAgentPoolProfileArgs {
	p := n.pool(system)
	pool := containerservice.ManagedClusterAgentPoolProfileArgs{
		Name: pulumi.String("default"), Mode: pulumi.String(containerservice.AgentPoolModeSystem), Type: p.Type,
		Count: p.Count, EnableAutoScaling: p.EnableAutoScaling, MinCount: p.MinCount, MaxCount: p.MaxCount,
		VmSize: p.VmSize, OsType: p.OsType, OsSKU: p.OsSKU, OrchestratorVersion: p.OrchestratorVersion,
		AvailabilityZones: p.AvailabilityZones, Tags: p.Tags,
	}
	if !alone {
		pool.NodeTaints = pulumi.ToStringArray([]string{"CriticalAddonsOnly=true:NoSchedule"})
	}
	return pool
}

// newUserPool creates a second pool as a resource of its own: AKS adds, replaces
// and deletes pools of an existing cluster only so.
func newUserPool(ctx *pulumi.Context, name string, cluster clusterName, user NodePool, system nodeSystem, opts ...pulumi.ResourceOption) (*containerservice.AgentPool, error) {
	args := user.pool(system)
	args.AgentPoolName, args.Mode = pulumi.String("user"), pulumi.String(containerservice.AgentPoolModeUser)
	args.ResourceGroupName, args.ResourceName = cluster.resourceGroup, cluster.name
	opts = append(opts, pulumi.ReplaceOnChanges(fixedPool), clusterTimeouts)
	if user.autoscales() {
		opts = append(opts, pulumi.IgnoreChanges([]string{"count"}))
	}
	pool, err := containerservice.NewAgentPool(ctx, name+"-user-pool", args, opts...)
	if err != nil {
		return nil, fmt.Errorf("user pool: %w", err)
	}
	return pool, nil
}

func zones(numbers []int) pulumi.StringArrayInput {
	if len(numbers) == 0 {
		return nil
	}
	zones := pulumi.StringArray{}
	for _, zone := range numbers {
		zones = append(zones, pulumi.String(strconv.Itoa(zone)))
	}
	return zones
}
