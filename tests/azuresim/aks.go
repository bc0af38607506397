package azuresim

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

var (
	aksName   = regexp.MustCompile(`^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$`)
	dnsPrefix = regexp.MustCompile(`^[a-zA-Z0-9][-a-zA-Z0-9]{0,52}[a-zA-Z0-9]$`)
	// versions that AKS supports in November 2026, and one to come.
	aksVersion = regexp.MustCompile(`^1\.3[4-7](\.\d+)?$`)
)

func createCluster(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	group, name := text(in, "resourceGroupName"), text(in, "resourceName")
	if a.objects[a.groupID(group)] == nil {
		return "", nil, refuse(404, "ResourceGroupNotFound", "Resource group '%s' could not be found.", group)
	}
	if !aksName.MatchString(name) || !dnsPrefix.MatchString(text(in, "dnsPrefix")) {
		return "", nil, refuse(400, "InvalidParameter", "The value of parameter name or dnsPrefix is invalid: '%s', '%s'.", name, text(in, "dnsPrefix"))
	}
	if location := text(in, "location"); !slices.Contains(regions, location) {
		return "", nil, refuse(400, "LocationNotAvailableForResourceType", "The provided location '%s' is not available for resource type 'Microsoft.ContainerService/managedClusters'.", location)
	}
	if err := checkCluster(a, in); err != nil {
		return "", nil, err
	}
	for _, pool := range children(in, "agentPoolProfiles") {
		if err := checkCount(pool); err != nil {
			return "", nil, err
		}
	}
	computed := map[string]any{"name": name, "provisioningState": "Succeeded", "fqdn": text(in, "dnsPrefix") + "-sim.hcp." + text(in, "location") + ".azmk8s.io"}
	if enabled(child(in, "oidcIssuerProfile")) {
		computed["oidcIssuerProfile"] = map[string]any{
			"enabled": true, "issuerURL": "https://" + text(in, "location") + ".oic.prod-aks.azure.com/" + a.TenantID + "/" + newGUID() + "/",
		}
	}
	return a.clusterID(group, name), computed, nil
}

// checkCluster refuses what AKS refuses.
func checkCluster(a *Azure, in resource.PropertyMap) error {
	for _, check := range []func(*Azure, resource.PropertyMap) error{checkIdentity, checkVersion, checkPools, checkAPIAccess, checkNetwork} {
		if err := check(a, in); err != nil {
			return err
		}
	}
	return nil
}

func invalid(format string, args ...any) error {
	return refuse(400, "InvalidParameter", format, args...)
}

func checkIdentity(a *Azure, in resource.PropertyMap) error {
	if text(child(in, "identity"), "type") == "" {
		return invalid("The value of parameter identity is invalid: provide an identity or a service principal.")
	}
	if enabled(child(child(in, "securityProfile"), "workloadIdentity")) && !enabled(child(in, "oidcIssuerProfile")) {
		return invalid("The OIDC issuer feature must be enabled to use workload identity.")
	}
	if cleaner := child(child(in, "securityProfile"), "imageCleaner"); enabled(cleaner) && number(cleaner, "intervalHours") < 24 {
		return invalid("The value of parameter imageCleaner.intervalHours is invalid: it must be at least 24.")
	}
	entra := child(in, "aadProfile")
	if flag(in, "disableLocalAccounts") && !flag(entra, "managed") {
		return invalid("Disabling local accounts is only allowed on managed AAD enabled clusters.")
	}
	for _, group := range texts(entra, "adminGroupObjectIDs") {
		if !a.directory.hasGroup(group) {
			return invalid("The AAD admin group '%s' does not exist.", group)
		}
	}
	return nil
}

func checkVersion(_ *Azure, in resource.PropertyMap) error {
	version := text(in, "kubernetesVersion")
	if version != "" && !aksVersion.MatchString(version) {
		return refuse(400, "K8sVersionNotSupported", "Managed cluster is on version %s, which is not supported in this region.", version)
	}
	upgrades := child(in, "autoUpgradeProfile")
	if text(upgrades, "upgradeChannel") == "node-image" && text(upgrades, "nodeOSUpgradeChannel") != "NodeImage" {
		return invalid("Node OS upgrade channel must be NodeImage with upgrade channel node-image.")
	}
	if plan := text(in, "supportPlan"); (plan == "AKSLongTermSupport") != (text(child(in, "sku"), "tier") == "Premium") {
		return invalid("The support plan %q does not go with the tier %q.", plan, text(child(in, "sku"), "tier"))
	}
	return nil
}

func checkAPIAccess(_ *Azure, in resource.PropertyMap) error {
	access := child(in, "apiServerAccessProfile")
	ranges := texts(access, "authorizedIPRanges")
	if flag(access, "enablePrivateCluster") && len(ranges) > 0 {
		return invalid("Authorized IP ranges are not supported for private clusters.")
	}
	if len(ranges) > 200 {
		return invalid("At most 200 authorized IP ranges are allowed.")
	}
	for _, r := range ranges {
		if _, err := netip.ParsePrefix(r); err != nil {
			return invalid("The authorized IP range '%s' is not a CIDR.", r)
		}
	}
	return nil
}

func checkNetwork(_ *Azure, in resource.PropertyMap) error {
	n := child(in, "networkProfile")
	overlay := text(n, "networkPlugin") == "azure" && text(n, "networkPluginMode") == "overlay"
	switch {
	case text(n, "networkDataplane") == "cilium" && !overlay:
		return invalid("Cilium dataplane requires network plugin azure with plugin mode overlay or a pod subnet.")
	case text(n, "networkPolicy") == "cilium" && text(n, "networkDataplane") != "cilium":
		return invalid("Network policy cilium requires network dataplane cilium.")
	case (text(n, "serviceCidr") == "") != (text(n, "dnsServiceIP") == ""):
		return invalid("serviceCidr and dnsServiceIP must be specified together.")
	}
	return nil
}

// updateCluster refuses changes of what is fixed for a cluster's or a pool's life.
func updateCluster(a *Azure, o *object, in resource.PropertyMap) error {
	for _, path := range []string{"networkProfile.networkPlugin", "networkProfile.podCidr", "networkProfile.serviceCidr", "apiServerAccessProfile.enablePrivateCluster"} {
		parent, key, _ := strings.Cut(path, ".")
		before, after := child(o.inputs, resource.PropertyKey(parent)), child(in, resource.PropertyKey(parent))
		if !plain(before[resource.PropertyKey(key)]).DeepEquals(plain(after[resource.PropertyKey(key)])) {
			return refuse(400, "PropertyChangeNotAllowed", "Changing property 'properties.%s' is not allowed.", path)
		}
	}
	if err := a.updatePools(o, in); err != nil {
		return err
	}
	return checkCluster(a, in)
}

func createMaintenance(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	cluster, err := a.cluster(text(in, "resourceGroupName"), text(in, "resourceName"))
	if err != nil {
		return "", nil, err
	}
	name := text(in, "configName")
	return cluster.id + "/maintenanceConfigurations/" + name, map[string]any{"name": name}, checkMaintenance(a, nil, in)
}

func checkMaintenance(_ *Azure, _ *object, in resource.PropertyMap) error {
	if name := text(in, "configName"); name != "aksManagedAutoUpgradeSchedule" && name != "aksManagedNodeOSUpgradeSchedule" {
		return invalid("The maintenance configuration name '%s' does not take a maintenance window.", name)
	}
	if hours := number(child(in, "maintenanceWindow"), "durationHours"); hours < 4 || hours > 24 {
		return invalid("durationHours %d must be 4 to 24.", hours)
	}
	return nil
}

// readCluster answers getManagedCluster.
func (a *Azure) readCluster(args resource.PropertyMap) (resource.PropertyMap, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.clusterID(text(args, "resourceGroupName"), text(args, "resourceName"))
	for _, o := range a.all(tokenCluster) {
		if strings.EqualFold(o.id, id) {
			found := a.outputs(o)
			found["id"] = resource.NewStringProperty(o.id)
			return found, nil
		}
	}
	return nil, refuse(404, "ResourceNotFound", "The Resource 'Microsoft.ContainerService/managedClusters/%s' under resource group '%s' was not found.", text(args, "resourceName"), text(args, "resourceGroupName"))
}
