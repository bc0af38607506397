package aks

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// ClusterUpgrades are the Kubernetes version of a cluster and its automatic upgrades.
type ClusterUpgrades struct {
	// Kubernetes version, such as 1.35, or 1.35.2 without automatic upgrades. Default: AKS's
	// own.
	KubernetesVersion string `pulumi:"kubernetesVersion,optional"`
	// Automatic upgrades of Kubernetes: none, patch, stable, rapid or node-image.
	// https://learn.microsoft.com/azure/aks/auto-upgrade-cluster
	UpgradeChannel string `pulumi:"upgradeChannel,optional" enum:"none,patch,stable,rapid,node-image" default:"none"`
	// Automatic upgrades of the nodes: None, Unmanaged, SecurityPatch or NodeImage.
	// https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image
	NodeOSUpgradeChannel string `pulumi:"nodeOsUpgradeChannel,optional" enum:"None,Unmanaged,SecurityPatch,NodeImage" default:"NodeImage"`
	// Weekly window for automatic upgrades. Default: any time.
	Maintenance *MaintenanceWindow `pulumi:"maintenance,optional"`
}

// MaintenanceWindow is a weekly window for automatic upgrades.
type MaintenanceWindow struct {
	// Day of the week: Monday to Sunday.
	Day string `pulumi:"day" enum:"Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday"`
	// Start of the window, such as 02:00.
	Start string `pulumi:"start"`
	// Offset from UTC, such as +01:00.
	UTCOffset string `pulumi:"utcOffset,optional" default:"+00:00"`
	// Length of the window in hours, 4 to 24.
	Hours int `pulumi:"hours"`
}

var (
	minorVersion = regexp.MustCompile(`^1\.\d{1,2}$`)
	patchVersion = regexp.MustCompile(`^1\.\d{1,2}\.\d{1,2}$`)
	timeOfDay    = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	utcOffset    = regexp.MustCompile(`^[+-](0\d|1[0-4]):[0-5]\d$`)
)

func (u ClusterUpgrades) problems() problem.List {
	var p problem.List
	p.Enums(u)
	p.Check("KubernetesVersion", u.checkVersion())
	if u.UpgradeChannel == "node-image" && cmp.Or(u.NodeOSUpgradeChannel, "NodeImage") != "NodeImage" {
		p.Add("NodeOSUpgradeChannel", "must be NodeImage with %s node-image", problem.Field("UpgradeChannel"))
	}
	if u.Maintenance != nil {
		p.Below("Maintenance", u.Maintenance.problems())
		if cmp.Or(u.UpgradeChannel, "none") == "none" && u.NodeOSUpgradeChannel == "None" {
			p.Add("Maintenance", "requires %s or %s; without one there is nothing to schedule", problem.Field("UpgradeChannel"), problem.Field("NodeOSUpgradeChannel"))
		}
	}
	return p
}

// checkVersion rejects a version that the upgrade channel would change immediately.
func (u ClusterUpgrades) checkVersion() error {
	moves := u.UpgradeChannel == "stable" || u.UpgradeChannel == "rapid"
	switch version := u.KubernetesVersion; {
	case version == "" || minorVersion.MatchString(version) && !moves:
		return nil
	case !minorVersion.MatchString(version) && !patchVersion.MatchString(version):
		return fmt.Errorf("%q is not a valid version, such as 1.35 or 1.35.2", version)
	case moves:
		return problem.Errorf("%q cannot be combined with %s %s, which upgrades to newer minor versions; remove it", version, problem.Field("UpgradeChannel"), u.UpgradeChannel)
	case u.UpgradeChannel == "patch":
		return problem.Errorf("%q includes a patch, which %s patch upgrades; use %s", version, problem.Field("UpgradeChannel"), version[:strings.LastIndex(version, ".")])
	}
	return nil
}

// The oldest minor versions of Kubernetes with which AKS creates clusters, in December 2026. The
// provider has no function that lists those of a region
// (https://github.com/pulumi/pulumi-azure-native/issues/3513).
// https://learn.microsoft.com/azure/aks/supported-kubernetes-versions
const (
	oldestCommunity = 35 // 1.34 had community support until November 2026
	oldestLongTerm  = 32 // until March 2027, with the tier Premium
)

// minor returns the minor version in a valid version, and 0 for none.
func minor(version string) int {
	parts := strings.Split(version, ".")
	number, _ := strconv.Atoi(parts[min(1, len(parts)-1)])
	return number
}

// checkUpgrade rejects a version with which AKS creates no cluster, and an upgrade that skips a
// minor version, which AKS allows only with long-term support or from an unsupported version:
// https://learn.microsoft.com/azure/aks/supported-kubernetes-versions#faq
func (a *AksClusterArgs) checkUpgrade(running runningCluster) error {
	want, have, premium := minor(a.KubernetesVersion), minor(running.version), a.Tier == "Premium"
	switch isNew := running.pools == nil; {
	case want == 0:
		return nil
	case isNew && premium && want < oldestLongTerm:
		return fmt.Errorf("%q no longer has support, so AKS creates no cluster with it; use 1.%d or later", a.KubernetesVersion, oldestLongTerm)
	case isNew && !premium && want < oldestCommunity:
		return problem.Errorf("%q no longer has community support, so AKS creates no cluster with it; use 1.%d or later, or from 1.%d on %s Premium, with long-term support",
			a.KubernetesVersion, oldestCommunity, oldestLongTerm, problem.Field("Tier"))
	case !premium && have >= oldestCommunity && want > have+1:
		return fmt.Errorf("%q skips a minor version: the cluster runs %s, and AKS upgrades one minor version at a time; use 1.%d first", a.KubernetesVersion, running.version, have+1)
	}
	return nil
}

// checkDowngrade returns an error if the running version is newer than the configured one, for
// example after an upgrade by AKS or with az.
func (u ClusterUpgrades) checkDowngrade(running string) error {
	if !isLower(u.KubernetesVersion, running) {
		return nil
	}
	same := strings.Join(strings.Split(running, ".")[:strings.Count(u.KubernetesVersion, ".")+1], ".")
	return fmt.Errorf("%q has no effect: the cluster runs %s, and AKS does not downgrade; set it to %s", u.KubernetesVersion, running, same)
}

func (w MaintenanceWindow) problems() problem.List {
	var p problem.List
	if w.Day == "" {
		p.Add("Day", "is required; use Monday to Sunday")
	}
	p.Enums(w)
	if !timeOfDay.MatchString(w.Start) {
		p.Add("Start", "%q is not a valid time, such as 02:00", w.Start)
	}
	if w.UTCOffset != "" && !utcOffset.MatchString(w.UTCOffset) {
		p.Add("UTCOffset", "%q is not a valid UTC offset, such as +01:00", w.UTCOffset)
	}
	if w.Hours < 4 || w.Hours > 24 {
		p.Add("Hours", "%d must be 4 to 24", w.Hours)
	}
	return p
}

// profile also sends AKS's defaults, because AKS keeps the value of an omitted property.
func (u ClusterUpgrades) profile() containerservice.ManagedClusterAutoUpgradeProfileArgs {
	return containerservice.ManagedClusterAutoUpgradeProfileArgs{
		UpgradeChannel:       pulumi.String(cmp.Or(u.UpgradeChannel, "none")),
		NodeOSUpgradeChannel: pulumi.String(cmp.Or(u.NodeOSUpgradeChannel, "NodeImage")),
	}
}

// newMaintenance creates the maintenance configurations for cluster upgrades and for
// node images, one after the other, because AKS runs one operation at a time. AKS
// defines their names.
// https://learn.microsoft.com/azure/aks/planned-maintenance
func newMaintenance(ctx *pulumi.Context, name string, cluster clusterName, window *MaintenanceWindow, opts ...pulumi.ResourceOption) (all []pulumi.Resource, err error) {
	if window == nil {
		return nil, nil
	}
	for _, schedule := range []struct{ suffix, config string }{
		{"-upgrades", "aksManagedAutoUpgradeSchedule"}, {"-node-images", "aksManagedNodeOSUpgradeSchedule"},
	} {
		created, err := containerservice.NewMaintenanceConfiguration(ctx, name+schedule.suffix, &containerservice.MaintenanceConfigurationArgs{
			ResourceGroupName: cluster.resourceGroup,
			ResourceName:      cluster.name,
			ConfigName:        pulumi.String(schedule.config),
			MaintenanceWindow: containerservice.MaintenanceWindowArgs{
				DurationHours: pulumi.Int(window.Hours),
				StartTime:     pulumi.String(window.Start),
				UtcOffset:     pulumi.String(cmp.Or(window.UTCOffset, "+00:00")),
				Schedule: containerservice.ScheduleArgs{Weekly: containerservice.WeeklyScheduleArgs{
					DayOfWeek: pulumi.String(window.Day), IntervalWeeks: pulumi.Int(1),
				}},
			},
		}, append(slices.Clip(opts), component.Unprotected)...)
		if err != nil {
			return nil, fmt.Errorf("maintenance configuration %s: %w", schedule.config, err)
		}
		all = append(all, created)
		opts = append(slices.Clip(opts), pulumi.DependsOn(all))
	}
	return all, nil
}
