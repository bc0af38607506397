package azuresim_test

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

func userPool(change func(properties)) properties {
	inputs := properties{"resourceGroupName": "prod", "resourceName": "prod", "agentPoolName": "user", "mode": "User", "count": 4, "vmSize": "Standard_D4s_v5"}
	change(inputs)
	return inputs
}

func TestUserPool(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	create(t, a, azuresim.Cluster, hardened())
	for _, c := range []attempt{
		{with("resourceName", "none"), "ParentResourceNotFound", "none"},
		{with("agentPoolName", "user-pool"), "InvalidParameter", "user-pool"},
		{with("availabilityZones", []any{"5"}), "AvailabilityZoneNotSupported", "'5'"},
		{all(with("enableAutoScaling", true), with("minCount", 5), with("maxCount", 8)), "InvalidParameter", "minCount:5"},
	} {
		_, _, err := a.Create(azuresim.AgentPool, userPool(c.change))
		refused(t, err, c.code, c.message)
	}
	id, _ := create(t, a, azuresim.AgentPool, userPool(with("count", 4)))
	refused(t, a.Update(azuresim.AgentPool, id, userPool(with("vmSize", "Standard_D8s_v5"))), "PropertyChangeNotAllowed", "vmSize")
	refused(t, a.Update(azuresim.AgentPool, id, userPool(with("count", 6))), "", "")
}

func TestMaintenance(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	create(t, a, azuresim.Cluster, hardened())
	window := func(cluster, name string, hours int) properties {
		return properties{
			"resourceGroupName": "prod", "resourceName": cluster, "configName": name,
			"maintenanceWindow": properties{
				"durationHours": hours, "startTime": "02:00", "schedule": properties{"weekly": properties{"dayOfWeek": "Sunday", "intervalWeeks": 1}},
			},
		}
	}
	create(t, a, azuresim.Maintenance, window("prod", "aksManagedAutoUpgradeSchedule", 4))
	for _, c := range []struct {
		inputs        properties
		code, message string
	}{
		{window("none", "aksManagedAutoUpgradeSchedule", 4), "ParentResourceNotFound", "none"},
		{window("prod", "weekend", 4), "InvalidParameter", "weekend"},
		{window("prod", "aksManagedNodeOSUpgradeSchedule", 3), "InvalidParameter", "durationHours"},
		{window("prod", "aksManagedNodeOSUpgradeSchedule", 25), "InvalidParameter", "durationHours"},
	} {
		_, _, err := a.Create(azuresim.Maintenance, c.inputs)
		refused(t, err, c.code, c.message)
	}
}
