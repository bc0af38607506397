package aks

import (
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// schedules are the maintenance configurations that accept a maintenance window.
var schedules = []string{"aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"}

func (s *Service) createMaintenance(in property.Map) (string, map[string]any, error) {
	cluster, err := s.Cluster(in.Text("resourceGroupName"), in.Text("resourceName"))
	if err != nil {
		return "", nil, err
	}
	name := in.Text("configName")
	return cluster.ID + "/maintenanceConfigurations/" + name, map[string]any{"name": name}, checkMaintenance(nil, in)
}

func checkMaintenance(_ *store.Object, in property.Map) error {
	name, hours := in.Text("configName"), in.Number("maintenanceWindow.durationHours")
	return store.First(
		invalidIf(!slices.Contains(schedules, name), "The maintenance configuration name '%s' does not take a maintenance window.", name),
		invalidIf(hours < 4 || hours > 24, "durationHours %d must be 4 to 24.", hours),
	)
}
