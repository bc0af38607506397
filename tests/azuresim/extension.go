package azuresim

import (
	"fmt"
	"slices"
	"strings"
)

// Extension is an installed Argo CD extension, as its pods would find things.
type Extension struct {
	// Cluster is the name of the cluster that it is on.
	Cluster string
	// Values are the Helm values that the configuration settings expand to.
	Values map[string]any
	// Namespace is the release's, Issuer the cluster's.
	Namespace, Issuer string
	// Webhook says whether the cluster projects tokens into pods that ask for
	// one (workload identity).
	Webhook bool
}

// Extension returns the one Argo CD extension of the subscription.
func (a *Azure) Extension() (Extension, error) {
	all, err := a.Extensions()
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("%d extensions in the subscription, not one", len(all))
	}
	if err != nil {
		return Extension{}, err
	}
	return all[0], nil
}

// Extensions returns the Argo CD extensions of the subscription, by cluster.
func (a *Azure) Extensions() ([]Extension, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []Extension
	for _, o := range a.all(tokenExtension) {
		values, err := expand(child(o.inputs, "configurationSettings"))
		if err != nil {
			return nil, fmt.Errorf("configuration settings: %w", err)
		}
		name := text(o.inputs, "clusterName")
		cluster := a.objects[a.clusterID(text(o.inputs, "resourceGroupName"), name)]
		all = append(all, Extension{
			Cluster:   name,
			Values:    values,
			Namespace: text(child(child(o.inputs, "scope"), "cluster"), "releaseNamespace"),
			Issuer:    text(child(cluster.computed, "oidcIssuerProfile"), "issuerURL"),
			Webhook:   enabled(child(child(cluster.inputs, "securityProfile"), "workloadIdentity")),
		})
	}
	slices.SortFunc(all, func(x, y Extension) int { return strings.Compare(x.Cluster, y.Cluster) })
	return all, nil
}
