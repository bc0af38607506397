package stack

import (
	"strings"
	"testing"
)

// ranges returns a JSON list of n distinct ranges.
func ranges(n int) string {
	return `["203.0.113.0/24"` + strings.Repeat(`,"203.0.113.0/24"`, n-1) + `]`
}

// TestInvalidClusterSettings: settings that AKS would reject during the deployment are rejected
// before it, in one message that names the field.
func TestInvalidClusterSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ cluster, want string }{
		{`{"tier":"Basic"}`, `tier "Basic" must be one of Free, Standard, Premium`},
		{`{"osSku":"Windows"}`, `osSku "Windows" must be one of Ubuntu, AzureLinux`},
		{`{"imageCleanerHours":23}`, `imageCleanerHours 23 must be 24 to 2160`},
		{`{"imageCleanerHours":2161}`, `imageCleanerHours 2161 must be`},
		{`{"adminGroups":[""]}`, `adminGroups[0] "" is empty`},
		{`{"adminGroups":["Mailing List"]}`, `adminGroups[0] "Mailing List" is not a security group`},
		{`{"adminGroups":["Nobody"]}`, `adminGroups[0] "Nobody": `},

		{`{"kubernetesVersion":"v1.35"}`, `kubernetesVersion "v1.35" is not a valid version, such as 1.35 or 1.35.2`},
		{`{"kubernetesVersion":"1"}`, `kubernetesVersion "1" is not a valid version`},
		{`{"kubernetesVersion":"1.35.2.1","upgradeChannel":"rapid"}`, `kubernetesVersion "1.35.2.1" is not a valid version`},
		{`{"kubernetesVersion":"1.35","upgradeChannel":"stable"}`, `kubernetesVersion "1.35" cannot be combined with cluster.upgradeChannel stable`},
		{`{"kubernetesVersion":"1.35.2","upgradeChannel":"rapid"}`, `kubernetesVersion "1.35.2" cannot be combined with cluster.upgradeChannel rapid`},
		{`{"kubernetesVersion":"1.35.2","upgradeChannel":"patch"}`, `kubernetesVersion "1.35.2" includes a patch, which cluster.upgradeChannel patch upgrades; use 1.35`},
		{`{"upgradeChannel":"weekly"}`, `upgradeChannel "weekly" must be one of none, patch, stable, rapid, node-image`},
		{`{"nodeOsUpgradeChannel":"nodeImage"}`, `nodeOsUpgradeChannel "nodeImage" must be one of None, Unmanaged, SecurityPatch, NodeImage`},
		{`{"upgradeChannel":"node-image","nodeOsUpgradeChannel":"SecurityPatch"}`, `nodeOsUpgradeChannel must be NodeImage`},

		{`{"upgradeChannel":"none","nodeOsUpgradeChannel":"None","maintenance":{"day":"Sunday","start":"02:00","hours":4}}`, `maintenance requires cluster.upgradeChannel`},
		{`{"upgradeChannel":"patch","maintenance":{"start":"02:00","hours":4}}`, `maintenance.day is required; use Monday to Sunday`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"sunday","start":"02:00","hours":4}}`, `maintenance.day "sunday" must be one of Monday`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","hours":4}}`, `maintenance.start "" is not a valid time, such as 02:00`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","start":"24:00","hours":4}}`, `maintenance.start "24:00" is not a valid time`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","start":"2:00","hours":4}}`, `maintenance.start "2:00" is not a valid time`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","start":"02:00","utcOffset":"01:00","hours":4}}`, `maintenance.utcOffset "01:00" is not a valid UTC offset, such as +01:00`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","start":"02:00","utcOffset":"+15:00","hours":4}}`, `maintenance.utcOffset "+15:00" is not`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","start":"02:00","hours":3}}`, `maintenance.hours 3 must be 4 to 24`},
		{`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","start":"02:00","hours":25}}`, `maintenance.hours 25 must be`},

		{`{"vmSize":"D4s_v5"}`, `vmSize "D4s_v5" is not a valid VM size, such as Standard_D4s_v5`},
		{`{"nodeCount":-1}`, `nodeCount -1 must be 1 to 1000`},
		{`{"nodeCount":1001}`, `nodeCount 1001 must be`},
		{`{"nodeCount":3,"minCount":3,"maxCount":5}`, `nodeCount cannot be combined with cluster.maxCount`},
		{`{"minCount":3}`, `minCount requires cluster.maxCount, which turns autoscaling on`},
		{`{"maxCount":5}`, `minCount 0 must be at least 1 and at most cluster.maxCount (5)`},
		{`{"maxCount":-1}`, `maxCount -1 must be 1 to 1000`},
		{`{"minCount":-1}`, `minCount requires cluster.maxCount`},
		{`{"minCount":6,"maxCount":5}`, `minCount 6 must be at least 1 and at most cluster.maxCount (5)`},
		{`{"minCount":3,"maxCount":1001}`, `maxCount 1001 must be 1 to 1000`},
		{`{"zones":[1,4]}`, `zones[1] 4 must be one of 1, 2, 3, without duplicates`},
		{`{"zones":[0]}`, `zones[0] 0 must be one of 1, 2, 3`},
		{`{"zones":[1,2,1]}`, `zones[2] 1 must be one of 1, 2, 3, without duplicates`},
		{`{"userPool":{"vmSize":"D4s_v5"}}`, `userPool.vmSize "D4s_v5" is not a valid VM size`},
		{`{"userPool":{"nodeCount":-1}}`, `userPool.nodeCount -1 must be`},
		{`{"userPool":{"minCount":3}}`, `userPool.minCount requires cluster.userPool.maxCount`},
		{`{"userPool":{"zones":[4]}}`, `userPool.zones[0] 4 must be one of 1, 2, 3`},

		{`{"disableLocalAccounts":true}`, `disableLocalAccounts requires cluster.azureRbac or cluster.adminGroups`},
		{`{"privateCluster":true,"authorizedIpRanges":["203.0.113.0/24"]}`, `authorizedIpRanges cannot be combined with cluster.privateCluster`},
		{`{"authorizedIpRanges":` + ranges(201) + `}`, `authorizedIpRanges has 201 entries; AKS accepts at most 200`},
		{`{"authorizedIpRanges":["203.0.113.4"]}`, `authorizedIpRanges[0] "203.0.113.4" has no prefix length; write 203.0.113.4/32 for one address, or a range such as 203.0.113.0/24`},
		{`{"authorizedIpRanges":["203.0.113.0/24","203.0.113.4/24"]}`, `authorizedIpRanges[1] "203.0.113.4/24" has bits after its prefix length; the network is 203.0.113.0/24`},
		{`{"authorizedIpRanges":["2001:db8::/32"]}`, `authorizedIpRanges[0] "2001:db8::/32" is not`},

		{`{"network":{}}`, `network.plugin is required; use azure`},
		{`{"network":{"plugin":"kubenet"}}`, `network.plugin "kubenet" must be one of azure, none`},
		{`{"network":{"plugin":"azure","pluginMode":"bridge"}}`, `network.pluginMode "bridge" must be one of overlay`},
		{`{"network":{"plugin":"none","pluginMode":"overlay"}}`, `network.pluginMode overlay requires cluster.network.plugin azure`},
		{`{"network":{"plugin":"azure","dataplane":"ebpf"}}`, `network.dataplane "ebpf" must be one of azure, cilium`},
		{`{"network":{"plugin":"none","dataplane":"cilium"}}`, `network.dataplane cilium requires cluster.network.plugin azure`},
		{`{"userPool":{"name":"User"}}`, `userPool.name "User" must be 1 to 12 lower-case letters and digits`},
		{`{"userPool":{"name":"default"}}`, `userPool.name "default" must be`},
		{`{"userPool":{"name":"abcdefghijklm"}}`, `userPool.name "abcdefghijklm" must be`},
		{`{"userPool":{"minCount":-1,"maxCount":2}}`, `userPool.minCount -1 must be at least 0`},
		{`{"network":{"plugin":"azure","policy":"istio"}}`, `network.policy "istio" must be one of azure, calico, cilium, none`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","dataplane":"cilium","policy":"calico"}}`, `network.policy "calico" cannot be combined with cluster.network.dataplane cilium; use cilium`},
		{`{"network":{"plugin":"azure","policy":"cilium"}}`, `network.policy cilium requires cluster.network.dataplane cilium`},
		{`{"network":{"plugin":"azure","outboundType":"userDefinedRouting"}}`, `network.outboundType "userDefinedRouting" must be one of loadBalancer, managedNATGateway`},
		{`{"network":{"plugin":"azure","podCidr":"10.244.0.0/16"}}`, `network.podCidr requires cluster.network.plugin azure and cluster.network.pluginMode overlay`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.244.0.1/16"}}`, `network.podCidr "10.244.0.1/16" has bits after its prefix length; the network is 10.244.0.0/16`},
		{`{"network":{"plugin":"azure","serviceCidr":"10.0.0.0","dnsServiceIp":"10.0.0.10"}}`, `network.serviceCidr "10.0.0.0" has no prefix length; write 10.0.0.0/32 for one address, or a range such as 10.0.0.0/16`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.0.0.0/8","serviceCidr":"10.1.0.0/16","dnsServiceIp":"10.1.0.10"}}`, `network.serviceCidr 10.1.0.0/16 overlaps cluster.network.podCidr 10.0.0.0/8`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.0.0.0/8"}}`, `network.serviceCidr 10.0.0.0/16 overlaps cluster.network.podCidr 10.0.0.0/8`},
		{`{"network":{"plugin":"azure","serviceCidr":"10.1.0.0/16"}}`, `network.dnsServiceIp must be set together with cluster.network.serviceCidr`},
		{`{"network":{"plugin":"azure","dnsServiceIp":"10.1.0.10"}}`, `network.dnsServiceIp must be set together with cluster.network.serviceCidr`},
		{`{"network":{"plugin":"azure","serviceCidr":"10.1.0.0/16","dnsServiceIp":"10.2.0.10"}}`, `network.dnsServiceIp "10.2.0.10" must be an address in cluster.network.serviceCidr 10.1.0.0/16`},
		{`{"network":{"plugin":"azure","serviceCidr":"10.1.0.0/16","dnsServiceIp":"10.1.0.0"}}`, `network.dnsServiceIp "10.1.0.0" must be`},
		{`{"network":{"plugin":"azure","serviceCidr":"10.1.0.0/16","dnsServiceIp":"10.1.0.1"}}`, `network.dnsServiceIp "10.1.0.1" must be an address in cluster.network.serviceCidr 10.1.0.0/16 other than the first`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"fd00::/64"}}`, `network.podCidr "fd00::/64" is not a valid IPv4 range`},
		{`{"network":{"plugin":"none","policy":"calico"}}`, `network.policy "calico" requires cluster.network.plugin azure`},
		{`{"network":{"plugin":"azure","serviceCidr":"10.1.0.0/16","dnsServiceIp":"dns"}}`, `network.dnsServiceIp "dns" must be an address`},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"cluster": c.cluster}, "argocd-on-aks:cluster."+c.want)
		})
	}
}

// TestUnknownClusterSettings: a misspelled setting is an error at any depth.
func TestUnknownClusterSettings(t *testing.T) {
	t.Parallel()
	for cluster, want := range map[string]string{
		`{"teir":"Standard"}`:                          "teir is not a valid field",
		`{"nodes":3}`:                                  "nodes is not a valid field",
		`{"userPool":{"nodes":3}}`:                     "nodes is not a valid field",
		`{"userPool":{"osSku":"Ubuntu"}}`:              "osSku is not a valid field",
		`{"network":{"plugin":"azure","podCIDRs":""}}`: "podCIDRs is not a valid field",
		`{"upgradeChannel":"patch","maintenance":{"day":"Sunday","start":"02:00","hours":4,"weeks":1}}`: "weeks is not a valid field",
		`{"nodeCount":"four"}`:                          "nodeCount must be a number, not a string",
		`{"nodeCount":1.5}`:                             "nodeCount must be a number, not the number 1.5",
		`{"kubernetesVersion":1.35,"azureRbac":"yes"}`:  "kubernetesVersion must be a string, not the number 1.35: put it into quotes, azureRbac must be a boolean, not a string",
		`{"zones":["1"]}`:                               "zones[0] must be a number, not a string",
		`{"tier":1}`:                                    "tier must be a string, not a number: put it into quotes",
		`["Standard"]`:                                  "it must be an object, not a list",
		`{"tier":"Standard"`:                            `unexpected EOF`,
		`{} {"nodeCount":3}`:                            "unexpected text after the end",
		`{"tier":"Free"}]`:                              "unexpected text after the end",
		`{"tier":"Free","tier":"Standard"}`:             "duplicate tier",
		`{"Tier":"Free","userPool":{"vmsize":"x"}}`:     "Tier must be spelled tier, userPool.vmsize must be spelled vmSize",
		`{"teir":"Free","nodes":3,"userPool":{"x":[]}}`: "teir is not a valid field, nodes is not a valid field, userPool.x is not a valid field",
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"cluster": cluster}, "argocd-on-aks:cluster cannot be parsed (", want)
		})
	}
}

// TestValidClusterSettings covers the limits of valid settings.
func TestValidClusterSettings(t *testing.T) {
	t.Parallel()
	for _, cluster := range []string{
		`{}`,
		`{"kubernetesVersion":"1.35"}`, `{"kubernetesVersion":"1.35.2"}`, `{"kubernetesVersion":"1.35","upgradeChannel":"patch"}`,
		`{"kubernetesVersion":"1.35.2","upgradeChannel":"none"}`, `{"upgradeChannel":"stable"}`,
		`{"kubernetesVersion":"1.35.2","upgradeChannel":"node-image","nodeOsUpgradeChannel":"NodeImage"}`,
		`{"nodeOsUpgradeChannel":"SecurityPatch","maintenance":{"day":"Monday","start":"00:00","utcOffset":"-14:59","hours":4}}`,
		`{"upgradeChannel":"rapid","maintenance":{"day":"Saturday","start":"23:59","hours":24}}`,
		`{"nodeCount":1000,"zones":[3,1,2]}`, `{"minCount":1,"maxCount":1000}`, `{"minCount":4,"maxCount":4}`, `{"userPool":{}}`,
		`{"vmSize":"Standard_E4-2ads_v5"}`,
		`{"imageCleanerHours":24}`, `{"imageCleanerHours":2160}`,
		`{"authorizedIpRanges":` + ranges(200) + `}`, `{"authorizedIpRanges":["203.0.113.4/32"]}`,
		`{"privateCluster":true,"disableLocalAccounts":true,"azureRbac":true}`,
		`{"disableLocalAccounts":true,"adminGroups":["Developers"]}`,
		`{"network":{"plugin":"none"}}`, `{"network":{"plugin":"azure","policy":"calico","outboundType":"managedNATGateway"}}`,
		`{"network":{"plugin":"azure","pluginMode":"overlay","dataplane":"cilium"}}`,
		// Unusual settings that AKS accepts.
		`{"network":{"plugin":"azure","dataplane":"cilium","policy":"cilium"}}`,
		`{"upgradeChannel":"node-image"}`, `{"maintenance":{"day":"Sunday","start":"02:00","hours":4}}`,
		`{"userPool":{"name":"blue2","minCount":0,"maxCount":3}}`,
		`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.244.0.0/16","serviceCidr":"10.0.0.0/16","dnsServiceIp":"10.0.0.10"}}`,
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			deploy(t, map[string]string{"cluster": cluster})
		})
	}
}
