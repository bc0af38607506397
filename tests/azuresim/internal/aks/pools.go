package aks

import (
	"regexp"
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

var (
	poolName = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)
	zones    = []string{"1", "2", "3"}
	oneCPU   = regexp.MustCompile(`^Standard_(A|B|D|DS|F)[01][a-z]*(_|$)`)
)

// Pools returns a cluster's own pools and the added ones.
func (s *Service) Pools(cluster *store.Object) []property.Map {
	all := cluster.Inputs.Maps("agentPoolProfiles")
	for _, o := range s.objects.All(AgentPool) { // sorted by ID, which ends with the name
		if store.Inside(o, cluster) {
			pool := o.Inputs.Copy()
			pool["name"] = pool["agentPoolName"]
			delete(pool, "agentPoolName")
			delete(pool, "resourceGroupName")
			delete(pool, "resourceName")
			all = append(all, pool)
		}
	}
	return all
}

func (s *Service) createPool(in property.Map) (string, map[string]any, error) {
	cluster, err := s.Cluster(in.Text("resourceGroupName"), in.Text("resourceName"))
	if err != nil {
		return "", nil, err
	}
	name := in.Text("agentPoolName")
	return cluster.ID + "/agentPools/" + name, map[string]any{"name": name, "provisioningState": "Succeeded"}, store.First(s.CheckPower(cluster), checkPool(in, name), checkSize(in))
}

func updatePool(o *store.Object, in property.Map) error {
	name := in.Text("agentPoolName")
	return store.First(checkFixedPool(o.Inputs, in, name), checkPool(in, name))
}

// checkPools checks the pools in a cluster's inputs.
func checkPools(in property.Map) error {
	system := false
	for _, pool := range in.Maps("agentPoolProfiles") {
		if err := checkPool(pool, pool.Text("name")); err != nil {
			return err
		}
		// Code and text from a public log: one vCPU is not enough, two are.
		if name := pool.Text("name"); pool.Text("mode") == "System" && oneCPU.MatchString(pool.Text("vmSize")) {
			return store.Refuse(400, "SystemPoolSkuTooLow", "System node pool must use VM sku with more than 2 cores and 4GB memory. Nodepool name: %s.", name)
		}
		system = system || pool.Text("mode") == "System" && pool.Number("count") > 0
	}
	return invalidIf(!system, "There has to be at least one system agent pool with at least one node.")
}

func checkPool(pool property.Map, name string) error {
	zone, elsewhere := property.First(pool.Texts("availabilityZones"), func(zone string) bool { return !slices.Contains(zones, zone) })
	kubernetes := pool.Text("orchestratorVersion")
	scales, low, high := pool.Flag("enableAutoScaling"), pool.Number("minCount"), pool.Number("maxCount")
	least := 1 // minimum of a system pool: https://learn.microsoft.com/azure/aks/cluster-autoscaler
	if pool.Text("mode") == "User" {
		least = 0
	}
	return store.First(
		invalidIf(!poolName.MatchString(name), "Agent pool name '%s' must start with a lowercase letter, have max length of 12, and only have characters a-z0-9.", name),
		store.RefuseIf(elsewhere, 400, "AvailabilityZoneNotSupported", "Preflight validation check failed: the zone(s) '%s' for resource '%s' is not supported.", zone, name),
		store.RefuseIf(kubernetes != "" && !longTerm.MatchString(kubernetes), 400, "AgentPoolK8sVersionNotSupported", "Version %s is not supported in this region.", kubernetes),
		invalidIf(scales && (low < least || low > high) || !scales && (low != 0 || high != 0), "Agent pool '%s': enableAutoScaling %v, minCount %d and maxCount %d do not go together.", name, scales, low, high),
	)
}

func checkSizes(in property.Map) error {
	for _, pool := range in.Maps("agentPoolProfiles") {
		if err := checkSize(pool); err != nil {
			return err
		}
	}
	return nil
}

// checkSize checks that a new pool's size is within its bounds. Later the minimum can
// exceed the size: https://github.com/Azure/AKS/issues/1758.
func checkSize(pool property.Map) error {
	count, low, high := pool.Number("count"), pool.Number("minCount"), pool.Number("maxCount")
	return invalidIf(pool.Flag("enableAutoScaling") && (count < low || count > high),
		"agentPoolProfile.count was %d. It must be greater or equal to minCount:%d and less than or equal to maxCount:%d.", count, low, high)
}

// checkOwnPools rejects changes that require an operation on the pool itself. A pool that
// the request omits stays.
func (s *Service) checkOwnPools(cluster *store.Object, in property.Map) error {
	for _, pool := range in.Maps("agentPoolProfiles") {
		name, known := pool.Text("name"), false
		for _, before := range s.Pools(cluster) {
			if before.Text("name") != name {
				continue
			}
			known = true
			if err := checkFixedPool(before, pool, name); err != nil {
				return err
			}
		}
		if !known {
			return store.Refuse(400, "BadRequest", "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations.")
		}
	}
	return nil
}

// checkFixedPool rejects changes of a pool's fixed properties.
func checkFixedPool(before, after property.Map, name string) error {
	changed := before.Text("vmSize") != after.Text("vmSize") || !slices.Equal(before.Texts("availabilityZones"), after.Texts("availabilityZones"))
	return store.RefuseIf(changed, 400, "PropertyChangeNotAllowed", "Changing property 'properties.vmSize' or 'properties.availabilityZones' of agent pool '%s' is not allowed.", name)
}
