package aks

import (
	"cmp"
	"net/netip"
	"regexp"
	"slices"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

var (
	clusterName = regexp.MustCompile(`^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$`)
	dnsPrefix   = regexp.MustCompile(`^[a-zA-Z0-9][-a-zA-Z0-9]{0,52}[a-zA-Z0-9]$`)
	// fixed are the properties that cannot change after creation.
	fixed = []string{
		"dnsPrefix", "location", "nodeResourceGroup", "apiServerAccessProfile.enablePrivateCluster",
		"networkProfile.networkPlugin", "networkProfile.podCidr", "networkProfile.serviceCidr", "networkProfile.dnsServiceIP",
	}
)

// checkCluster returns the first violated rule that applies to new and existing clusters.
func (s *Service) checkCluster(in property.Map) error {
	return store.First(s.checkIdentity(in), checkPlan(in), checkPools(in), checkAPIAccess(in), checkNetwork(in))
}

func (s *Service) checkIdentity(in property.Map) error {
	const cleaner, workloads = "securityProfile.imageCleaner.", "securityProfile.workloadIdentity."
	unknown, found := property.First(in.Texts("aadProfile.adminGroupObjectIDs"), func(id string) bool { return !s.directory.HasGroup(id) })
	return store.First(
		invalidIf(in.Text("identity.type") == "", "The value of parameter identity is invalid: provide an identity or a service principal."),
		invalidIf(in.Flag(workloads+"enabled") && !in.Flag("oidcIssuerProfile.enabled"), "The OIDC issuer feature must be enabled to use workload identity."),
		invalidIf(in.Flag(cleaner+"enabled") && in.Number(cleaner+"intervalHours") < 24, "The value of parameter imageCleaner.intervalHours is invalid: it must be at least 24."),
		invalidIf(in.Flag("disableLocalAccounts") && !in.Flag("aadProfile.managed"), "Disabling local accounts is only allowed on managed AAD enabled clusters."),
		invalidIf(found, "The AAD admin group '%s' does not exist.", unknown),
	)
}

func checkPlan(in property.Map) error {
	plan, tier := in.Text("supportPlan"), in.Text("sku.tier")
	images := in.Text("autoUpgradeProfile.upgradeChannel")
	// https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image: the default
	nodes := cmp.Or(in.Text("autoUpgradeProfile.nodeOSUpgradeChannel"), "NodeImage")
	return store.First(
		invalidIf(images == "node-image" && nodes != "NodeImage", "Node OS upgrade channel must be NodeImage with upgrade channel node-image."),
		invalidIf((plan == "AKSLongTermSupport") != (tier == "Premium"), "The support plan %q does not go with the tier %q.", plan, tier),
	)
}

func checkAPIAccess(in property.Map) error {
	ranges := in.Texts("apiServerAccessProfile.authorizedIPRanges")
	malformed, found := property.First(ranges, func(r string) bool { _, err := netip.ParsePrefix(r); return err != nil })
	return store.First(
		invalidIf(in.Flag("apiServerAccessProfile.enablePrivateCluster") && len(ranges) > 0, "Authorized IP ranges are not supported for private clusters."),
		// https://github.com/Azure/terraform-azurerm-aks/issues/378
		invalidIf(len(ranges) > 1 && slices.Contains(ranges, "0.0.0.0/32"), "Setting apiServerAuthorizedIPRange to 0.0.0.0/32 is not allowed with other IP ranges. Refer to https://aka.ms/aks/auth-ip-ranges for more details"),
		invalidIf(len(ranges) > 200, "At most 200 authorized IP ranges are allowed."),
		invalidIf(found, "The authorized IP range '%s' is not a CIDR.", malformed),
	)
}

// checkNetwork applies the rules of
// https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium and
// https://learn.microsoft.com/azure/aks/configure-azure-cni, including AKS's defaults.
func checkNetwork(in property.Map) error {
	network := in.Map("networkProfile").Over(property.From(networkDefaults(in.Map("networkProfile"))))
	cilium := network.Text("networkDataplane") == "cilium"
	services, servicesErr := netip.ParsePrefix(network.Text("serviceCidr"))
	pods, podsErr := netip.ParsePrefix(cmp.Or(network.Text("podCidr"), "0.0.0.0/32"))
	dns, dnsErr := netip.ParseAddr(network.Text("dnsServiceIP"))
	return store.First(
		invalidIf(cilium && network.Text("networkPlugin") != "azure", "Cilium dataplane requires network plugin azure."),
		invalidIf(network.Text("networkPolicy") == "cilium" && !cilium, "Network policy cilium requires network dataplane cilium."),
		invalidIf(servicesErr != nil || podsErr != nil || dnsErr != nil, "serviceCidr, podCidr or dnsServiceIP is malformed: '%s', '%s', '%s'.", network.Text("serviceCidr"), network.Text("podCidr"), network.Text("dnsServiceIP")),
		store.RefuseIf(!services.Contains(dns), 400, "DnsServiceIpOutOfServiceCidr", "The DNS service IP %s is out of the service CIDR %s.", dns, services),
		invalidIf(dns == services.Addr().Next(), "The DNS service IP %s is the first of the service CIDR %s, which is the Kubernetes API's.", dns, services),
		checkReserved(services),
		checkReserved(pods),
		invalidIf(services.Bits() < 12, "The service CIDR %s must be smaller than /12.", services),
		invalidIf(network.Text("podCidr") != "" && pods.Bits() > 24, "The pod CIDR %s is too small: each node needs a /24.", pods),
		invalidIf(pods.Overlaps(services), "The pod CIDR %s overlaps the service CIDR %s.", pods, services),
	)
}

// checkReserved applies https://learn.microsoft.com/azure/aks/concepts-network-cni-overview.
func checkReserved(wanted netip.Prefix) error {
	for _, reserved := range []string{"169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"} {
		if wanted.Overlaps(netip.MustParsePrefix(reserved)) {
			return store.Refuse(400, "InvalidParameter", "The CIDR %s overlaps the reserved range %s.", wanted, reserved)
		}
	}
	return nil
}

// checkFixed rejects changes of fixed properties. A missing value equals false.
func checkFixed(before, after property.Map) error {
	path, changed := property.First(fixed, func(path string) bool {
		return before.Text(path) != after.Text(path) || before.Flag(path) != after.Flag(path)
	})
	return store.RefuseIf(changed, 400, "PropertyChangeNotAllowed", "Changing property 'properties.%s' is not allowed.", path)
}
