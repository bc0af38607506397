package mocks

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"math/big"
	"strings"
	"sync"
)

// The spoke cluster, the host of its API, and the application that Argo CD signs in to it
// as.
const (
	SpokeID          = "/subscriptions/" + SubscriptionID + "/resourceGroups/spokes/providers/Microsoft.ContainerService/managedClusters/Orders"
	SpokeHost        = "orders-1a2b.hcp.westeurope.azmk8s.io"
	SpokeIssuerURL   = "https://westeurope.oic.prod-aks.azure.com/tenant/orders/"
	ClustersClientID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// ListUserCredentials is the function that returns a cluster's kubeconfig.
const ListUserCredentials = "azure-native:containerservice/v20250101:listManagedClusterUserCredentials"

// SpokeCluster returns a cluster that Argo CD can deploy to, with changes; nil removes a
// property.
func SpokeCluster(changes Object) Object {
	cluster := With(Object{
		"id": SpokeID, "name": "Orders", "location": "westeurope", "fqdn": SpokeHost,
		"aadProfile":        Object{"managed": true, "enableAzureRBAC": true, "tenantID": TenantID},
		"oidcIssuerProfile": Object{"enabled": true, "issuerURL": SpokeIssuerURL},
	}, changes)
	maps.DeleteFunc(cluster, func(_ string, value any) bool { return value == nil })
	return cluster
}

// Kubeconfig returns the spoke cluster's kubeconfig, with replacements of old by new text.
func Kubeconfig(oldNew ...string) string {
	return strings.NewReplacer(oldNew...).Replace(`apiVersion: v1
kind: Config
clusters:
- name: Orders
  cluster:
    certificate-authority-data: ` + CAData() + `
    server: https://` + SpokeHost + `:443
users:
- name: clusterUser_spokes_Orders
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --environment, AzurePublicCloud, --server-id, 6dae42f8-4368-4678-94ff-3960e28e3630]
`)
}

// CAData is the base64-encoded certificate of the spoke cluster's API.
var CAData = sync.OnceValue(func() string {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err) // only without a source of randomness
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		panic(err) // only for a kind of key that is not known
	}
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
})
