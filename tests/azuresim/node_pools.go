package azuresim

import (
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

var poolName = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)

// pools are a cluster's own and those that were added.
func (a *Azure) pools(cluster *object) []resource.PropertyMap {
	all := children(cluster.inputs, "agentPoolProfiles")
	for _, o := range a.all(tokenAgentPool) {
		if idWithin(a, o, cluster) {
			pool := o.inputs.Copy()
			pool["name"] = pool["agentPoolName"]
			for _, key := range []resource.PropertyKey{"agentPoolName", "resourceGroupName", "resourceName"} {
				delete(pool, key)
			}
			all = append(all, pool)
		}
	}
	return all
}

// outputs are what Azure answers. A cluster lists all of its pools.
func (a *Azure) outputs(o *object) resource.PropertyMap {
	all := o.outputs()
	if o.token == tokenCluster {
		all["agentPoolProfiles"] = list(a.pools(o))
	}
	return all
}

func list(maps []resource.PropertyMap) resource.PropertyValue {
	var values []resource.PropertyValue
	for _, m := range maps {
		values = append(values, resource.NewObjectProperty(m))
	}
	return resource.NewArrayProperty(values)
}

// refreshedInputs are what a refresh makes of an object: as the provider does,
// it takes over what Azure reports since the last request, added pools too.
func (a *Azure) refreshedInputs(o *object, state resource.PropertyMap) resource.PropertyMap {
	if pools := a.pools(o); o.token == tokenCluster && len(state) > 0 && len(pools) != len(children(state, "agentPoolProfiles")) {
		inputs := o.inputs.Copy()
		inputs["agentPoolProfiles"] = list(pools)
		return inputs
	}
	return o.inputs
}

// checkPools checks those that come with a cluster.
func checkPools(_ *Azure, in resource.PropertyMap) error {
	system := 0
	for _, pool := range children(in, "agentPoolProfiles") {
		if err := checkPool(pool, text(pool, "name")); err != nil {
			return err
		}
		if text(pool, "mode") == "System" && number(pool, "count") > 0 {
			system++
		}
	}
	if system == 0 {
		return invalid("There has to be at least one system agent pool with at least one node.")
	}
	return nil
}

func checkPool(pool resource.PropertyMap, name string) error {
	if !poolName.MatchString(name) {
		return invalid("Agent pool name '%s' must start with a lowercase letter, have max length of 12, and only have characters a-z0-9.", name)
	}
	for _, zone := range texts(pool, "availabilityZones") {
		if !slices.Contains([]string{"1", "2", "3"}, zone) {
			return refuse(400, "AvailabilityZoneNotSupported", "Preflight validation check failed: the zone(s) '%s' for resource '%s' is not supported.", zone, name)
		}
	}
	if version := text(pool, "orchestratorVersion"); version != "" && !aksVersion.MatchString(version) {
		return refuse(400, "AgentPoolK8sVersionNotSupported", "Version %s is not supported in this region.", version)
	}
	low, high := number(pool, "minCount"), number(pool, "maxCount")
	if scales := flag(pool, "enableAutoScaling"); scales && (low < 1 || low > high) || !scales && (low != 0 || high != 0) {
		return invalid("Agent pool '%s': enableAutoScaling %v, minCount %d and maxCount %d do not go together.", name, scales, low, high)
	}
	return nil
}

// checkCount holds a new pool's size between its bounds. Later the minimum may
// rise above the size: https://github.com/Azure/AKS/issues/1758.
func checkCount(pool resource.PropertyMap) error {
	count, low, high := number(pool, "count"), number(pool, "minCount"), number(pool, "maxCount")
	if flag(pool, "enableAutoScaling") && (count < low || count > high) {
		return invalid("agentPoolProfile.count was %d. It must be greater or equal to minCount:%d and less than or equal to maxCount:%d.", count, low, high)
	}
	return nil
}

// updatePools refuses what takes an operation on the pool itself. A pool that
// the request does not have stays.
func (a *Azure) updatePools(cluster *object, in resource.PropertyMap) error {
	for _, pool := range children(in, "agentPoolProfiles") {
		known := false
		for _, before := range a.pools(cluster) {
			if text(before, "name") == text(pool, "name") {
				known = true
				if err := checkFixed(before, pool, text(pool, "name")); err != nil {
					return err
				}
			}
		}
		if !known {
			return refuse(400, "BadRequest", "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations.")
		}
	}
	return nil
}

// checkFixed refuses changes of what is fixed for a pool's life.
func checkFixed(before, after resource.PropertyMap, name string) error {
	if text(before, "vmSize") != text(after, "vmSize") || !slices.Equal(texts(before, "availabilityZones"), texts(after, "availabilityZones")) {
		return refuse(400, "PropertyChangeNotAllowed", "Changing property 'properties.vmSize' or 'properties.availabilityZones' of agent pool '%s' is not allowed.", name)
	}
	return nil
}

func createAgentPool(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	cluster, err := a.cluster(text(in, "resourceGroupName"), text(in, "resourceName"))
	if err != nil {
		return "", nil, err
	}
	name := text(in, "agentPoolName")
	if err := checkPool(in, name); err != nil {
		return "", nil, err
	}
	return cluster.id + "/agentPools/" + name, map[string]any{"name": name, "provisioningState": "Succeeded"}, checkCount(in)
}

func updateAgentPool(_ *Azure, o *object, in resource.PropertyMap) error {
	if err := checkFixed(o.inputs, in, text(in, "agentPoolName")); err != nil {
		return err
	}
	return checkPool(in, text(in, "agentPoolName"))
}
