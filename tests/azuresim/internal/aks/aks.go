// Package aks is Azure Kubernetes Service: clusters, their node pools and
// maintenance windows, and the OpenID Connect issuer of each cluster.
package aks

import (
	"strings"
	"time"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/arm"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/oidc"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// The resource types of AKS.
const (
	Cluster     = "azure-native:containerservice/v20250101:ManagedCluster"
	AgentPool   = "azure-native:containerservice/v20250101:AgentPool"
	Maintenance = "azure-native:containerservice/v20250101:MaintenanceConfiguration"
)

// What azure-native v2 replaces a cluster and a pool for: the parameters of their
// paths, and the table in provider/pkg/gen/replacement.go, whose names also count
// one level down. Their API marks nothing but the location as create-only.
// Objects count as a whole: changes.object in package provider.
var (
	replaceCluster = []string{
		"resourceGroupName", "resourceName",
		"diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "location", "networkProfile", "nodeResourceGroup", "windowsProfile",
		"agentPoolProfiles[].networkProfile", "agentPoolProfiles[].windowsProfile",
	}
	replacePool = []string{"resourceGroupName", "resourceName", "agentPoolName", "gpuInstanceProfile", "vmSize"}
)

// Service is AKS in one subscription and one tenant.
type Service struct {
	objects   *store.Objects
	groups    *arm.Service
	directory *directory.Service
	issuers   map[string]*oidc.Issuer
}

// New returns AKS without a cluster.
func New(objects *store.Objects, groups *arm.Service, entra *directory.Service) *Service {
	return &Service{objects: objects, groups: groups, directory: entra, issuers: map[string]*oidc.Issuer{}}
}

// Kinds are the resource types of AKS.
func (s *Service) Kinds() map[string]store.Kind {
	return map[string]store.Kind{
		Cluster: {
			Args:        containerservice.ManagedClusterArgs{}.ElementType(),
			LongRunning: true,
			ReplaceOn:   replaceCluster,
			Sent:        sentPools,
			Put:         putCluster,
			Durations:   map[string]time.Duration{"create": 5 * time.Minute, "update": 3 * time.Minute, "delete": 5 * time.Minute},
			Create:      s.createCluster,
			Update:      s.updateCluster,
			Within:      store.Inside,
			Exclusive:   s.OperatesOn("resourceName"),
			Answer:      s.Answer,
		},
		AgentPool: {
			Args:        containerservice.AgentPoolArgs{}.ElementType(),
			LongRunning: true,
			ReplaceOn:   replacePool,
			Sent:        sentPool,
			There:       s.isOwnPool,
			Put:         putPool,
			Durations:   map[string]time.Duration{"create": 4 * time.Minute, "update": time.Minute, "delete": 3 * time.Minute},
			Create:      s.createPool,
			Update:      updatePool,
			Within:      store.Inside,
			Exclusive:   s.OperatesOn("resourceName"),
			Answer:      s.answerPool,
		},
		Maintenance: {
			Args:      containerservice.MaintenanceConfigurationArgs{}.ElementType(),
			ReplaceOn: []string{"resourceGroupName", "resourceName", "configName"},
			Durations: map[string]time.Duration{"create": 5 * time.Second, "update": 5 * time.Second, "delete": 5 * time.Second},
			Create:    s.createMaintenance,
			Update:    checkMaintenance,
			Within:    store.Inside,
			Exclusive: s.OperatesOn("resourceName"),
		},
	}
}

// Functions are those of azure-native that AKS answers.
func (s *Service) Functions() map[string]store.Function {
	return map[string]store.Function{"azure-native:containerservice/v20250101:getManagedCluster": s.read}
}

// invalidIf is a row in a table of rules on parameters.
func invalidIf(invalid bool, format string, args ...any) error {
	return store.RefuseIf(invalid, 400, "InvalidParameter", format, args...)
}

// OperatesOn returns the function for Exclusive of a kind whose inputs name the cluster in a
// property. AKS runs one operation at a time on a cluster and its pools
// (https://aka.ms/aks-pending-operation), extensions included: it refuses a pool during a
// PutExtensionAddonHandler request (https://github.com/Azure/telescope/pull/1213). That
// maintenance configurations count too is inferred.
func (s *Service) OperatesOn(name string) func(store.Request) string {
	return func(r store.Request) string {
		if r.ID == "" {
			return strings.ToLower(s.clusterID(r.Inputs.Text("resourceGroupName"), r.Inputs.Text(name)))
		}
		before, after, _ := strings.Cut(strings.ToLower(r.ID), "/managedclusters/")
		cluster, _, _ := strings.Cut(after, "/")
		return before + "/managedclusters/" + cluster
	}
}
