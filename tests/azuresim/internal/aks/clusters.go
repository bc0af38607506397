package aks

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// clusterID returns an ID with AKS's lowercase resourcegroups, as in the recorded state
// that defaults.go names.
func (s *Service) clusterID(group, name string) string {
	return strings.Replace(s.groups.GroupID(group), "/resourceGroups/", "/resourcegroups/", 1) + "/providers/Microsoft.ContainerService/managedClusters/" + name
}

// Cluster returns the cluster with a name, or ParentResourceNotFound.
func (s *Service) Cluster(group, name string) (*store.Object, error) {
	if cluster := s.objects.Get(s.clusterID(group, name)); cluster != nil {
		return cluster, nil
	}
	return nil, store.Refuse(404, "ParentResourceNotFound", "Cluster '%s' could not be found.", name)
}

// ByID returns the cluster with a resource ID, which is not case-sensitive, or nil.
func (s *Service) ByID(id string) *store.Object {
	return s.objects.Find(Cluster, func(o *store.Object) bool { return strings.EqualFold(o.ID, id) })
}

// Find returns a cluster whose answer matches, or nil.
func (s *Service) Find(is func(answer property.Map) bool) *store.Object {
	return s.objects.Find(Cluster, func(o *store.Object) bool { return is(s.Answer(o)) })
}

func (s *Service) createCluster(in property.Map) (string, map[string]any, error) {
	group, name, prefix, location := in.Text("resourceGroupName"), in.Text("resourceName"), in.Text("dnsPrefix"), in.Text("location")
	computed := map[string]any{"name": name}
	if in.Flag("oidcIssuerProfile.enabled") {
		computed["oidcIssuerProfile"] = s.newIssuer(location)
	}
	nodes := nodeResourceGroup(in)
	return s.clusterID(group, name), computed, store.First(
		store.RefuseIf(!s.groups.HasGroup(group), 404, "ResourceGroupNotFound", "Resource group '%s' could not be found.", group),
		invalidIf(!clusterName.MatchString(name) || !dnsPrefix.MatchString(prefix), "The value of parameter name or dnsPrefix is invalid: '%s', '%s'.", name, prefix),
		// https://github.com/Azure-Terraform/terraform-azurerm-kubernetes/issues/33
		invalidIf(len(nodes) > 80, "The length of the node resource group name is too long. The maximum length is 80 and the length of the value provided is %d. Please see https://aka.ms/aks-naming-rules for more details.", len(nodes)),
		store.RefuseIf(!arm.IsRegion(location), 400, "LocationNotAvailableForResourceType", "The provided location '%s' is not available for resource type 'Microsoft.ContainerService/managedClusters'.", location),
		s.checkCluster(in),
		checkSupported(in),
		checkSizes(in),
	)
}

func (s *Service) newIssuer(location string) values {
	return values{"enabled": true, "issuerURL": "https://" + location + IssuerDomain + "/" + s.directory.TenantID + "/" + guid.New() + "/"}
}

func (s *Service) updateCluster(cluster *store.Object, in property.Map) error {
	changed := &store.Object{ID: cluster.ID, Type: Cluster, Inputs: in, Computed: cluster.Computed}
	err := store.First(s.CheckPower(cluster), s.checkVersionChange(cluster, in), checkFixed(s.Answer(cluster), s.Answer(changed)), s.checkOwnPools(cluster, in), s.checkCluster(in))
	if err == nil && in.Flag("oidcIssuerProfile.enabled") && IssuerURL(cluster) == "" {
		cluster.Computed = property.From(values{"oidcIssuerProfile": s.newIssuer(in.Text("location"))}).Over(cluster.Computed)
	}
	return err
}

// Read returns the cluster with a name, or ResourceNotFound.
func (s *Service) Read(group, name string) (*store.Object, error) {
	cluster := s.ByID(s.clusterID(group, name))
	return cluster, store.RefuseIf(cluster == nil, 404, "ResourceNotFound", "The Resource 'Microsoft.ContainerService/managedClusters/%s' under resource group '%s' was not found.", name, group)
}

// read is getManagedCluster.
func (s *Service) read(args property.Map) (resource.PropertyMap, error) {
	cluster, err := s.Read(args.Text("resourceGroupName"), args.Text("resourceName"))
	if err != nil {
		return nil, err
	}
	found := resource.PropertyMap(s.Answer(cluster))
	found["id"] = resource.NewStringProperty(cluster.ID)
	return found, nil
}
