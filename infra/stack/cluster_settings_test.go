package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
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

		{`{"kubernetesVersion":"1.34"}`, `kubernetesVersion "1.34" no longer has community support, so AKS creates no cluster with it; use 1.35 or later, or from 1.32 on cluster.tier Premium`},
		{`{"kubernetesVersion":"1.9.3","tier":"Standard"}`, `kubernetesVersion "1.9.3" no longer has community support`},
		{`{"kubernetesVersion":"1.31.9","tier":"Premium"}`, `kubernetesVersion "1.31.9" no longer has support, so AKS creates no cluster with it; use 1.32 or later`},

		{`{"vmSize":"D4s_v5"}`, `vmSize "D4s_v5" is not a valid VM size, such as Standard_D4s_v5`},
		{`{"nodeCount":-1}`, `nodeCount -1 must be 1 to 1000`},
		{`{"nodeCount":0}`, `nodeCount 0 must be 1 to 1000`},
		{`{"userPool":{"nodeCount":0}}`, `userPool.nodeCount 0 must be 1 to 1000`},
		{`{"vmSize":"Standard_D2ps_v6"}`, `vmSize "Standard_D2ps_v6" has Arm processors, but Microsoft supports this extension only on clusters with linux/amd64 nodes; use a size without p`},
		{`{"vmSize":"Standard_D2plds_v6","userPool":{"vmSize":"Standard_E4pds_v6"}}`, `userPool.vmSize "Standard_E4pds_v6" has Arm processors`},
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
		{`{"authorizedIpRanges":["203.0.113.0/24","203.0.113.4/24"]}`, `authorizedIpRanges[1] "203.0.113.4/24" has host bits set; the network is 203.0.113.0/24`},
		{`{"authorizedIpRanges":["2001:db8::/32"]}`, `authorizedIpRanges[0] "2001:db8::/32" is not`},

		{`{"authorizedIpRanges":["203.0.113.0/24","0.0.0.0/32"]}`, `authorizedIpRanges[1] "0.0.0.0/32" admits only the cluster's own outbound address, so AKS rejects it beside other ranges`},

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
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.244.0.1/16"}}`, `network.podCidr "10.244.0.1/16" has host bits set; the network is 10.244.0.0/16`},
		{`{"network":{"plugin":"azure","serviceCidr":"10.0.0.0","dnsServiceIp":"10.0.0.10"}}`, `network.serviceCidr "10.0.0.0" has no prefix length; write 10.0.0.0/32 for one address, or a range such as 10.0.0.0/16`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.0.0.0/8","serviceCidr":"10.1.0.0/16","dnsServiceIp":"10.1.0.10"}}`, `network.serviceCidr 10.1.0.0/16 overlaps cluster.network.podCidr 10.0.0.0/8`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.0.0.0/8"}}`, `network.serviceCidr 10.0.0.0/16 overlaps cluster.network.podCidr 10.0.0.0/8`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"172.16.0.0/12"}}`, `network.podCidr 172.16.0.0/12 overlaps 172.30.0.0/16, which AKS reserves`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"169.254.0.0/17"}}`, `network.podCidr 169.254.0.0/17 overlaps 169.254.0.0/16, which AKS reserves`},
		{`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.244.0.0/25"}}`, `network.podCidr 10.244.0.0/25 has no room for a node`},
		{`{"nodeCount":3,"userPool":{"minCount":2,"maxCount":9},"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.244.0.0/22"}}`, `network.podCidr 10.244.0.0/22 has room for 4 nodes, one /24 range each, but the pools have 5; use a larger range`},
		{`{"network":{"plugin":"azure","serviceCidr":"192.0.2.0/25","dnsServiceIp":"192.0.2.10"}}`, `network.serviceCidr 192.0.2.0/25 overlaps 192.0.2.0/24, which AKS reserves`},
		{`{"network":{"plugin":"azure","serviceCidr":"172.31.8.0/24","dnsServiceIp":"172.31.8.10"}}`, `network.serviceCidr 172.31.8.0/24 overlaps 172.31.0.0/16`},
		{`{"network":{"plugin":"none","serviceCidr":"96.0.0.0/11","dnsServiceIp":"96.0.0.10"}}`, `network.serviceCidr 96.0.0.0/11 is too large; AKS requires a range smaller than /12`},
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

// TestUnknownClusterSettings: each misspelled setting and each value of the wrong type is one
// message, at any depth. The other settings are checked too.
func TestUnknownClusterSettings(t *testing.T) {
	t.Parallel()
	const docs = "is not a valid field; see docs/configuration.md"
	for cluster, want := range map[string][]string{
		`{"teir":"Standard"}`:                          {"cluster.teir is not a valid field; did you mean tier?"},
		`{"nodes":3}`:                                  {"cluster.nodes " + docs},
		`{"userPool":{"nodes":3}}`:                     {"cluster.userPool.nodes " + docs},
		`{"userPool":{"osSku":"Ubuntu"}}`:              {"cluster.userPool.osSku " + docs},
		`{"network":{"plugin":"azure","podCIDRs":""}}`: {"cluster.network.podCIDRs is not a valid field; did you mean podCidr?"},
		`{"maintenance":{"day":"Sunday","start":"02:00","hours":4,"weeks":1}}`: {"cluster.maintenance.weeks " + docs},
		`{"node count":3,"a\u202eb":1,"a\"b":2}`:                               {"cluster.node count is not a valid field; did you mean nodeCount?", `cluster."a\u202eb" ` + docs, `cluster."a\"b" ` + docs},
		`{"min":1}`:                                                            {"cluster.min is not a valid field; did you mean minCount?", "cluster.minCount requires cluster.maxCount, which turns autoscaling on"},
		`{"max":1,"nodeCountt":"x"}`:                                           {"cluster.max is not a valid field; did you mean maxCount?", "cluster.nodeCountt is not a valid field; did you mean nodeCount?", `cluster.nodeCount "x" must be an integer`, "cluster.minCount 0 must be at least 1 and at most cluster.maxCount (1)"},
		`{"nodeCount":"four"}`:                                                 {`cluster.nodeCount "four" must be an integer`},
		`{"nodeCount":"4"}`:                                                    {`cluster.nodeCount "4" must be an integer; remove the quotes`},
		`{"nodeCount":3.5}`:                                                    {"cluster.nodeCount 3.5 must be an integer"},
		`{"nodeCount":1e3}`:                                                    {"cluster.nodeCount 1e3 must be an integer"},
		`{"nodeCount":99999999999999999999}`:                                   {"cluster.nodeCount 99999999999999999999 must be an integer"},
		`{"nodeCount":true,"zones":1}`:                                         {"cluster.nodeCount true must be an integer", "cluster.zones must be a list"},
		`{"privateCluster":"true"}`:                                            {`cluster.privateCluster "true" must be true or false; remove the quotes`},
		`{"zones":["1",4]}`:                                                    {`cluster.zones[0] "1" must be an integer; remove the quotes`, "cluster.zones[1] 4 must be one of 1, 2, 3, without duplicates"},
		`{"tier":1}`:                                                           {"cluster.tier 1 must be a string; put it into quotes"},
		`{"tier":["Free"],"osSku":{}}`:                                         {"cluster.tier must be a string", "cluster.osSku must be a string"},
		`{"tier":null,"nodeCount":null}`:                                       nil,
		`["Standard"]`:                                                         {`cluster must be an object; write it like {"tier": "Standard", "nodeCount": 4}`},
		`Standard`:                                                             {`cluster must be an object; write it like {"tier": "Standard", "nodeCount": 4}`},
		`{"tier":"Standard"`:                                                   {`cluster is not valid JSON (unexpected end of JSON input); write it like {"tier": "Standard", "nodeCount": 4}`},
		`{} {"nodeCount":3}`:                                                   {`cluster is not valid JSON (invalid character '{' after top-level value); write it like {"tier": "Standard", "nodeCount": 4}`},
		`{"tier":"Free","tier":"Standard"}`:                                    {"cluster.tier is a duplicate; remove one"},
		`{"Tier":"Free","userPool":{"vmsize":"x"}}`: {
			"cluster.Tier is not a valid field; did you mean tier?", "cluster.userPool.vmsize is not a valid field; did you mean vmSize?",
			`cluster.userPool.vmSize "x" is not a valid VM size, such as Standard_D4s_v5; list them with az vm list-sizes`,
		},
		// A wrong value causes no other message.
		`{"kubernetesVersion":1.35,"azureRbac":"yes","disableLocalAccounts":true}`: {
			"cluster.kubernetesVersion 1.35 must be a string; put it into quotes", `cluster.azureRbac "yes" must be true or false`,
		},
		`{"minCount":1,"maxCount":"5"}`:                                  {`cluster.maxCount "5" must be an integer; remove the quotes`},
		`{"network":{"plugin":5,"pluginMode":"overlay"},"userPool":"x"}`: {"cluster.network.plugin 5 must be a string; put it into quotes", "cluster.userPool must be an object"},
		`{"userPool":{"name":"default","zones":[4],"vmSize":4},"tier":"Basic"}`: {
			"cluster.userPool.vmSize 4 must be a string; put it into quotes", `cluster.tier "Basic" must be one of Free, Standard, Premium`,
			"cluster.userPool.zones[0] 4 must be one of 1, 2, 3, without duplicates",
			`cluster.userPool.name "default" must be 1 to 12 lower-case letters and digits, a letter first, and not default, the system pool's name`,
		},
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			config := map[string]string{"cluster": cluster}
			if want == nil {
				deploy(t, config)
			} else if got := problemsOf(t, &mocks.Recorder{}, config); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
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
		`{"nodeCount":3,"userPool":{},"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"10.244.0.0/22"}}`,
		`{"kubernetesVersion":"1.32","tier":"Premium"}`, `{"authorizedIpRanges":["0.0.0.0/32"]}`,
		`{"authorizedIpRanges":["0.0.0.0/0"]}`, `{"authorizedIpRanges":["203.0.113.0/24","10.0.0.0/8"]}`,
		`{"userPool":{"vmSize":"Standard_D2ps_v6"}}`, `{"vmSize":"Standard_B2pts_v2","userPool":{}}`, `{"vmSize":"Standard_NP10s"}`,
		`{"network":{"plugin":"azure","pluginMode":"overlay","podCidr":"172.16.0.0/24","serviceCidr":"172.16.8.0/22","dnsServiceIp":"172.16.8.10"}}`,
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
