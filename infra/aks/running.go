package aks

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// runningCluster is the state of a deployed cluster that the next deployment must
// preserve. The zero value is a cluster that does not exist yet.
type runningCluster struct {
	version string
	// entra reports whether users of the Kubernetes API sign in with Entra; AKS
	// cannot turn that off.
	entra bool
	pools map[string]runningPool
}

// runningPool is the state of a deployed node pool.
type runningPool struct {
	count           int
	vmSize, version string
	zones           []string
}

// lookUpRunning reads the deployed cluster. With ignoreChanges, the engine would send
// the node count of the last deployment, and AKS would scale down to it
// (https://github.com/Azure/AKS/issues/1248). The count cannot be omitted either
// (https://github.com/pulumi/pulumi-azure-native/issues/2943).
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

// notLowered returns the configured version, or the running one if that is newer,
// because AKS rejects downgrades. A version without a patch matches all its patches:
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

// valueOf returns the value of an optional property, or its zero value.
func valueOf[T any](property *T) T {
	if property == nil {
		return *new(T)
	}
	return *property
}

// clusterTimeouts extend the provider's timeouts, which are too short for AKS.
var clusterTimeouts = pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "60m", Update: "90m", Delete: "60m"})

// clusterName identifies the cluster that a pool or schedule belongs to.
type clusterName struct{ resourceGroup, name pulumi.StringInput }
