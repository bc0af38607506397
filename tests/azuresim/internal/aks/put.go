package aks

import (
	"fmt"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// AKS keeps properties that a request omits, and clears those that it sets to an empty
// value. Sources for tags, node labels, taints and authorized IP ranges:
// https://github.com/Azure/azure-service-operator/issues/3522 and
// https://github.com/kubernetes-sigs/cluster-api-provider-azure/issues/3653. Inferred for
// all other properties.

func putCluster(o *store.Object, in property.Map) property.Map {
	merged := o.Inputs.Put(containerservice.ManagedClusterArgs{}.ElementType(), in)
	sent := in.Maps("agentPoolProfiles")
	var pools []property.Map
	for _, pool := range merged.Maps("agentPoolProfiles") {
		for _, request := range sent {
			if request.Text("name") == pool.Text("name") {
				pool = withoutBounds(pool, request)
			}
		}
		pools = append(pools, pool)
	}
	merged["agentPoolProfiles"] = property.List(pools)
	return merged
}

func putPool(o *store.Object, in property.Map) property.Map {
	return withoutBounds(o.Inputs.Put(containerservice.AgentPoolArgs{}.ElementType(), in), in)
}

// withoutBounds removes a pool's bounds when a request turns autoscaling off.
func withoutBounds(pool, request property.Map) property.Map {
	if off := request.At("enableAutoScaling"); off.IsBool() && !off.BoolValue() {
		pool = pool.Copy()
		delete(pool, "minCount")
		delete(pool, "maxCount")
	}
	return pool
}

// sentPool requires a size, even of a pool with autoscaling:
// https://github.com/pulumi/pulumi-azure-native/issues/2943.
func sentPool(in property.Map) error {
	return invalidIf(!in.At("count").IsNumber(), "Required parameter agentPoolProfile.count is missing (null).")
}

func sentPools(in property.Map) error {
	for _, pool := range in.Maps("agentPoolProfiles") {
		if err := sentPool(pool); err != nil {
			return err
		}
	}
	return nil
}

// isOwnPool reports whether an ID belongs to a pool of a cluster's inputs.
func (s *Service) isOwnPool(id string) bool {
	clusterID, name, _ := strings.Cut(id, "/agentPools/")
	cluster := s.objects.Get(clusterID)
	return cluster != nil && ownPool(cluster, name) >= 0
}

func ownPool(cluster *store.Object, name string) int {
	for i, pool := range cluster.Inputs.Maps("agentPoolProfiles") {
		if pool.Text("name") == name {
			return i
		}
	}
	return -1
}

// Scale resizes a pool of the one cluster, as the autoscaler does.
func (s *Service) Scale(name string, count int) error {
	clusters := s.objects.All(Cluster)
	if len(clusters) != 1 {
		return fmt.Errorf("%d clusters, want 1", len(clusters))
	}
	cluster := clusters[0]
	if i := ownPool(cluster, name); i >= 0 {
		pools := cluster.Inputs.Maps("agentPoolProfiles")
		scaled, err := scale(pools[i], count)
		if err == nil {
			pools[i] = scaled
			cluster.Inputs = cluster.Inputs.Copy()
			cluster.Inputs["agentPoolProfiles"] = property.List(pools)
		}
		return err
	}
	pool := s.objects.Get(cluster.ID + "/agentPools/" + name)
	if pool == nil {
		return fmt.Errorf("pool %s not found", name)
	}
	scaled, err := scale(pool.Inputs, count)
	if err == nil {
		pool.Inputs = scaled
	}
	return err
}

func scale(pool property.Map, count int) (property.Map, error) {
	if !pool.Flag("enableAutoScaling") || count < pool.Number("minCount") || count > pool.Number("maxCount") {
		return nil, fmt.Errorf("the autoscaler cannot scale to %d nodes: %v", count, pool)
	}
	pool = pool.Copy()
	pool["count"] = resource.NewNumberProperty(float64(count))
	return pool, nil
}
