package azuresim

import "fmt"

// Extension is an installed Argo CD extension, as its pods would find things.
type Extension struct {
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
	a.mu.Lock()
	defer a.mu.Unlock()
	found := a.all(tokenExtension)
	if len(found) != 1 {
		return Extension{}, fmt.Errorf("%d extensions in the subscription, not one", len(found))
	}
	in := found[0].inputs
	values, err := expand(child(in, "configurationSettings"))
	if err != nil {
		return Extension{}, fmt.Errorf("configuration settings: %w", err)
	}
	cluster := a.objects[a.clusterID(text(in, "resourceGroupName"), text(in, "clusterName"))]
	return Extension{
		Values:    values,
		Namespace: text(child(child(in, "scope"), "cluster"), "releaseNamespace"),
		Issuer:    text(child(cluster.computed, "oidcIssuerProfile"), "issuerURL"),
		Webhook:   enabled(child(child(cluster.inputs, "securityProfile"), "workloadIdentity")),
	}, nil
}
