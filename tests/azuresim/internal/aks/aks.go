// Package aks simulates Azure Kubernetes Service: clusters, their node pools and
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

// Type tokens of AKS.
const (
	Cluster     = "azure-native:containerservice/v20250101:ManagedCluster"
	AgentPool   = "azure-native:containerservice/v20250101:AgentPool"
	Maintenance = "azure-native:containerservice/v20250101:MaintenanceConfiguration"
)

// The properties for which azure-native v2 replaces a cluster or a node pool: the path
// parameters, and the names in provider/pkg/gen/replacement.go, which also match one level
// down. The API marks only the location as create-only. Objects match as a whole: see
// changes.object in package provider.
var (
	replaceCluster = []string{
		"resourceGroupName", "resourceName",
		"diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "location", "networkProfile", "nodeResourceGroup", "windowsProfile",
		"agentPoolProfiles[].networkProfile", "agentPoolProfiles[].windowsProfile",
	}
	replacePool = []string{"resourceGroupName", "resourceName", "agentPoolName", "gpuInstanceProfile", "vmSize"}
)

// Service is AKS in a subscription and a tenant.
type Service struct {
	objects   *store.Objects
	groups    *arm.Service
	directory *directory.Service
	issuers   map[string]*oidc.Issuer
}

// New returns AKS without clusters.
func New(objects *store.Objects, groups *arm.Service, entra *directory.Service) *Service {
	return &Service{objects: objects, groups: groups, directory: entra, issuers: map[string]*oidc.Issuer{}}
}

// Kinds returns the resource types of AKS.
func (s *Service) Kinds() map[string]store.Kind {
	return map[string]store.Kind{
		Cluster: {
			Args:         containerservice.ManagedClusterArgs{}.ElementType(),
			LongRunning:  true,
			ReplaceOn:    replaceCluster,
			CheckRequest: sentPools,
			Put:          putCluster,
			Durations:    map[string]time.Duration{"create": 5 * time.Minute, "update": 3 * time.Minute, "delete": 5 * time.Minute},
			Create:       s.createCluster,
			Update:       s.updateCluster,
			Within:       store.Inside,
			Exclusive:    s.OperatesOn("resourceName"),
			Answer:       s.Answer,
		},
		AgentPool: {
			Args:         containerservice.AgentPoolArgs{}.ElementType(),
			LongRunning:  true,
			ReplaceOn:    replacePool,
			CheckRequest: sentPool,
			Exists:       s.isOwnPool,
			Put:          putPool,
			Durations:    map[string]time.Duration{"create": 4 * time.Minute, "update": time.Minute, "delete": 3 * time.Minute},
			Create:       s.createPool,
			Update:       updatePool,
			Within:       store.Inside,
			Exclusive:    s.OperatesOn("resourceName"),
			Answer:       s.answerPool,
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

// Functions returns the functions of azure-native that AKS answers.
func (s *Service) Functions() map[string]store.Function {
	return map[string]store.Function{"azure-native:containerservice/v20250101:getManagedCluster": s.read}
}

// invalidIf returns InvalidParameter if invalid is true.
func invalidIf(invalid bool, format string, args ...any) error {
	return store.RefuseIf(invalid, 400, "InvalidParameter", format, args...)
}

// OperatesOn returns the Exclusive function of a kind whose input with this name holds the
// cluster's name. AKS runs one operation at a time on a cluster and its pools
// (https://aka.ms/aks-pending-operation), extensions included: it rejects a pool during a
// PutExtensionAddonHandler request (https://github.com/Azure/telescope/pull/1213).
// Inferred: maintenance configurations count too.
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
