package infra

import (
	"cmp"
	"fmt"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// fixedProperties are those that AKS does not change on an existing cluster.
func fixedProperties(args *AksClusterArgs) []string {
	fixed := []string{
		"agentPoolProfiles[*].vmSize", "agentPoolProfiles[*].availabilityZones",
		"networkProfile.networkPlugin", "networkProfile.podCidr", "networkProfile.serviceCidr", "networkProfile.dnsServiceIP",
		"apiServerAccessProfile.enablePrivateCluster",
	}
	if args.PrivateCluster {
		// Turned on, it may bring the whole profile; it has nothing else.
		fixed = append(fixed, "apiServerAccessProfile")
	}
	return fixed
}

func managedCluster(args *AksClusterArgs, resourceGroup pulumi.StringInput) *containerservice.ManagedClusterArgs {
	cluster := &containerservice.ManagedClusterArgs{
		ResourceName:      pulumi.String(args.Name),
		ResourceGroupName: resourceGroup,
		Location:          pulumi.String(args.Location),
		DnsPrefix:         pulumi.String(args.Name),
		EnableRBAC:        pulumi.Bool(true),
		KubernetesVersion: optional(args.KubernetesVersion),
		Sku: containerservice.ManagedClusterSKUArgs{
			Name: pulumi.String(containerservice.ManagedClusterSKUNameBase),
			Tier: pulumi.String(cmp.Or(args.Tier, string(containerservice.ManagedClusterSKUTierFree))),
		},
		Identity:          containerservice.ManagedClusterIdentityArgs{Type: containerservice.ResourceIdentityTypeSystemAssigned},
		OidcIssuerProfile: containerservice.ManagedClusterOIDCIssuerProfileArgs{Enabled: pulumi.Bool(true)},
		SecurityProfile:   securityProfile(args),
		AgentPoolProfiles: containerservice.ManagedClusterAgentPoolProfileArray{systemPool(args)},
		Tags:              tags(args.Tags),
	}
	if args.Tier == "Premium" {
		cluster.SupportPlan = pulumi.String(containerservice.KubernetesSupportPlanAKSLongTermSupport)
	}
	if args.UpgradeChannel != "" || args.NodeOSUpgradeChannel != "" {
		cluster.AutoUpgradeProfile = containerservice.ManagedClusterAutoUpgradeProfileArgs{
			UpgradeChannel:       optional(args.UpgradeChannel),
			NodeOSUpgradeChannel: optional(args.NodeOSUpgradeChannel),
		}
	}
	if args.LockNodeResourceGroup {
		cluster.NodeResourceGroupProfile = containerservice.ManagedClusterNodeResourceGroupProfileArgs{
			RestrictionLevel: pulumi.String(containerservice.RestrictionLevelReadOnly),
		}
	}
	addAccess(cluster, args)
	if args.Network != nil {
		cluster.NetworkProfile = networkProfile(*args.Network)
	}
	return cluster
}

// addAccess sets who reaches the Kubernetes API, and how they sign in.
func addAccess(cluster *containerservice.ManagedClusterArgs, args *AksClusterArgs) {
	if args.PrivateCluster || len(args.AuthorizedIPRanges) > 0 {
		access := containerservice.ManagedClusterAPIServerAccessProfileArgs{EnablePrivateCluster: pulumi.Bool(args.PrivateCluster)}
		if len(args.AuthorizedIPRanges) > 0 {
			access.AuthorizedIPRanges = pulumi.ToStringArray(args.AuthorizedIPRanges)
		}
		cluster.ApiServerAccessProfile = access
	}
	if args.AzureRBAC || len(args.AdminGroupObjectIDs) > 0 {
		entra := containerservice.ManagedClusterAADProfileArgs{Managed: pulumi.Bool(true), EnableAzureRBAC: pulumi.Bool(args.AzureRBAC)}
		if len(args.AdminGroupObjectIDs) > 0 {
			entra.AdminGroupObjectIDs = pulumi.ToStringArray(args.AdminGroupObjectIDs)
		}
		cluster.AadProfile = entra
	}
	if args.DisableLocalAccounts {
		cluster.DisableLocalAccounts = pulumi.Bool(true)
	}
}

func securityProfile(args *AksClusterArgs) containerservice.ManagedClusterSecurityProfileArgs {
	profile := containerservice.ManagedClusterSecurityProfileArgs{
		WorkloadIdentity: containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs{Enabled: pulumi.Bool(true)},
	}
	if args.ImageCleanerHours > 0 {
		profile.ImageCleaner = containerservice.ManagedClusterSecurityProfileImageCleanerArgs{
			Enabled: pulumi.Bool(true), IntervalHours: pulumi.Int(args.ImageCleanerHours),
		}
	}
	return profile
}

func networkProfile(n ClusterNetwork) containerservice.ContainerServiceNetworkProfileArgs {
	return containerservice.ContainerServiceNetworkProfileArgs{
		NetworkPlugin:     optional(n.Plugin),
		NetworkPluginMode: optional(n.PluginMode),
		NetworkDataplane:  optional(n.Dataplane),
		NetworkPolicy:     optional(n.Policy),
		PodCidr:           optional(n.PodCIDR),
		ServiceCidr:       optional(n.ServiceCIDR),
		DnsServiceIP:      optional(n.DNSServiceIP),
		OutboundType:      optional(n.OutboundType),
	}
}

// schedule creates the maintenance configurations of the cluster's upgrades and
// of the nodes' images; their names are AKS's.
// https://learn.microsoft.com/azure/aks/planned-maintenance
func (c *AksCluster) schedule(ctx *pulumi.Context, name string, resourceGroup pulumi.StringInput, window *MaintenanceWindow) error {
	if window == nil {
		return nil
	}
	for suffix, config := range map[string]string{"-upgrades": "aksManagedAutoUpgradeSchedule", "-node-images": "aksManagedNodeOSUpgradeSchedule"} {
		_, err := containerservice.NewMaintenanceConfiguration(ctx, name+suffix, &containerservice.MaintenanceConfigurationArgs{
			ResourceGroupName: resourceGroup,
			ResourceName:      c.Cluster.Name,
			ConfigName:        pulumi.String(config),
			MaintenanceWindow: containerservice.MaintenanceWindowArgs{
				DurationHours: pulumi.Int(window.Hours),
				StartTime:     pulumi.String(window.Start),
				UtcOffset:     pulumi.String(cmp.Or(window.UTCOffset, "+00:00")),
				Schedule: containerservice.ScheduleArgs{Weekly: containerservice.WeeklyScheduleArgs{
					DayOfWeek: pulumi.String(window.Day), IntervalWeeks: pulumi.Int(1),
				}},
			},
		}, pulumi.Parent(c), pulumi.DeletedWith(c.Cluster), pulumi.DeleteBeforeReplace(true))
		if err != nil {
			return fmt.Errorf("maintenance configuration %s: %w", config, err)
		}
	}
	return nil
}

// optional leaves a property out when there is nothing to say.
func optional(value string) pulumi.StringPtrInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// tags leaves an empty map out, as Azure does.
func tags(all map[string]string) pulumi.StringMapInput {
	if len(all) == 0 {
		return nil
	}
	return pulumi.ToStringMap(all)
}
