package mocks

import "maps"

// ExistingIssuerURL is the issuer of the cluster with ClusterID.
const ExistingIssuerURL = "https://westeurope.oic.prod-aks.azure.com/tenant/shop/"

// NodePool returns Azure's description of a node pool.
func NodePool(count int, taints ...any) Object {
	return Object{"name": "pool", "mode": "System", "count": float64(count), "nodeTaints": taints}
}

// ExistingCluster returns a cluster that Argo CD can be installed on, with changes; nil
// removes a property.
func ExistingCluster(changes Object) Object {
	cluster := With(Object{
		"id": ClusterID, "name": "shop", "location": "westeurope",
		"identity":          Object{"type": "SystemAssigned"},
		"oidcIssuerProfile": Object{"enabled": true, "issuerURL": ExistingIssuerURL},
		"securityProfile":   Object{"workloadIdentity": Object{"enabled": true}},
		"agentPoolProfiles": []any{NodePool(4)},
	}, changes)
	maps.DeleteFunc(cluster, func(_ string, value any) bool { return value == nil })
	return cluster
}

// With returns a copy of an object with more or other properties.
func With(o, more Object) Object {
	all := maps.Clone(o)
	maps.Copy(all, more)
	return all
}
