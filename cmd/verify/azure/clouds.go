package azure

import (
	"fmt"
	"net/url"

	"github.com/OWNER/argocd-on-aks/infra/azure"
)

// cloudOf returns the cloud of an Entra issuer.
func cloudOf(issuer string) (azure.Cloud, error) {
	u, err := url.Parse(issuer)
	if err != nil {
		return "", fmt.Errorf("stack output entraIssuerUrl: %w", err)
	}
	cloud, known := azure.CloudOf(u.Host)
	if !known {
		return "", fmt.Errorf("stack output entraIssuerUrl %q is not an issuer of an Azure cloud", issuer)
	}
	return cloud, nil
}

// At returns a stack with the properties that a sign-in needs.
func At(cloud, tenantID string) *Stack {
	return &Stack{TenantID: tenantID, EntraIssuerURL: azure.Cloud(cloud).Issuer(tenantID)}
}
