package aks

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// runningCluster is what AKS has decided about a cluster since it was deployed,
// which the next deployment must not undo. The zero value is a cluster that is
// not there yet.
type runningCluster struct {
	version string
	// entra says whether users of the Kubernetes API sign in with Entra; AKS
	// never turns that off again.
	entra bool
	pools map[string]runningPool
}

// runningPool is what AKS has decided about a node pool.
type runningPool struct {
	count           int
	vmSize, version string
	zones           []string
}

// lookUpRunning reads the cluster that is about to be deployed. A count that is
// left to the engine would be the one that it sent last: AKS takes that for a
// manual scale-down (https://github.com/Azure/AKS/issues/1248), and it cannot be
// left out (https://github.com/pulumi/pulumi-azure-native/issues/2943).
func lookUpRunning(ctx *pulumi.Context, resourceGroup, name string, opts ...pulumi.InvokeOption) (runningCluster, error) {
	found, err := containerservice.LookupManagedCluster(ctx, &containerservice.LookupManagedClusterArgs{
		ResourceGroupName: resourceGroup, ResourceName: name,
	}, opts...)
	if err != nil && (strings.Contains(err.Error(), "ResourceNotFound") || strings.Contains(err.Error(), "ResourceGroupNotFound")) {
		return runningCluster{}, nil
	}
	if err != nil {
		return runningCluster{}, fmt.Errorf("reading cluster %s: %w", name, err)
	}
	running := runningCluster{version: found.CurrentKubernetesVersion, entra: found.AadProfile != nil, pools: map[string]runningPool{}}
	for _, pool := range found.AgentPoolProfiles {
		running.pools[pool.Name] = runningPool{count: valueOf(pool.Count), vmSize: valueOf(pool.VmSize), version: pool.CurrentOrchestratorVersion, zones: pool.AvailabilityZones}
	}
	return running, nil
}

// notLowered is the version to send: the configured one, unless AKS or somebody
// has gone beyond it, as AKS refuses a downgrade. A version without a patch is at
// any patch of it:
// https://learn.microsoft.com/azure/aks/supported-kubernetes-versions#alias-minor-version
func notLowered(configured, running string) string {
	if configured == "" || running == "" {
		return configured
	}
	have, want := strings.Split(running, "."), strings.Split(configured, ".")
	for i := range min(len(have), len(want)) {
		h, _ := strconv.Atoi(have[i])
		w, _ := strconv.Atoi(want[i])
		if order := cmp.Compare(h, w); order != 0 {
			if order > 0 {
				return running
			}
			return configured
		}
	}
	return configured
}

// valueOf is the value of a property that Azure may leave out.
func valueOf[T any](property *T) T {
	if property == nil {
		return *new(T)
	}
	return *property
}

// clusterTimeouts are for operations that take AKS longer than the provider waits.
var clusterTimeouts = pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "60m", Update: "90m", Delete: "60m"})

// clusterName identifies the cluster that a pool or schedule belongs to.
type clusterName struct{ resourceGroup, name pulumi.StringInput }
