package infra

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// ClusterSettings are the properties of an AKS cluster that teams choose. The
// zero value is a walkthrough's cluster: one node, Free tier.
type ClusterSettings struct {
	// KubernetesVersion is <major>.<minor> or, without automatic upgrades,
	// <major>.<minor>.<patch>. Default: AKS's own.
	KubernetesVersion string `json:"kubernetesVersion"`
	// Tier is Free, Standard (with an uptime SLA) or Premium (long-term
	// support). Default: Free.
	Tier string `json:"tier"`
	// NodePool is the system pool. Without a UserPool it runs everything.
	NodePool
	// UserPool is a second pool, for Argo CD and other workloads; the system
	// pool is then left to AKS's own pods (CriticalAddonsOnly).
	UserPool *NodePool `json:"userPool"`
	// OSSKU is Ubuntu or AzureLinux. Default: AKS's own.
	OSSKU string `json:"osSku"`
	// UpgradeChannel is none, patch, stable, rapid or node-image; default: none.
	// https://learn.microsoft.com/azure/aks/auto-upgrade-cluster
	UpgradeChannel string `json:"upgradeChannel"`
	// NodeOSUpgradeChannel is None, Unmanaged, SecurityPatch or NodeImage.
	// https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image
	NodeOSUpgradeChannel string `json:"nodeOsUpgradeChannel"`
	// Maintenance is when automatic upgrades may happen. Default: any time.
	Maintenance *MaintenanceWindow `json:"maintenance"`
	// Network is fixed for the cluster's life. Default: AKS's own.
	Network *ClusterNetwork `json:"network"`
	// AuthorizedIPRanges are the CIDRs that may reach the Kubernetes API, 200 at
	// most. Default: all. Not for a private cluster.
	AuthorizedIPRanges []string `json:"authorizedIpRanges"`
	// PrivateCluster gives the Kubernetes API a private address only.
	PrivateCluster bool `json:"privateCluster"`
	// AzureRBAC lets Azure role assignments decide who may use the Kubernetes
	// API, signed in with Entra.
	AzureRBAC bool `json:"azureRbac"`
	// DisableLocalAccounts takes away the certificate-based administrator. Needs
	// AzureRBAC or admin groups.
	DisableLocalAccounts bool `json:"disableLocalAccounts"`
	// ImageCleanerHours is how often unused images are removed, 24 to 2160.
	// Default: never.
	ImageCleanerHours int `json:"imageCleanerHours"`
	// LockNodeResourceGroup forbids changes to AKS's node resource group.
	LockNodeResourceGroup bool `json:"lockNodeResourceGroup"`
}

// MaintenanceWindow is a weekly time for automatic upgrades.
type MaintenanceWindow struct {
	// Day is Monday to Sunday, Start HH:MM, UTCOffset such as +01:00.
	Day       string `json:"day"`
	Start     string `json:"start"`
	UTCOffset string `json:"utcOffset"`
	// Hours is how long, 4 to 24.
	Hours int `json:"hours"`
}

// ClusterNetwork is the network of an AKS cluster,
// https://learn.microsoft.com/azure/aks/concepts-network-cni-overview.
type ClusterNetwork struct {
	// Plugin is azure or none, PluginMode overlay or empty.
	Plugin     string `json:"plugin"`
	PluginMode string `json:"pluginMode"`
	// Dataplane is azure or cilium, Policy azure, calico, cilium or none.
	Dataplane string `json:"dataplane"`
	Policy    string `json:"policy"`
	// PodCIDR and ServiceCIDR do not overlap; DNSServiceIP is in ServiceCIDR.
	PodCIDR      string `json:"podCidr"`
	ServiceCIDR  string `json:"serviceCidr"`
	DNSServiceIP string `json:"dnsServiceIp"`
	// OutboundType is loadBalancer or managedNATGateway.
	OutboundType string `json:"outboundType"`
}

// SchedulableNodes is the number of nodes that always take Argo CD's pods.
func (s ClusterSettings) SchedulableNodes() int {
	if s.UserPool != nil {
		return s.UserPool.nodes()
	}
	return s.nodes()
}

// fieldError is what is wrong with one field, named as in stack config.
type fieldError struct {
	field string
	err   error
}

// path names the field below its parent; the parent itself when it has no name.
func (e fieldError) path(parent string) string { return strings.Trim(parent+"."+e.field, ".") }

type fieldErrors []fieldError

func (f *fieldErrors) add(field, format string, args ...any) {
	*f = append(*f, fieldError{field, fmt.Errorf(format, args...)})
}

func (f *fieldErrors) oneOf(field, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		f.add(field, "%q is not one of %s", value, strings.Join(allowed, ", "))
	}
}

// validate refuses what AKS would refuse, with the reason; adminGroups says
// whether there are any.
func (s ClusterSettings) validate(adminGroups bool) fieldErrors {
	var f fieldErrors
	f.oneOf("tier", s.Tier, "Free", "Standard", "Premium")
	f.oneOf("osSku", s.OSSKU, "Ubuntu", "AzureLinux")
	s.validateUpgrades(&f)
	s.NodePool.validate(&f, "")
	if s.UserPool != nil {
		s.UserPool.validate(&f, "userPool.")
	}
	s.validateAccess(&f, adminGroups)
	if s.Network != nil {
		s.Network.validate(&f)
	}
	if s.ImageCleanerHours != 0 && (s.ImageCleanerHours < 24 || s.ImageCleanerHours > 2160) {
		f.add("imageCleanerHours", "%d is not 24 to 2160", s.ImageCleanerHours)
	}
	return f
}

var (
	minorVersion = regexp.MustCompile(`^1\.\d{1,2}$`)
	patchVersion = regexp.MustCompile(`^1\.\d{1,2}\.\d{1,2}$`)
	timeOfDay    = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	utcOffset    = regexp.MustCompile(`^[+-](0\d|1[0-4]):[0-5]\d$`)
)

func (s ClusterSettings) validateUpgrades(f *fieldErrors) {
	f.oneOf("upgradeChannel", s.UpgradeChannel, "none", "patch", "stable", "rapid", "node-image")
	f.oneOf("nodeOsUpgradeChannel", s.NodeOSUpgradeChannel, "None", "Unmanaged", "SecurityPatch", "NodeImage")
	channel := s.UpgradeChannel
	switch version := s.KubernetesVersion; {
	case version == "" || minorVersion.MatchString(version) && channel != "stable" && channel != "rapid":
	case !minorVersion.MatchString(version) && !patchVersion.MatchString(version):
		f.add("kubernetesVersion", "%q is not a version such as 1.35 or 1.35.2", version)
	case channel == "stable" || channel == "rapid":
		f.add("kubernetesVersion", "%q would be undone by upgradeChannel %s, which moves between minor versions; leave it out", version, channel)
	case channel == "patch":
		f.add("kubernetesVersion", "%q names a patch, which upgradeChannel patch moves; use %s", version, version[:strings.LastIndex(version, ".")])
	}
	if channel == "node-image" && s.NodeOSUpgradeChannel != "NodeImage" {
		f.add("nodeOsUpgradeChannel", "must be NodeImage with upgradeChannel node-image")
	}
	if s.Maintenance != nil {
		s.Maintenance.validate(f)
		if (channel == "" || channel == "none") && (s.NodeOSUpgradeChannel == "" || s.NodeOSUpgradeChannel == "None") {
			f.add("maintenance", "needs upgradeChannel or nodeOsUpgradeChannel: there is nothing to schedule")
		}
	}
}

func (w MaintenanceWindow) validate(f *fieldErrors) {
	if w.Day == "" {
		f.add("maintenance.day", "is missing; use Monday to Sunday")
	}
	f.oneOf("maintenance.day", w.Day, "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
	if !timeOfDay.MatchString(w.Start) {
		f.add("maintenance.start", "%q is not a time such as 02:00", w.Start)
	}
	if w.UTCOffset != "" && !utcOffset.MatchString(w.UTCOffset) {
		f.add("maintenance.utcOffset", "%q is not an offset such as +01:00", w.UTCOffset)
	}
	if w.Hours < 4 || w.Hours > 24 {
		f.add("maintenance.hours", "%d is not 4 to 24", w.Hours)
	}
}

func (s ClusterSettings) validateAccess(f *fieldErrors, adminGroups bool) {
	if s.DisableLocalAccounts && !s.AzureRBAC && !adminGroups {
		f.add("disableLocalAccounts", "needs azureRbac or adminGroups, or nobody could use the Kubernetes API")
	}
	if s.PrivateCluster && len(s.AuthorizedIPRanges) > 0 {
		f.add("authorizedIpRanges", "excludes privateCluster: a private API has no public address")
	}
	if len(s.AuthorizedIPRanges) > 200 {
		f.add("authorizedIpRanges", "has %d entries, AKS takes 200", len(s.AuthorizedIPRanges))
	}
	for i, text := range s.AuthorizedIPRanges {
		if prefix, err := netip.ParsePrefix(text); err != nil || !prefix.Addr().Is4() || prefix != prefix.Masked() {
			f.add(fmt.Sprintf("authorizedIpRanges[%d]", i), "%q is not an IPv4 range such as 203.0.113.0/24", text)
		}
	}
}

func (n ClusterNetwork) validate(f *fieldErrors) {
	if n.Plugin == "" {
		f.add("network.plugin", "is missing; use azure")
	}
	f.oneOf("network.plugin", n.Plugin, "azure", "none")
	f.oneOf("network.pluginMode", n.PluginMode, "overlay")
	f.oneOf("network.dataplane", n.Dataplane, "azure", "cilium")
	f.oneOf("network.policy", n.Policy, "azure", "calico", "cilium", "none")
	f.oneOf("network.outboundType", n.OutboundType, "loadBalancer", "managedNATGateway")
	overlay := n.Plugin == "azure" && n.PluginMode == "overlay"
	switch {
	case n.PluginMode == "overlay" && n.Plugin != "azure":
		f.add("network.pluginMode", "overlay needs plugin azure")
	case n.Dataplane == "cilium" && !overlay:
		f.add("network.dataplane", "cilium needs plugin azure with pluginMode overlay")
	case n.Dataplane == "cilium" && n.Policy != "" && n.Policy != "cilium":
		f.add("network.policy", "%q does not work on dataplane cilium; use cilium", n.Policy)
	case n.Dataplane != "cilium" && n.Policy == "cilium":
		f.add("network.policy", "cilium needs dataplane cilium")
	case n.Plugin == "none" && n.Policy != "" && n.Policy != "none":
		f.add("network.policy", "%q needs plugin azure", n.Policy)
	case n.PodCIDR != "" && !overlay:
		f.add("network.podCidr", "needs plugin azure with pluginMode overlay")
	}
	n.validateRanges(f)
}

func (n ClusterNetwork) validateRanges(f *fieldErrors) {
	// The SDK sends these defaults.
	pods, podsErr := parseRange(cmp.Or(n.PodCIDR, "10.244.0.0/16"))
	services, servicesErr := parseRange(cmp.Or(n.ServiceCIDR, "10.0.0.0/16"))
	if podsErr != nil {
		f.add("network.podCidr", "%w", podsErr)
	}
	if servicesErr != nil {
		f.add("network.serviceCidr", "%w", servicesErr)
	}
	if podsErr == nil && servicesErr == nil && pods.Overlaps(services) {
		f.add("network.serviceCidr", "%s overlaps podCidr %s", services, pods)
	}
	if (n.ServiceCIDR == "") != (n.DNSServiceIP == "") {
		f.add("network.dnsServiceIp", "and serviceCidr go together")
	} else if n.DNSServiceIP != "" && servicesErr == nil && !serves(services, n.DNSServiceIP) {
		f.add("network.dnsServiceIp", "%q is not an address in serviceCidr %s, after its first, which is the Kubernetes API's", n.DNSServiceIP, services)
	}
}

// serves says whether an address in the range is free for DNS.
func serves(services netip.Prefix, address string) bool {
	dns, err := netip.ParseAddr(address)
	return err == nil && services.Contains(dns) && dns != services.Addr() && dns != services.Addr().Next()
}

func parseRange(text string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil || !prefix.Addr().Is4() || prefix != prefix.Masked() {
		return netip.Prefix{}, fmt.Errorf("%q is not an IPv4 range such as 10.244.0.0/16", text)
	}
	return prefix, nil
}

// join turns field errors into the error of a component's arguments, below one
// of them or, with no parent, their own.
func (f fieldErrors) join(parent string) error {
	var errs []error
	for _, problem := range f {
		errs = append(errs, fmt.Errorf("argument %s %w", problem.path(parent), problem.err))
	}
	return errors.Join(errs...)
}
