// Package arm simulates the Azure Resource Manager: a subscription, its resource groups and
// its regions.
package arm

import (
	"regexp"
	"slices"
	"time"

	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20230701"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// ResourceGroup is the type token of resource groups.
const ResourceGroup = "azure-native:resources:ResourceGroup"

var (
	groupName = regexp.MustCompile(`^[-\w._()]{0,89}[-\w_()]$`)
	// regions are some of the regions with AKS.
	regions = []string{
		"westus3", "westus2", "eastus", "eastus2", "centralus", "westeurope", "northeurope", "uksouth", "qatarcentral",
		"germanywestcentral", "francecentral", "swedencentral", "southeastasia", "japaneast", "australiaeast",
	}
)

// Service is the resource manager of a subscription.
type Service struct {
	subscriptionID string
	objects        *store.Objects
}

// New returns the resource manager of a subscription.
func New(objects *store.Objects, subscriptionID string) *Service {
	return &Service{subscriptionID: subscriptionID, objects: objects}
}

// IsRegion reports whether a region exists.
func IsRegion(name string) bool { return slices.Contains(regions, name) }

// GroupID returns the ID of the resource group with a name.
func (s *Service) GroupID(name string) string {
	return "/subscriptions/" + s.subscriptionID + "/resourceGroups/" + name
}

// HasGroup reports whether a resource group exists.
func (s *Service) HasGroup(name string) bool { return s.objects.Get(s.GroupID(name)) != nil }

// Has reports whether an ID is that of an existing resource group.
func (s *Service) Has(id string) bool {
	group := s.objects.Get(id)
	return group != nil && group.Type == ResourceGroup
}

// Kinds returns the resource types of the resource manager.
func (s *Service) Kinds() map[string]store.Kind {
	return map[string]store.Kind{
		ResourceGroup: {
			Args:      resources.ResourceGroupArgs{}.ElementType(),
			ReplaceOn: []string{"resourceGroupName", "location"},
			Durations: map[string]time.Duration{"create": 3 * time.Second, "delete": time.Minute},
			Create:    s.createGroup,
		},
	}
}

func (s *Service) createGroup(in property.Map) (string, map[string]any, error) {
	name, location := in.Text("resourceGroupName"), in.Text("location")
	id, existing := s.GroupID(name), location
	if group := s.objects.Get(id); group != nil {
		existing = group.Inputs.Text("location")
	}
	return id, map[string]any{"name": name, "type": "Microsoft.Resources/resourceGroups"}, store.First(
		store.RefuseIf(!groupName.MatchString(name), 400, "InvalidResourceGroupName", "The resource group name '%s' is invalid.", name),
		store.RefuseIf(!IsRegion(location), 400, "LocationNotAvailableForResourceGroup", "The provided location '%s' is not available for resource group.", location),
		store.RefuseIf(existing != location, 409, "InvalidResourceGroupLocation", "Resource group '%s' already exists in location '%s'.", name, existing),
	)
}
