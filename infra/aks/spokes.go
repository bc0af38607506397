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

// SpokeCluster is an AKS cluster that Argo CD deploys to from another one.
type SpokeCluster struct {
	ID             azure.ClusterID
	Name, Location string
	// OIDCIssuerURL is empty where the cluster has no issuer: Argo CD needs none.
	OIDCIssuerURL string
	// Server is the URL of its Kubernetes API, CAData the certificates that vouch for
	// that, in base64. Neither is a secret.
	Server, CAData string
}

// LookupSpokeCluster reads the AKS cluster with this resource ID, of the provider's
// subscription. It returns an error when there is none, or when its Kubernetes API
// would not take a token of Entra's by the Azure roles of who comes with it.
//
// Who deploys needs the role Azure Kubernetes Service Cluster User Role there.
func LookupSpokeCluster(ctx *pulumi.Context, id azure.ClusterID, opts ...pulumi.InvokeOption) (*SpokeCluster, error) {
	found, err := lookUpByID(ctx, id, opts...)
	if err != nil {
		return nil, err
	}
	client, err := azuread.GetClientConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("client config: %w", err)
	}
	if err := takesRoles(found, id, client.TenantId); err != nil {
		return nil, fmt.Errorf("%q: %w", id, err)
	}
	spoke := &SpokeCluster{ID: id, Name: found.Name, Location: found.Location}
	if issuer := found.OidcIssuerProfile; issuer != nil && valueOf(issuer.Enabled) {
		spoke.OIDCIssuerURL = issuer.IssuerURL
	}
	if err := spoke.readKubeconfig(ctx, found, opts...); err != nil {
		return nil, fmt.Errorf("%q: kubeconfig of its users: %w", id, err)
	}
	return spoke, nil
}

// takesRoles also keeps clusters away whose kubeconfig has a key: only with Entra
// does it have none. https://learn.microsoft.com/azure/aks/manage-azure-rbac
func takesRoles(c *containerservice.LookupManagedClusterResult, id azure.ClusterID, tenant string) error {
	group, name := id.Names()
	update := "az aks update " + shell.Flag("--resource-group", group) + " " + shell.Flag("--name", name)
	switch aad := c.AadProfile; {
	case aad == nil || !valueOf(aad.Managed):
		return fmt.Errorf("does not use Microsoft Entra ID for authentication; %s --enable-aad --enable-azure-rbac", update)
	case !valueOf(aad.EnableAzureRBAC):
		return fmt.Errorf("does not use Azure RBAC for Kubernetes authorization; %s --enable-azure-rbac", update)
	case !strings.EqualFold(cmp.Or(valueOf(aad.TenantID), tenant), tenant):
		return fmt.Errorf("takes tokens of tenant %s, and this stack's is %s", *aad.TenantID, tenant)
	}
	return nil
}

// kubeconfig is what AKS hands out, as far as it is looked at.
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

// readKubeconfig takes the API's address and authority from the kubeconfig that AKS
// has for users, and nothing else. On a cluster with Entra it names the command
// kubelogin, and holds no credential; one that does is refused.
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
		return fmt.Errorf("there are %d of them, not one", len(answer.Kubeconfigs))
	}
	text, err := base64.StdEncoding.DecodeString(answer.Kubeconfigs[0].Value)
	if err != nil {
		return errors.New("it is not in base64")
	}
	var config kubeconfig
	if yaml.Unmarshal(text, &config) != nil || len(config.Clusters) != 1 {
		return errors.New("it does not describe one cluster")
	}
	for _, user := range config.Users {
		for _, kind := range slices.Sorted(maps.Keys(user.User)) {
			if kind != "exec" {
				return fmt.Errorf("it has %s, and must have no credential", kind)
			}
		}
	}
	s.Server, s.CAData = config.Clusters[0].Cluster.Server, config.Clusters[0].Cluster.CAData
	return errors.Join(checkServer(s.Server, c.Fqdn, c.PrivateFQDN), checkAuthority(s.CAData))
}

// checkServer wants the API that Azure names itself, public or private.
func checkServer(server, public, private string) error {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || !slices.Contains([]string{public, private}, u.Hostname()) {
		return fmt.Errorf("its server %q is neither https://%s nor https://%s", server, public, private)
	}
	return nil
}

// checkAuthority wants certificates, which are public, and no key beside them.
func checkAuthority(data string) error {
	wrong := errors.New("its certificate-authority-data holds no certificate, or something else")
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
