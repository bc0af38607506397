package configurations

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"
)

// spokeID is a cluster in the resource group spokes, in which every cluster exists.
const spokeID = "/subscriptions/" + tenantID + "/resourceGroups/spokes/providers/Microsoft.ContainerService/managedClusters/"

// aks returns the result of the provider's functions for existing clusters, and nil for others.
func aks(function, group, name string) map[string]any {
	host := strings.ToLower(name) + ".hcp.westeurope.azmk8s.io"
	switch {
	case group != "spokes":
		return nil
	case strings.HasSuffix(function, ":getManagedCluster"):
		return map[string]any{
			"id": spokeID + name, "name": name, "location": "westeurope", "fqdn": host,
			"aadProfile": map[string]any{"managed": true, "enableAzureRBAC": true},
		}
	case strings.HasSuffix(function, ":listManagedClusterUserCredentials"):
		config := "clusters: [{cluster: {server: 'https://" + host + ":443', certificate-authority-data: " + authority() + "}}]\nusers: [{user: {exec: {command: kubelogin}}}]\n"
		return map[string]any{"kubeconfigs": []any{map[string]any{"name": "clusterUser", "value": base64.StdEncoding.EncodeToString([]byte(config))}}}
	}
	return nil
}

// authority returns a certificate in base64.
var authority = sync.OnceValue(func() string {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err) // no source of randomness
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		panic(err) // unsupported key type
	}
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
})
