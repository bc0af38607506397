package aks

import (
	"cmp"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// SpokeCluster is an AKS cluster that Argo CD deploys to and does not run on.
type SpokeCluster struct {
	ID             azure.ClusterID
	Name, Location string
	// OIDCIssuerURL is empty if the cluster has no issuer, which Argo CD does not need.
	OIDCIssuerURL string
	// Server is the URL of its Kubernetes API; CAData holds the base64-encoded
	// certificates of its authority. Neither is a secret.
	Server, CAData string
	// Warning describes a state in which Argo CD may not reach the cluster; empty if it runs.
	Warning string
}

// LookupSpokeCluster reads the AKS cluster with this resource ID in the provider's
// subscription. It returns an error if the cluster does not exist, or if its Kubernetes
// API does not accept Entra tokens or does not authorize them by Azure roles, or if the
// cluster is being deleted.
//
// The deploying identity needs the role Azure Kubernetes Service Cluster User Role on
// the cluster.
func LookupSpokeCluster(ctx *pulumi.Context, id azure.ClusterID, opts ...pulumi.InvokeOption) (*SpokeCluster, error) {
	found, err := lookUpByID(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	client, err := azuread.GetClientConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("client config: %w", err)
	}
	group, name := id.Names()
	state := stateOf(found)
	if err := errors.Join(state.check(group, name, "Deleting"), takesRoles(found, id, client.TenantId)); err != nil {
		return nil, fmt.Errorf("%q: %w", id, err)
	}
	spoke := &SpokeCluster{ID: id, Name: found.Name, Location: found.Location}
	// The deployment changes nothing in a spoke. Argo CD deploys to it when it runs again.
	if warning := state.check(group, name, "Stopping", "Stopped", "Failed"); warning != nil {
		spoke.Warning = warning.Error()
	}
	if issuer := found.OidcIssuerProfile; issuer != nil && valueOf(issuer.Enabled) {
		spoke.OIDCIssuerURL = issuer.IssuerURL
	}
	if err := spoke.readKubeconfig(ctx, found, opts...); err != nil {
		return nil, fmt.Errorf("%q: user kubeconfig: %w", id, err)
	}
	return spoke, nil
}

// takesRoles returns an error unless the cluster uses Entra and Azure RBAC. Only a
// cluster with Entra has a kubeconfig without a key.
// https://learn.microsoft.com/azure/aks/manage-azure-rbac
func takesRoles(c *containerservice.LookupManagedClusterResult, id azure.ClusterID, tenant string) error {
	group, name := id.Names()
	update := "az aks update " + shell.Flag("--resource-group", group) + " " + shell.Flag("--name", name)
	switch aad := c.AadProfile; {
	case aad == nil || !valueOf(aad.Managed):
		return fmt.Errorf("does not use Microsoft Entra ID for authentication; run %s --enable-aad --enable-azure-rbac", update)
	case !valueOf(aad.EnableAzureRBAC):
		return fmt.Errorf("does not use Azure RBAC for Kubernetes authorization; run %s --enable-azure-rbac", update)
	case !strings.EqualFold(cmp.Or(valueOf(aad.TenantID), tenant), tenant):
		return fmt.Errorf("accepts tokens of tenant %s only, but this stack uses tenant %s", *aad.TenantID, tenant)
	}
	return nil
}

// kubeconfig holds the parts of a kubeconfig that readKubeconfig checks.
type kubeconfig struct {
	Clusters []struct {
		Cluster struct {
			Server string `yaml:"server"`
			CAData string `yaml:"certificate-authority-data"`
		} `yaml:"cluster"`
	} `yaml:"clusters"`
	Users []struct {
		User map[string]any `yaml:"user"`
	} `yaml:"users"`
}

// readKubeconfig reads only the address and the authority of the Kubernetes API from
// the user kubeconfig of AKS. On a cluster with Entra, the kubeconfig runs kubelogin
// and holds no credential; readKubeconfig rejects one that does.
// https://learn.microsoft.com/azure/aks/control-kubeconfig-access
func (s *SpokeCluster) readKubeconfig(ctx *pulumi.Context, c *containerservice.LookupManagedClusterResult, opts ...pulumi.InvokeOption) error {
	group, name := s.ID.Names()
	answer, err := containerservice.ListManagedClusterUserCredentials(ctx, &containerservice.ListManagedClusterUserCredentialsArgs{
		ResourceGroupName: group, ResourceName: name, Format: pulumi.StringRef("exec"),
	}, opts...)
	if err != nil {
		return err
	}
	if len(answer.Kubeconfigs) != 1 {
		return fmt.Errorf("AKS returned %d kubeconfigs instead of one", len(answer.Kubeconfigs))
	}
	text, err := base64.StdEncoding.DecodeString(answer.Kubeconfigs[0].Value)
	if err != nil {
		return errors.New("is not valid base64")
	}
	var config kubeconfig
	if yaml.Unmarshal(text, &config) != nil || len(config.Clusters) != 1 {
		return errors.New("does not describe exactly one cluster")
	}
	for _, user := range config.Users {
		for _, kind := range slices.Sorted(maps.Keys(user.User)) {
			if kind != "exec" {
				return fmt.Errorf("contains %s; a kubeconfig with a credential is not accepted", kind)
			}
		}
	}
	s.Server, s.CAData = config.Clusters[0].Cluster.Server, config.Clusters[0].Cluster.CAData
	return errors.Join(checkServer(s.Server, c.Fqdn, c.PrivateFQDN), checkAuthority(s.CAData))
}

// checkServer checks that the server is the cluster's public or private address.
func checkServer(server, public, private string) error {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || !slices.Contains([]string{public, private}, u.Hostname()) {
		return fmt.Errorf("server %q is neither https://%s nor https://%s", server, public, private)
	}
	return nil
}

// checkAuthority checks that the data holds certificates only, and no private key.
func checkAuthority(data string) error {
	wrong := errors.New("certificate-authority-data must hold certificates only")
	rest, err := base64.StdEncoding.DecodeString(data)
	if err != nil || len(rest) == 0 {
		return wrong
	}
	for len(strings.TrimSpace(string(rest))) > 0 {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return wrong
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return fmt.Errorf("%w: %w", wrong, err)
		}
	}
	return nil
}
