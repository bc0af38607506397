package azure

import (
	"fmt"
	"regexp"
	"strings"
)

// ClusterID is the Azure resource ID of an AKS cluster:
// /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/managedClusters/….
type ClusterID string

// ClusterName is a regular expression for the name of an AKS cluster:
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
const ClusterName = `[A-Za-z0-9](?:[-\w]{0,61}[A-Za-z0-9])?`

var clusterID = resourceID(`Microsoft\.ContainerService/managedClusters/(` + ClusterName + `)`)

// Check returns an error if the ID does not have the form of a cluster's.
func (id ClusterID) Check() error {
	if !clusterID.MatchString(string(id)) {
		return fmt.Errorf("%q is not a valid AKS cluster ID; get it with az aks show --resource-group <group> --name <cluster> --query id", id)
	}
	return nil
}

// Names returns the names of the resource group and the cluster; both are empty for an invalid ID.
func (id ClusterID) Names() (resourceGroup, cluster string) {
	if match := clusterID.FindStringSubmatch(string(id)); match != nil {
		return match[1], match[2]
	}
	return "", ""
}

// Key returns the cluster's name in lower case: AKS does not distinguish names by case.
func (id ClusterID) Key() string {
	_, name := id.Names()
	return strings.ToLower(name)
}

var registryID = resourceID(`Microsoft\.ContainerRegistry/registries/[a-z0-9]{5,50}`)

// CheckRegistryID returns an error if a text does not have the form of a container
// registry's resource ID.
func CheckRegistryID(id string) error {
	if !registryID.MatchString(id) {
		return fmt.Errorf("%q is not a valid container registry ID; get it with az acr show --name <registry> --query id", id)
	}
	return nil
}

// SubscriptionOf returns the subscription ID in a resource ID, or "" if it has none.
func SubscriptionOf(resourceID string) string {
	if parts := strings.Split(resourceID, "/"); len(parts) > 2 {
		return parts[2]
	}
	return ""
}

// resourceID returns a regular expression for the IDs of one type of resource in a resource
// group. Its first group is the resource group's name.
func resourceID(typeAndName string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^/subscriptions/` + GUID + `/resourceGroups/([-\p{L}\p{N}_.()]{0,89}[-\p{L}\p{N}_()])/providers/` + typeAndName + `$`)
}
