// Package extension simulates Azure's cluster extensions, with Microsoft.ArgoCD.
package extension

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// ArgoExtension is the type token of cluster extensions.
const ArgoExtension = "azure-native:kubernetesconfiguration:Extension"

// Service installs extensions on AKS clusters.
type Service struct {
	objects  *store.Objects
	clusters *aks.Service
}

// New returns the service without extensions.
func New(objects *store.Objects, clusters *aks.Service) *Service {
	return &Service{objects: objects, clusters: clusters}
}

// Kinds returns the resource types of the service. azure-native v2 replaces an extension
// for its path parameters only, because the API marks no property as create-only.
func (s *Service) Kinds() map[string]store.Kind {
	return map[string]store.Kind{
		ArgoExtension: {
			Args:        args(),
			LongRunning: true,
			ReplaceOn:   []string{"resourceGroupName", "clusterRp", "clusterResourceName", "clusterName", "extensionName"},
			Durations:   map[string]time.Duration{"create": 6 * time.Minute, "update": 3 * time.Minute, "delete": 5 * time.Minute},
			Create:      s.create,
			Update:      s.update,
			Within:      store.Inside,
			Exclusive:   s.clusters.OperatesOn("clusterName"),
			Answer:      answer,
		},
	}
}

// Extension is an installed Argo CD extension, as its pods see it.
type Extension struct {
	// Cluster is the cluster's name.
	Cluster string
	// Values are the Helm values from the configuration settings, with Helm's types.
	Values map[string]any
	// Namespace is the release namespace, Issuer the cluster's issuer URL.
	Namespace, Issuer string
	// Webhook reports whether the workload identity webhook projects tokens into pods.
	Webhook bool
	// Nodes is the number of nodes that accept its pods.
	Nodes int
}

// Installed returns the Argo CD extensions of the subscription, by cluster name.
func (s *Service) Installed() ([]Extension, error) {
	var all []Extension
	for _, o := range s.objects.All(ArgoExtension) {
		values, err := expand(o.Inputs)
		if err != nil {
			return nil, fmt.Errorf("configuration settings: %w", err)
		}
		cluster, err := s.cluster(o.Inputs)
		if err != nil {
			return nil, err
		}
		all = append(all, Extension{
			Cluster:   o.Inputs.Text("clusterName"),
			Values:    values,
			Namespace: o.Inputs.Text("scope.cluster.releaseNamespace"),
			Issuer:    aks.IssuerURL(cluster),
			Nodes:     s.nodes(cluster),
			Webhook:   cluster.Inputs.Flag("securityProfile.workloadIdentity.enabled"),
		})
	}
	slices.SortFunc(all, func(x, y Extension) int { return strings.Compare(x.Cluster, y.Cluster) })
	return all, nil
}

func (s *Service) cluster(in property.Map) (*store.Object, error) {
	return s.clusters.Cluster(in.Text("resourceGroupName"), in.Text("clusterName"))
}
