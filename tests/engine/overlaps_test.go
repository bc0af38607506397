package engine_test

import (
	"strings"
	"testing"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestOverlaps checks that an up fails if two of its operations on a cluster can overlap.
func TestOverlaps(t *testing.T) {
	t.Parallel()
	_, err := open(t, azuresim.New(), unordered, "dev").Up(t.Context())
	if err == nil || !strings.Contains(err.Error(), "OperationNotAllowed") {
		t.Errorf("up: %v", err)
	}
}

// unordered creates two maintenance configurations of a cluster without a dependency
// between them.
func unordered(ctx *pulumi.Context) error {
	cluster, err := aks.NewAksCluster(ctx, "aks", &aks.AksClusterArgs{Name: "argocd-dev", Region: "westus3"})
	if err != nil {
		return err
	}
	for _, name := range []string{"aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"} {
		if _, err := containerservice.NewMaintenanceConfiguration(ctx, name, &containerservice.MaintenanceConfigurationArgs{
			ResourceGroupName: cluster.ResourceGroupName, ResourceName: cluster.ClusterName, ConfigName: pulumi.String(name),
			MaintenanceWindow: containerservice.MaintenanceWindowArgs{
				DurationHours: pulumi.Int(4), StartTime: pulumi.String("02:00"),
				Schedule: containerservice.ScheduleArgs{Weekly: containerservice.WeeklyScheduleArgs{DayOfWeek: pulumi.String("Sunday"), IntervalWeeks: pulumi.Int(1)}},
			},
		}); err != nil {
			return err
		}
	}
	return nil
}
