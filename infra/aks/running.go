package aks

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// runningCluster is the state of a deployed cluster that the next deployment must
// preserve. The zero value is a cluster that does not exist yet.
type runningCluster struct {
	version string
	state   state
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
	running := runningCluster{version: found.CurrentKubernetesVersion, state: stateOf(found), entra: found.AadProfile != nil, pools: map[string]runningPool{}}
	for _, pool := range found.AgentPoolProfiles {
		running.pools[pool.Name] = runningPool{count: valueOf(pool.Count), vmSize: valueOf(pool.VmSize), version: pool.CurrentOrchestratorVersion, zones: pool.AvailabilityZones}
	}
	return running, nil
}

// LookUp reads the deployed cluster, if there is one, and lists the arguments that AKS would
// reject because of it. NewAksCluster does the same if the caller has not.
func (a *AksClusterArgs) LookUp(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (problem.List, error) {
	running, err := lookUpRunning(ctx, a.resourceGroup(), a.Name, opts...)
	if err != nil {
		return nil, err
	}
	a.running = &running
	var p problem.List
	p.Check("KubernetesVersion", a.checkUpgrade(running))
	return p, nil
}

// IsDeployed reports whether LookUp has found the cluster.
func (a *AksClusterArgs) IsDeployed() bool { return a.running != nil && a.running.pools != nil }

// Warnings lists the arguments that AKS accepts but that have no effect or not the apparent one.
func (a *AksClusterArgs) Warnings() problem.List {
	p := a.ClusterAccess.warnings()
	if burstable.MatchString(a.VMSize) {
		p.Add("VMSize", "%q belongs to the B series, which AKS does not support for the system pool; use another series, such as Standard_D2s_v5", a.VMSize)
	}
	if a.IsDeployed() {
		p.Check("KubernetesVersion", a.checkDowngrade(a.running.version))
		// A deployment without changes of the cluster succeeds. One with changes repairs a failed
		// cluster.
		if err := a.running.state.check(a.resourceGroup(), a.Name, "Deleting", "Stopping", "Stopped"); err != nil {
			p.Add("Name", "%q: the cluster %w", a.Name, err)
		}
	}
	return p
}

// notLowered returns the configured version, or the running one if that is newer,
// because AKS rejects downgrades. A version without a patch matches all its patches:
// https://learn.microsoft.com/azure/aks/supported-kubernetes-versions#alias-minor-version
func notLowered(configured, running string) string {
	if isLower(configured, running) {
		return running
	}
	return configured
}

// isLower reports whether the configured version is lower than the running one.
func isLower(configured, running string) bool {
	if configured == "" || running == "" {
		return false
	}
	have, want := strings.Split(running, "."), strings.Split(configured, ".")
	for i := range min(len(have), len(want)) {
		h, _ := strconv.Atoi(have[i])
		w, _ := strconv.Atoi(want[i])
		if order := cmp.Compare(h, w); order != 0 {
			return order > 0
		}
	}
	return false
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
