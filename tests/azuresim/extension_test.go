package azuresim_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

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
		"valid":                             {with("enableRBAC", true), with("version", nil), 0, "", ""},
		"highly available on two nodes":     {all(with("pool.count", 2), with("pool.minCount", 2)), replicated, 0, "ExtensionOperationFailed", "context deadline exceeded"},
		"highly available by default":       {all(with("pool.count", 2), with("pool.minCount", 2)), with("configurationSettings", properties{}), 0, "ExtensionOperationFailed", "context deadline exceeded"},
		"tainted system nodes do not count": {all(with("pool.count", 5), onlySystem), replicated, 0, "ExtensionOperationFailed", "context deadline exceeded"},
		"highly available on four nodes":    {with("pool.count", 4), replicated, 0, "", ""},
		"highly available on a user pool":   {onlySystem, replicated, 4, "", ""},
		"a user pool of three":              {onlySystem, replicated, 3, "ExtensionOperationFailed", "context deadline exceeded"},
		"a version with automatic upgrades": {with("enableRBAC", true), with("version", "1.0.2"), 0, "InvalidParameter", "autoUpgradeMinorVersion"},
		"a version and its train":           {with("enableRBAC", true), all(with("version", "1.0.2"), with("autoUpgradeMinorVersion", false), with("releaseTrain", "Preview")), 0, "", ""},
		"no node for its pods":              {all(with("pool.count", 5), onlySystem), with("releaseTrain", "Stable"), 0, "ExtensionOperationFailed", "context deadline exceeded"},
		"no extensions in the region":       {with("location", "qatarcentral"), with("version", nil), 0, "LocationNotAvailableForResourceType", "qatarcentral"},
		"no such train":                     {with("enableRBAC", true), with("releaseTrain", "Nightly"), 0, "InvalidParameter", "Nightly"},
		"another extension":                 {with("enableRBAC", true), with("extensionType", "Microsoft.Argo"), 0, "ExtensionTypeRegistrationGetFailed", "Microsoft.Argo"},
		"no such cluster":                   {with("enableRBAC", true), with("clusterName", "none"), 0, "ParentResourceNotFound", "none"},
		"a variable that is not a string":   {with("enableRBAC", true), with("configurationSettings", properties{"redis-ha.enabled": "false", "server.env[0].name": "DEBUG", "server.env[0].value": "true"}), 0, "ExtensionOperationFailed", "value of DEBUG"},
		"a setting that Helm cannot parse":  {with("enableRBAC", true), with("configurationSettings", properties{"redis-ha.enabled": "false", "server.env[x]": "y"}), 0, "ExtensionOperationFailed", "Helm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := subscription(t)
			inputs := hardened()
			c.cluster(inputs)
			create(t, a, azuresim.Cluster, inputs)
			if c.users > 0 {
				create(t, a, azuresim.AgentPool, userPool(with("count", c.users)))
			}
			_, _, err := a.Create(azuresim.ArgoExtension, argoExtension(c.extension))
			refused(t, err, c.code, c.message)
		})
	}
}

// TestExtensionValues checks that settings are typed as in Helm, and that protected
// settings apply but are not returned.
func TestExtensionValues(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	create(t, a, azuresim.Cluster, hardened())
	secret := resource.MakeSecret(resource.NewStringProperty("pa,ss"))
	_, answer := create(t, a, azuresim.ArgoExtension, argoExtension(all(
		with("configurationSettings", properties{"redis-ha.enabled": "false", "server.replicas": "2", "global.domain": "localhost:9000", `configs.cm.a\.b`: "true"}),
		with("configurationProtectedSettings", properties{"configs.secret.key": secret}),
	)))
	installed, err := a.Extension()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"redis-ha": map[string]any{"enabled": false}, "server": map[string]any{"replicas": int64(2)}, "global": map[string]any{"domain": "localhost:9000"},
		"configs": map[string]any{"cm": map[string]any{"a.b": true}, "secret": map[string]any{"key": "pa,ss"}},
	}
	if !reflect.DeepEqual(installed.Values, want) {
		t.Errorf("got %v, want %v", installed.Values, want)
	}
	if hidden := answer["configurationProtectedSettings"]; hidden != nil {
		t.Errorf("answered %v", hidden)
	}
	if installed.Nodes != 3 {
		t.Errorf("%d nodes", installed.Nodes)
	}
}

// TestExtensionUpdates checks that an extension's scope and type are fixed.
func TestExtensionUpdates(t *testing.T) {
	t.Parallel()
	a := subscription(t)
	create(t, a, azuresim.Cluster, hardened())
	namespace := func(name string) func(properties) {
		return with("scope", properties{"cluster": properties{"releaseNamespace": name}})
	}
	id, _ := create(t, a, azuresim.ArgoExtension, argoExtension(namespace("argocd")))
	refused(t, a.Update(azuresim.ArgoExtension, id, argoExtension(namespace("other"))), "InvalidParameter", "scope")
	refused(t, a.Update(azuresim.ArgoExtension, id, argoExtension(all(namespace("argocd"), with("releaseTrain", "Preview")))), "", "")
}
