package aks

import (
	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/azure"
	"argocd-on-aks/infra/problem"
)

// ClusterAccess is who reaches a cluster's Kubernetes API, and who may use it.
type ClusterAccess struct {
	// AuthorizedIPRanges are the CIDRs that may reach the Kubernetes API, 200 at
	// most. Default: all. Not for a private cluster.
	AuthorizedIPRanges []string
	// PrivateCluster gives the Kubernetes API a private address only.
	PrivateCluster bool
	// AzureRBAC lets Azure role assignments decide who may use the Kubernetes
	// API, signed in with Entra.
	AzureRBAC bool
	// AdminGroups are the object IDs of Entra groups whose members administer the
	// cluster. With any, users of the Kubernetes API sign in with Entra.
	AdminGroups []string
	// DisableLocalAccounts takes away the certificate-based administrator. Needs
	// AzureRBAC or AdminGroups.
	DisableLocalAccounts bool
}

// fixed are the properties that AKS does not change on an existing cluster: it
// makes none private. Turned on, that may bring the whole profile, in the state
// of an older release.
func (a ClusterAccess) fixed() []string {
	if !a.PrivateCluster {
		return nil
	}
	return []string{"apiServerAccessProfile", "apiServerAccessProfile.enablePrivateCluster"}
}

func (a ClusterAccess) problems() problem.List {
	var p problem.List
	if a.DisableLocalAccounts && !a.AzureRBAC && len(a.AdminGroups) == 0 {
		p.Add("DisableLocalAccounts", "needs azureRbac or adminGroups, or nobody could use the Kubernetes API")
	}
	if a.PrivateCluster && len(a.AuthorizedIPRanges) > 0 {
		p.Add("AuthorizedIPRanges", "excludes privateCluster: a private API has no public address")
	}
	if n := len(a.AuthorizedIPRanges); n > 200 {
		p.Add("AuthorizedIPRanges", "has %d entries, AKS takes 200", n)
	}
	for i, text := range a.AuthorizedIPRanges {
		_, err := parseRange(text, "203.0.113.0/24")
		p.Check(problem.Item("AuthorizedIPRanges", i), err)
	}
	for i, group := range a.AdminGroups {
		p.Check(problem.Item("AdminGroups", i), azure.CheckGroupName(group))
	}
	return p
}

// apply sets the profiles that the API's users notice. AKS keeps what is left
// out, so what is not wanted any more is sent as empty.
func (a ClusterAccess) apply(cluster *containerservice.ManagedClusterArgs, running runningCluster) {
	access := containerservice.ManagedClusterAPIServerAccessProfileArgs{EnablePrivateCluster: pulumi.Bool(a.PrivateCluster)}
	if !a.PrivateCluster {
		access.AuthorizedIPRanges = pulumi.ToStringArray(a.AuthorizedIPRanges)
	}
	cluster.ApiServerAccessProfile = access
	cluster.DisableLocalAccounts = pulumi.Bool(a.DisableLocalAccounts)
	// Signing in with Entra begins when it is wanted, and never ends.
	if a.AzureRBAC || len(a.AdminGroups) > 0 || running.entra {
		cluster.AadProfile = containerservice.ManagedClusterAADProfileArgs{
			Managed: pulumi.Bool(true), EnableAzureRBAC: pulumi.Bool(a.AzureRBAC), AdminGroupObjectIDs: pulumi.ToStringArray(a.AdminGroups),
		}
	}
}
