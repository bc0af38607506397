package azuresim

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"helm.sh/helm/v3/pkg/strvals"
)

// regions are some of those that offer AKS.
var regions = []string{
	"westus3", "westus2", "eastus", "eastus2", "centralus", "westeurope", "northeurope", "uksouth",
	"germanywestcentral", "francecentral", "swedencentral", "southeastasia", "japaneast", "australiaeast",
}

var groupName = regexp.MustCompile(`^[-\w._()]{0,89}[-\w_()]$`)

func createResourceGroup(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	name, location := text(in, "resourceGroupName"), text(in, "location")
	id := a.groupID(name)
	switch {
	case !groupName.MatchString(name):
		return "", nil, refuse(400, "InvalidResourceGroupName", "The resource group name '%s' is invalid.", name)
	case !slices.Contains(regions, location):
		return "", nil, refuse(400, "LocationNotAvailableForResourceGroup", "The provided location '%s' is not available for resource group.", location)
	case a.objects[id] != nil && text(a.objects[id].inputs, "location") != location:
		return "", nil, refuse(409, "InvalidResourceGroupLocation", "Resource group '%s' already exists in location '%s'.", name, text(a.objects[id].inputs, "location"))
	}
	return id, map[string]any{"name": name, "type": "Microsoft.Resources/resourceGroups"}, nil
}

func (a *Azure) groupID(name string) string {
	return "/subscriptions/" + a.SubscriptionID + "/resourceGroups/" + name
}

func (a *Azure) clusterID(group, name string) string {
	return a.groupID(group) + "/providers/Microsoft.ContainerService/managedClusters/" + name
}

// cluster is the one that something shall be created in.
func (a *Azure) cluster(group, name string) (*object, error) {
	if cluster := a.objects[a.clusterID(group, name)]; cluster != nil {
		return cluster, nil
	}
	return nil, refuse(404, "ParentResourceNotFound", "Cluster '%s' could not be found.", name)
}

func idWithin(_ *Azure, o, parent *object) bool { return strings.HasPrefix(o.id, parent.id+"/") }

func createExtension(a *Azure, in resource.PropertyMap) (string, map[string]any, error) {
	cluster, err := a.cluster(text(in, "resourceGroupName"), text(in, "clusterName"))
	if err != nil {
		return "", nil, err
	}
	if kind := text(in, "extensionType"); kind != "Microsoft.ArgoCD" {
		return "", nil, refuse(400, "ExtensionTypeRegistrationGetFailed", "Extension type '%s' is not registered.", kind)
	}
	if err := a.install(cluster, in); err != nil {
		return "", nil, err
	}
	name := text(in, "extensionName")
	id := cluster.id + "/providers/Microsoft.KubernetesConfiguration/extensions/" + name
	return id, map[string]any{"name": name, "provisioningState": "Succeeded", "currentVersion": "1.0.3"}, nil
}

func updateExtension(a *Azure, _ *object, in resource.PropertyMap) error {
	return a.install(a.objects[a.clusterID(text(in, "resourceGroupName"), text(in, "clusterName"))], in)
}

// install expands the settings as Helm does, and has the failure that a
// highly available Redis runs into on a small cluster.
func (a *Azure) install(cluster *object, in resource.PropertyMap) error {
	if text(in, "version") != "" && (!in["autoUpgradeMinorVersion"].IsBool() || in["autoUpgradeMinorVersion"].BoolValue()) {
		return refuse(400, "InvalidParameter", "To use 'version', autoUpgradeMinorVersion must be 'false'.")
	}
	if train := strings.ToLower(text(in, "releaseTrain")); train != "stable" && train != "preview" {
		return refuse(400, "InvalidParameter", "Release train '%s' is not known for Microsoft.ArgoCD.", text(in, "releaseTrain"))
	}
	values, err := expand(child(in, "configurationSettings"))
	if err != nil {
		return refuse(400, "ExtensionOperationFailed", "Helm installation failed: %v", err)
	}
	redis, _ := values["redis-ha"].(map[string]any)
	if nodes := a.schedulable(cluster); redis["enabled"] != "false" && nodes < 4 {
		return refuse(400, "ExtensionOperationFailed", "Helm installation failed: context deadline exceeded")
	}
	return nil
}

func expand(settings resource.PropertyMap) (map[string]any, error) {
	values := map[string]any{}
	for key, value := range settings {
		escaped := strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(value.StringValue())
		if err := strvals.ParseIntoString(string(key)+"="+escaped, values); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// schedulable counts the nodes that take Argo CD's pods.
func (a *Azure) schedulable(cluster *object) int {
	nodes := 0
	for _, pool := range a.pools(cluster) {
		if !slices.Contains(texts(pool, "nodeTaints"), "CriticalAddonsOnly=true:NoSchedule") {
			nodes += number(pool, "count")
		}
	}
	return nodes
}
