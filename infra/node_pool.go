package infra

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NodePool is the size and the place of a node pool.
type NodePool struct {
	// VMSize of the nodes. Default: Standard_D2s_v5.
	VMSize string `json:"vmSize"`
	// NodeCount is the fixed size. Default: 1. Not with MaxCount.
	NodeCount int `json:"nodeCount"`
	// MinCount and MaxCount turn autoscaling on.
	MinCount int `json:"minCount"`
	MaxCount int `json:"maxCount"`
	// Zones are availability zones of the region: 1, 2, 3.
	Zones []int `json:"zones"`
}

// autoscales says whether the pool's size is AKS's business.
func (p NodePool) autoscales() bool { return p.MaxCount > 0 }

// nodes is the size that the pool always has.
func (p NodePool) nodes() int {
	if p.autoscales() {
		return p.MinCount
	}
	return max(p.NodeCount, 1)
}

var vmSize = regexp.MustCompile(`^Standard_[A-Za-z0-9_-]+$`)

func (p NodePool) validate(f *fieldErrors, prefix string) {
	if p.VMSize != "" && !vmSize.MatchString(p.VMSize) {
		f.add(prefix+"vmSize", "%q is not a size such as Standard_D4s_v5 (az vm list-sizes)", p.VMSize)
	}
	switch {
	case p.NodeCount < 0 || p.NodeCount > 1000:
		f.add(prefix+"nodeCount", "%d is not 1 to 1000", p.NodeCount)
	case p.MaxCount < 0 || p.MaxCount > 1000:
		f.add(prefix+"maxCount", "%d is not 1 to 1000", p.MaxCount)
	case p.autoscales() && p.NodeCount > 0:
		f.add(prefix+"nodeCount", "excludes maxCount: with autoscaling AKS chooses between minCount and maxCount")
	case p.MinCount != 0 && !p.autoscales():
		f.add(prefix+"minCount", "needs maxCount, which turns autoscaling on")
	case p.autoscales() && (p.MinCount < 1 || p.MinCount > p.MaxCount):
		f.add(prefix+"minCount", "%d must be at least 1 and at most maxCount (%d)", p.MinCount, p.MaxCount)
	}
	for i, zone := range p.Zones {
		if zone < 1 || zone > 3 || slices.Contains(p.Zones[:i], zone) {
			f.add(fmt.Sprintf("%szones[%d]", prefix, i), "%d is not one of 1, 2, 3, each once", zone)
		}
	}
}

// systemPool is the pool that comes with the cluster.
func systemPool(args *AksClusterArgs) containerservice.ManagedClusterAgentPoolProfileArgs {
	pool := containerservice.ManagedClusterAgentPoolProfileArgs{
		Name:                pulumi.String("default"),
		Mode:                pulumi.String(containerservice.AgentPoolModeSystem),
		Type:                pulumi.String(containerservice.AgentPoolTypeVirtualMachineScaleSets),
		Count:               pulumi.Int(args.nodes()),
		VmSize:              pulumi.String(cmp.Or(args.VMSize, defaultVMSize)),
		OsType:              pulumi.String(containerservice.OSTypeLinux),
		OsSKU:               optional(args.OSSKU),
		OrchestratorVersion: optional(args.KubernetesVersion),
		AvailabilityZones:   zones(args.Zones),
		Tags:                tags(args.Tags),
	}
	if args.autoscales() {
		pool.EnableAutoScaling = pulumi.Bool(true)
		pool.MinCount, pool.MaxCount = pulumi.Int(args.MinCount), pulumi.Int(args.MaxCount)
	}
	if args.UserPool != nil {
		pool.NodeTaints = pulumi.ToStringArray([]string{"CriticalAddonsOnly=true:NoSchedule"})
	}
	return pool
}

// addUserPool creates the second pool as a resource of its own: AKS adds,
// replaces and deletes pools of an existing cluster only so.
func (c *AksCluster) addUserPool(ctx *pulumi.Context, name string, args *AksClusterArgs, resourceGroup pulumi.StringInput) error {
	user := args.UserPool
	if user == nil {
		return nil
	}
	pool := &containerservice.AgentPoolArgs{
		AgentPoolName:       pulumi.String("user"),
		ResourceGroupName:   resourceGroup,
		ResourceName:        c.Cluster.Name,
		Mode:                pulumi.String(containerservice.AgentPoolModeUser),
		Type:                pulumi.String(containerservice.AgentPoolTypeVirtualMachineScaleSets),
		Count:               pulumi.Int(user.nodes()),
		VmSize:              pulumi.String(cmp.Or(user.VMSize, defaultVMSize)),
		OsType:              pulumi.String(containerservice.OSTypeLinux),
		OsSKU:               optional(args.OSSKU),
		OrchestratorVersion: optional(args.KubernetesVersion),
		AvailabilityZones:   zones(user.Zones),
		Tags:                tags(args.Tags),
	}
	var ignored []string
	if user.autoscales() {
		pool.EnableAutoScaling = pulumi.Bool(true)
		pool.MinCount, pool.MaxCount = pulumi.Int(user.MinCount), pulumi.Int(user.MaxCount)
		ignored = []string{"count"}
	}
	created, err := containerservice.NewAgentPool(ctx, name+"-user-pool", pool, pulumi.Parent(c), pulumi.DeletedWith(c.Cluster),
		pulumi.DeleteBeforeReplace(true), pulumi.ReplaceOnChanges([]string{"vmSize", "availabilityZones"}), pulumi.IgnoreChanges(ignored),
		clusterTimeouts)
	if err != nil {
		return fmt.Errorf("user pool: %w", err)
	}
	c.Nodes = append(c.Nodes, created)
	return nil
}

const defaultVMSize = "Standard_D2s_v5"

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
