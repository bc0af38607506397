package azuresim

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// properties is how the tests write them.
type properties = map[string]any

// hardened is a cluster as a careful team sends it.
func hardened() properties {
	return properties{
		"resourceName": "prod", "resourceGroupName": "prod", "location": "westeurope", "dnsPrefix": "prod", "enableRBAC": true,
		"kubernetesVersion": "1.35", "sku": properties{"name": "Base", "tier": "Standard"},
		"identity": properties{"type": "SystemAssigned"}, "oidcIssuerProfile": properties{"enabled": true},
		"securityProfile": properties{
			"workloadIdentity": properties{"enabled": true}, "imageCleaner": properties{"enabled": true, "intervalHours": 48},
		},
		"aadProfile": properties{"managed": true, "enableAzureRBAC": true}, "disableLocalAccounts": true,
		"apiServerAccessProfile": properties{"authorizedIPRanges": []any{"203.0.113.0/24"}},
		"networkProfile":         properties{"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium", "networkPolicy": "cilium"},
		"agentPoolProfiles":      []any{pool("default", "System")},
	}
}

func pool(name, mode string) properties {
	return properties{
		"name": name, "mode": mode, "count": 3, "vmSize": "Standard_D4s_v5", "availabilityZones": []any{"1", "2", "3"},
		"enableAutoScaling": true, "minCount": 3, "maxCount": 5,
	}
}

// with sets one property, at a path of names and the index of a pool.
func with(path string, value any) func(properties) {
	return func(in properties) {
		keys := strings.Split(path, ".")
		for _, key := range keys[:len(keys)-1] {
			if key == "pool" {
				in = in["agentPoolProfiles"].([]any)[0].(properties)
				continue
			}
			if _, exists := in[key]; !exists {
				in[key] = properties{}
			}
			in = in[key].(properties)
		}
		if value == nil {
			delete(in, keys[len(keys)-1])
			return
		}
		in[keys[len(keys)-1]] = value
	}
}

func all(changes ...func(properties)) func(properties) {
	return func(in properties) {
		for _, change := range changes {
			change(in)
		}
	}
}

// subscription has the resource group prod.
func subscription(t *testing.T) *Azure {
	t.Helper()
	a := New()
	create(t, a, tokenResourceGroup, properties{"resourceGroupName": "prod", "location": "westeurope"})
	return a
}

func create(t *testing.T, a *Azure, token string, inputs properties) (id string, outputs properties) {
	t.Helper()
	id, all, err := a.Create(token, inputs)
	if err != nil {
		t.Fatal(err)
	}
	return id, all.Mappable()
}

// update changes an object as an engine's update does.
func update(a *Azure, token, id string, inputs properties) error {
	_, err := a.update(token, id, resource.NewPropertyMapFromMap(inputs))
	return err
}

// refused wants Azure's code, and its message to say what is wrong.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	refusal := &Error{}
	if !errors.As(err, &refusal) || refusal.Code != code || !strings.Contains(refusal.Message, message) {
		t.Errorf("got %v, want %s with %q", err, code, message)
	}
}

func TestClusterRefusals(t *testing.T) {
	t.Parallel()
	create(t, subscription(t), tokenCluster, hardened())
	var ranges []any
	for i := range 201 {
		ranges = append(ranges, fmt.Sprintf("203.0.%d.0/24", i))
	}
	for name, c := range map[string]struct {
		change        func(properties)
		code, message string
	}{
		"authorized ranges on a private cluster": {with("apiServerAccessProfile.enablePrivateCluster", true), "InvalidParameter", "private clusters"},
		"too many ranges":                        {with("apiServerAccessProfile.authorizedIPRanges", ranges), "InvalidParameter", "200"},
		"a range that is none":                   {with("apiServerAccessProfile.authorizedIPRanges", []any{"everyone"}), "InvalidParameter", "'everyone'"},
		"a fourth zone":                          {with("pool.availabilityZones", []any{"4"}), "AvailabilityZoneNotSupported", "'4'"},
		"an old version":                         {with("kubernetesVersion", "1.28"), "K8sVersionNotSupported", "1.28"},
		"a version that is none":                 {with("kubernetesVersion", "latest"), "K8sVersionNotSupported", "latest"},
		"a pool of another version":              {with("pool.orchestratorVersion", "1.28"), "AgentPoolK8sVersionNotSupported", "1.28"},
		"local accounts off without Entra":       {with("aadProfile", nil), "InvalidParameter", "local accounts"},
		"admins who are no group":                {with("aadProfile.adminGroupObjectIDs", []any{"nobody"}), "InvalidParameter", "'nobody'"},
		"workload identity without an issuer":    {with("oidcIssuerProfile", nil), "InvalidParameter", "OIDC issuer"},
		"no identity":                            {with("identity", nil), "InvalidParameter", "identity"},
		"cilium without overlay":                 {with("networkProfile.networkPluginMode", nil), "InvalidParameter", "overlay"},
		"cilium policy on another dataplane":     {with("networkProfile.networkDataplane", "azure"), "InvalidParameter", "policy cilium"},
		"services without a DNS address":         {with("networkProfile.serviceCidr", "10.0.0.0/16"), "InvalidParameter", "dnsServiceIP"},
		"a pool's name":                          {with("pool.name", "System-Pool"), "InvalidParameter", "System-Pool"},
		"no system pool":                         {with("pool.mode", "User"), "InvalidParameter", "system agent pool"},
		"an empty system pool":                   {with("pool.count", 0), "InvalidParameter", "system agent pool"},
		"fewer nodes than the minimum":           {with("pool.count", 2), "InvalidParameter", "minCount:3"},
		"more nodes than the maximum":            {with("pool.count", 6), "InvalidParameter", "maxCount:5"},
		"a minimum above the maximum":            {with("pool.minCount", 6), "InvalidParameter", "minCount 6"},
		"bounds without autoscaling":             {with("pool.enableAutoScaling", nil), "InvalidParameter", "enableAutoScaling false"},
		"an image cleaner too eager":             {with("securityProfile.imageCleaner.intervalHours", 12), "InvalidParameter", "intervalHours"},
		"node images without their channel":      {with("autoUpgradeProfile.upgradeChannel", "node-image"), "InvalidParameter", "NodeImage"},
		"Premium without long-term support":      {with("sku.tier", "Premium"), "InvalidParameter", "support plan"},
		"long-term support without Premium":      {with("supportPlan", "AKSLongTermSupport"), "InvalidParameter", "support plan"},
		"no such region":                         {with("location", "atlantis"), "LocationNotAvailableForResourceType", "atlantis"},
		"no such resource group":                 {with("resourceGroupName", "none"), "ResourceGroupNotFound", "none"},
		"a name that is none":                    {with("resourceName", "prod_"), "InvalidParameter", "prod_"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := hardened()
			c.change(inputs)
			_, _, err := subscription(t).Create(tokenCluster, inputs)
			refused(t, err, c.code, c.message)
		})
	}
}

func TestUnknownProperty(t *testing.T) {
	t.Parallel()
	for _, change := range []func(properties){with("pool.vmsize", "Standard_D4s_v5"), with("sku.tier", 1), with("resourceGroupName", nil)} {
		inputs := hardened()
		change(inputs)
		if _, _, err := subscription(t).Create(tokenCluster, inputs); err == nil {
			t.Errorf("took %v", inputs)
		}
	}
}

func TestClusterUpdates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change        func(properties)
		code, message string
	}{
		"VM size":             {with("pool.vmSize", "Standard_D8s_v5"), "PropertyChangeNotAllowed", "vmSize"},
		"zones":               {with("pool.availabilityZones", []any{"1"}), "PropertyChangeNotAllowed", "availabilityZones"},
		"network plugin":      {all(with("networkProfile.networkPlugin", "none"), with("networkProfile.networkDataplane", nil), with("networkProfile.networkPolicy", nil)), "PropertyChangeNotAllowed", "networkPlugin"},
		"pod addresses":       {with("networkProfile.podCidr", "10.100.0.0/16"), "PropertyChangeNotAllowed", "podCidr"},
		"private":             {all(with("apiServerAccessProfile.enablePrivateCluster", true), with("apiServerAccessProfile.authorizedIPRanges", nil)), "PropertyChangeNotAllowed", "enablePrivateCluster"},
		"another pool":        {func(in properties) { in["agentPoolProfiles"] = []any{pool("default", "System"), pool("user", "User")} }, "BadRequest", "A new agent pool was introduced"},
		"refused as at first": {with("kubernetesVersion", "1.28"), "K8sVersionNotSupported", "1.28"},
		"size":                {with("pool.count", 4), "", ""},
		"a higher minimum":    {with("pool.minCount", 4), "", ""},
		"ranges":              {with("apiServerAccessProfile.authorizedIPRanges", nil), "", ""},
		"tags":                {with("tags.owner", "platform"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := subscription(t)
			id, _ := create(t, a, tokenCluster, hardened())
			inputs := hardened()
			c.change(inputs)
			err := update(a, tokenCluster, id, inputs)
			if c.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, c.code, c.message)
		})
	}
}

func userPool(change func(properties)) properties {
	inputs := properties{"resourceGroupName": "prod", "resourceName": "prod", "agentPoolName": "user", "mode": "User", "count": 4, "vmSize": "Standard_D4s_v5"}
	change(inputs)
	return inputs
}

func TestUserPool(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	clusterID, _ := create(t, a, tokenCluster, hardened())
	for _, c := range []struct {
		change        func(properties)
		code, message string
	}{
		{with("resourceName", "none"), "ParentResourceNotFound", "none"},
		{with("agentPoolName", "user-pool"), "InvalidParameter", "user-pool"},
		{with("availabilityZones", []any{"5"}), "AvailabilityZoneNotSupported", "'5'"},
		{all(with("enableAutoScaling", true), with("minCount", 5), with("maxCount", 8)), "InvalidParameter", "minCount:5"},
	} {
		_, _, err := a.Create(tokenAgentPool, userPool(c.change))
		refused(t, err, c.code, c.message)
	}
	id, _ := create(t, a, tokenAgentPool, userPool(with("count", 4)))
	refused(t, update(a, tokenAgentPool, id, userPool(with("vmSize", "Standard_D8s_v5"))), "PropertyChangeNotAllowed", "vmSize")
	if err := update(a, tokenAgentPool, id, userPool(with("count", 6))); err != nil {
		t.Error(err)
	}
	found, err := a.readCluster(resource.NewPropertyMapFromMap(properties{"resourceGroupName": "PROD", "resourceName": "prod"}))
	if err != nil || len(children(found, "agentPoolProfiles")) != 2 || text(found, "id") != clusterID {
		t.Errorf("the cluster as read: %v, %v", found, err)
	}
}

func TestMaintenance(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	create(t, a, tokenCluster, hardened())
	window := func(cluster, name string, hours int) properties {
		return properties{
			"resourceGroupName": "prod", "resourceName": cluster, "configName": name,
			"maintenanceWindow": properties{
				"durationHours": hours, "startTime": "02:00", "schedule": properties{"weekly": properties{"dayOfWeek": "Sunday", "intervalWeeks": 1}},
			},
		}
	}
	create(t, a, tokenMaintenance, window("prod", "aksManagedAutoUpgradeSchedule", 4))
	for _, c := range []struct {
		inputs        properties
		code, message string
	}{
		{window("none", "aksManagedAutoUpgradeSchedule", 4), "ParentResourceNotFound", "none"},
		{window("prod", "weekend", 4), "InvalidParameter", "weekend"},
		{window("prod", "aksManagedNodeOSUpgradeSchedule", 3), "InvalidParameter", "durationHours"},
		{window("prod", "aksManagedNodeOSUpgradeSchedule", 25), "InvalidParameter", "durationHours"},
	} {
		_, _, err := a.Create(tokenMaintenance, c.inputs)
		refused(t, err, c.code, c.message)
	}
}

func argoExtension(change func(properties)) properties {
	inputs := properties{
		"resourceGroupName": "prod", "clusterName": "prod", "clusterRp": "Microsoft.ContainerService", "clusterResourceName": "managedClusters",
		"extensionName": "argocd", "extensionType": "Microsoft.ArgoCD", "releaseTrain": "Stable", "autoUpgradeMinorVersion": true,
		"configurationSettings": properties{"redis-ha.enabled": "false"},
	}
	change(inputs)
	return inputs
}

func TestExtensionRefusals(t *testing.T) {
	t.Parallel()
	onlySystem := with("pool.nodeTaints", []any{"CriticalAddonsOnly=true:NoSchedule"})
	replicated := with("configurationSettings", properties{"redis-ha.enabled": "true"})
	for name, c := range map[string]struct {
		cluster, extension func(properties)
		users              int
		code, message      string
	}{
		"as it should be":                    {with("enableRBAC", true), with("version", nil), 0, "", ""},
		"highly available on two nodes":      {all(with("pool.count", 2), with("pool.minCount", 2)), replicated, 0, "ExtensionOperationFailed", "context deadline exceeded"},
		"highly available unless it says no": {all(with("pool.count", 2), with("pool.minCount", 2)), with("configurationSettings", properties{}), 0, "ExtensionOperationFailed", "context deadline exceeded"},
		"the system pool does not count":     {all(with("pool.count", 5), onlySystem), replicated, 0, "ExtensionOperationFailed", "context deadline exceeded"},
		"highly available on four nodes":     {with("pool.count", 4), replicated, 0, "", ""},
		"highly available on a user pool":    {onlySystem, replicated, 4, "", ""},
		"a user pool of three":               {onlySystem, replicated, 3, "ExtensionOperationFailed", "context deadline exceeded"},
		"a version with automatic upgrades":  {with("enableRBAC", true), with("version", "1.0.2"), 0, "InvalidParameter", "autoUpgradeMinorVersion"},
		"no such train":                      {with("enableRBAC", true), with("releaseTrain", "Nightly"), 0, "InvalidParameter", "Nightly"},
		"another extension":                  {with("enableRBAC", true), with("extensionType", "Microsoft.Argo"), 0, "ExtensionTypeRegistrationGetFailed", "Microsoft.Argo"},
		"no such cluster":                    {with("enableRBAC", true), with("clusterName", "none"), 0, "ParentResourceNotFound", "none"},
		"a setting that Helm cannot parse":   {with("enableRBAC", true), with("configurationSettings", properties{"redis-ha.enabled": "false", "server.env[x]": "y"}), 0, "ExtensionOperationFailed", "Helm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := subscription(t)
			inputs := hardened()
			c.cluster(inputs)
			create(t, a, tokenCluster, inputs)
			if c.users > 0 {
				create(t, a, tokenAgentPool, userPool(with("count", c.users)))
			}
			_, _, err := a.Create(tokenExtension, argoExtension(c.extension))
			if c.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, c.code, c.message)
		})
	}
}
