package aks

import (
	"cmp"
	"fmt"
	"net/netip"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"

	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// ClusterNetwork is the network of an AKS cluster,
// https://learn.microsoft.com/azure/aks/concepts-network-cni-overview. Any change,
// including adding it to an existing cluster, replaces the cluster.
type ClusterNetwork struct {
	// Network plugin: azure or none.
	Plugin string `pulumi:"plugin" enum:"azure,none"`
	// Mode of the plugin: overlay. Default: none.
	PluginMode string `pulumi:"pluginMode,optional" enum:"overlay"`
	// Data plane: azure or cilium. Default: AKS's own.
	Dataplane string `pulumi:"dataplane,optional" enum:"azure,cilium"`
	// Engine of network policies: azure, calico, cilium or none. Default: AKS's own.
	Policy string `pulumi:"policy,optional" enum:"azure,calico,cilium,none"`
	// CIDR of the pods, with PluginMode overlay.
	PodCIDR string `pulumi:"podCidr,optional"`
	// CIDR of the services; requires DNSServiceIP.
	ServiceCIDR string `pulumi:"serviceCidr,optional"`
	// Address of DNS, in ServiceCIDR.
	DNSServiceIP string `pulumi:"dnsServiceIp,optional"`
	// Outbound connectivity: loadBalancer or managedNATGateway. Default: AKS's own.
	OutboundType string `pulumi:"outboundType,optional" enum:"loadBalancer,managedNATGateway"`
}

func (n ClusterNetwork) overlay() bool { return n.Plugin == "azure" && n.PluginMode == "overlay" }

func (n ClusterNetwork) problems() problem.List {
	var p problem.List
	if n.Plugin == "" {
		p.Add("Plugin", "is required; use azure")
	}
	p.Enums(n)
	switch {
	case n.PluginMode == "overlay" && n.Plugin != "azure":
		p.Add("PluginMode", "overlay requires %s azure", problem.Field("Plugin"))
	case n.Dataplane == "cilium" && n.Plugin != "azure":
		p.Add("Dataplane", "cilium requires %s azure", problem.Field("Plugin"))
	case n.Dataplane == "cilium" && n.Policy != "" && n.Policy != "cilium":
		p.Add("Policy", "%q cannot be combined with %s cilium; use cilium", n.Policy, problem.Field("Dataplane"))
	case n.Dataplane != "cilium" && n.Policy == "cilium":
		p.Add("Policy", "cilium requires %s cilium", problem.Field("Dataplane"))
	case n.Plugin == "none" && n.Policy != "" && n.Policy != "none":
		p.Add("Policy", "%q requires %s azure", n.Policy, problem.Field("Plugin"))
	case n.PodCIDR != "" && !n.overlay():
		p.Add("PodCIDR", "requires %s azure and %s overlay", problem.Field("Plugin"), problem.Field("PluginMode"))
	}
	return append(p, n.rangeProblems()...)
}

func (n ClusterNetwork) rangeProblems() problem.List {
	var p problem.List
	// The SDK sends these ranges by default.
	pods, podsErr := parseRange(cmp.Or(n.PodCIDR, "10.244.0.0/16"), "10.244.0.0/16")
	services, servicesErr := parseRange(cmp.Or(n.ServiceCIDR, "10.0.0.0/16"), "10.0.0.0/16")
	p.Check("PodCIDR", podsErr)
	p.Check("ServiceCIDR", servicesErr)
	if podsErr == nil {
		p.Check("PodCIDR", checkReserved(pods))
		if pods.Bits() > 24 {
			p.Add("PodCIDR", "%s has no room for a node: AKS assigns a /24 range to each node; use a larger range, such as 10.244.0.0/16", pods)
		}
	}
	if servicesErr == nil {
		p.Check("ServiceCIDR", checkReserved(services))
		if services.Bits() < 12 {
			p.Add("ServiceCIDR", "%s is too large; AKS requires a range smaller than /12, such as 10.0.0.0/16", services)
		}
	}
	if podsErr == nil && servicesErr == nil && pods.Overlaps(services) {
		p.Add("ServiceCIDR", "%s overlaps %s %s", services, problem.Field("PodCIDR"), pods)
	}
	if (n.ServiceCIDR == "") != (n.DNSServiceIP == "") {
		p.Add("DNSServiceIP", "must be set together with %s", problem.Field("ServiceCIDR"))
	} else if n.DNSServiceIP != "" && servicesErr == nil && !serves(services, n.DNSServiceIP) {
		p.Add("DNSServiceIP", "%q must be an address in %s %s other than the first, which the Kubernetes API uses", n.DNSServiceIP, problem.Field("ServiceCIDR"), services)
	}
	return p
}

// reserved are the ranges that no AKS cluster can use for pods or services:
// https://learn.microsoft.com/azure/aks/concepts-network-cni-overview. The sizes of both ranges:
// https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay
var reserved = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.30.0.0/16"),
	netip.MustParsePrefix("172.31.0.0/16"), netip.MustParsePrefix("192.0.2.0/24"),
}

func checkReserved(wanted netip.Prefix) error {
	for _, own := range reserved {
		if own.Overlaps(wanted) {
			return fmt.Errorf("%s overlaps %s, which AKS reserves; use another range, such as 10.244.0.0/16 for pods or 10.0.0.0/16 for services", wanted, own)
		}
	}
	return nil
}

// serves reports whether the address is valid for the DNS service of this range.
func serves(services netip.Prefix, address string) bool {
	dns, err := netip.ParseAddr(address)
	return err == nil && services.Contains(dns) && dns != services.Addr() && dns != services.Addr().Next()
}

func parseRange(text, example string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	address, notAddress := netip.ParseAddr(text)
	switch {
	case notAddress == nil && address.Is4():
		return prefix, fmt.Errorf("%q has no prefix length; write %s/32 for one address, or a range such as %s", text, text, example)
	case err != nil || !prefix.Addr().Is4():
		return prefix, fmt.Errorf("%q is not a valid IPv4 range, such as %s", text, example)
	case prefix != prefix.Masked():
		return prefix, fmt.Errorf("%q has host bits set; the network is %s", text, prefix.Masked())
	}
	return prefix, nil
}

func (n ClusterNetwork) profile() containerservice.ContainerServiceNetworkProfileArgs {
	return containerservice.ContainerServiceNetworkProfileArgs{
		NetworkPlugin:     component.Optional(n.Plugin),
		NetworkPluginMode: component.Optional(n.PluginMode),
		NetworkDataplane:  component.Optional(n.Dataplane),
		NetworkPolicy:     component.Optional(n.Policy),
		PodCidr:           component.Optional(n.PodCIDR),
		ServiceCidr:       component.Optional(n.ServiceCIDR),
		DnsServiceIP:      component.Optional(n.DNSServiceIP),
		OutboundType:      component.Optional(n.OutboundType),
	}
}
