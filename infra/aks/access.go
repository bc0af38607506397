package aks

import (
	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// ClusterAccess controls network access to a cluster's Kubernetes API and its authorization.
type ClusterAccess struct {
	// CIDRs that can reach the Kubernetes API, 200 at most. Default: all. Cannot be
	// combined with PrivateCluster.
	AuthorizedIPRanges []string `pulumi:"authorizedIpRanges,optional"`
	// Gives the Kubernetes API a private address only.
	PrivateCluster bool `pulumi:"privateCluster,optional"`
	// Uses Azure RBAC for Kubernetes authorization. Users sign in with Entra.
	AzureRBAC bool `pulumi:"azureRbac,optional"`
	// Object IDs, in lower case, of Entra groups that administer the cluster. Users of the
	// Kubernetes API then sign in with Entra.
	AdminGroups []pulumi.StringInput `pulumi:"adminGroups,optional"`
	// Disables the certificate-based administrator account. Requires AzureRBAC or AdminGroups.
	DisableLocalAccounts bool `pulumi:"disableLocalAccounts,optional"`
}

// fixed returns the properties whose change replaces the cluster: AKS cannot make
// an existing cluster private. In the state of an older release, turning it on
// adds the whole profile.
func (a ClusterAccess) fixed() []string {
	if !a.PrivateCluster {
		return nil
	}
	return []string{"apiServerAccessProfile", "apiServerAccessProfile.enablePrivateCluster"}
}

func (a ClusterAccess) problems() problem.List {
	var p problem.List
	if a.DisableLocalAccounts && !a.AzureRBAC && len(a.AdminGroups) == 0 {
		p.Add("DisableLocalAccounts", "requires %s or %s, or the Kubernetes API has no users", problem.Field("AzureRBAC"), problem.Field("AdminGroups"))
	}
	if a.PrivateCluster && len(a.AuthorizedIPRanges) > 0 {
		p.Add("AuthorizedIPRanges", "cannot be combined with %s: a private API has no public address", problem.Field("PrivateCluster"))
	}
	if n := len(a.AuthorizedIPRanges); n > 200 {
		p.Add("AuthorizedIPRanges", "has %d entries; AKS accepts at most 200", n)
	}
	for i, text := range a.AuthorizedIPRanges {
		_, err := parseRange(text, "203.0.113.0/24")
		p.Check(problem.Item("AuthorizedIPRanges", i), err)
	}
	return p
}

// apply sets the profiles that control access to the API. AKS keeps the value of an
// omitted property, so removed values are sent as empty.
func (a ClusterAccess) apply(cluster *containerservice.ManagedClusterArgs, running runningCluster) {
	access := containerservice.ManagedClusterAPIServerAccessProfileArgs{EnablePrivateCluster: pulumi.Bool(a.PrivateCluster)}
	if !a.PrivateCluster {
		access.AuthorizedIPRanges = pulumi.ToStringArray(a.AuthorizedIPRanges)
	}
	cluster.ApiServerAccessProfile = access
	cluster.DisableLocalAccounts = pulumi.Bool(a.DisableLocalAccounts)
	// AKS cannot turn Entra authentication off again.
	if a.AzureRBAC || len(a.AdminGroups) > 0 || running.entra {
		cluster.AadProfile = containerservice.ManagedClusterAADProfileArgs{
			Managed: pulumi.Bool(true), EnableAzureRBAC: pulumi.Bool(a.AzureRBAC), AdminGroupObjectIDs: adminGroups(a.AdminGroups),
		}
	}
}

func adminGroups(groups []pulumi.StringInput) pulumi.StringArray {
	checked := pulumi.StringArray{}
	for i, group := range groups {
		checked = append(checked, component.Checked(problem.Item("AdminGroups", i), group, azure.CheckObjectID))
	}
	return checked
}
