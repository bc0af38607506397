package aks

import (
	"net/netip"
	"slices"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// ClusterAccess controls network access to a cluster's Kubernetes API and its authorization.
type ClusterAccess struct {
	// Public CIDRs that reach the Kubernetes API, 200 at most. Default: all. Cannot be
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
		if text == ownAddressOnly && len(a.AuthorizedIPRanges) > 1 {
			p.Add(problem.Item("AuthorizedIPRanges", i), "%q admits only the cluster's own outbound address, so AKS rejects it beside other ranges; remove it or the others", text)
		}
	}
	return p
}

// ownAddressOnly is AKS's placeholder for the cluster's outbound address, which AKS adds to other
// ranges by itself: https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
const ownAddressOnly = "0.0.0.0/32"

// notPublic are the ranges from which no request arrives at a public address:
// https://www.iana.org/assignments/iana-ipv4-special-registry. The Azure CLI rejects them
// (validate_ip_ranges in azure-cli, command_modules/acs/_validators.py).
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("224.0.0.0/3"),
}

// warnings lists authorized ranges that have no effect or admit everyone. AKS may accept both.
func (a ClusterAccess) warnings() problem.List {
	var p problem.List
	for i, text := range a.AuthorizedIPRanges {
		prefix, err := netip.ParsePrefix(text)
		private := func(other netip.Prefix) bool { return other.Bits() <= prefix.Bits() && other.Contains(prefix.Addr()) }
		switch path := problem.Item("AuthorizedIPRanges", i); {
		case err != nil || text == ownAddressOnly:
		case prefix.Bits() == 0:
			p.Add(path, "%q lets every address reach the Kubernetes API, as without %s; list the networks that need access", text, problem.Field("AuthorizedIPRanges"))
		case slices.ContainsFunc(notPublic, private):
			p.Add(path, "%q is not a public range: the Kubernetes API sees the public addresses of its clients, so the range admits nobody; list public addresses, or use %s", text, problem.Field("PrivateCluster"))
		}
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
