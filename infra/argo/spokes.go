package argo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
)

// ClusterSecrets returns the Secrets that register spoke clusters in Argo CD, as a stream
// of YAML documents for Argo CD's namespace. They hold no credential: Argo CD signs in to
// the clusters as the application with clientID, the ClustersClientID of an EntraApp.
func ClusterSecrets(spokes []*aks.SpokeCluster, clientID, tenantID pulumi.StringInput, cloud azure.Cloud) pulumi.StringOutput {
	if len(spokes) == 0 {
		return pulumi.String("").ToStringOutput()
	}
	return pulumi.All(clientID, tenantID).ApplyT(func(ids []any) (string, error) {
		var stream bytes.Buffer
		encoder := yaml.NewEncoder(&stream)
		encoder.SetIndent(2)
		for _, spoke := range spokes {
			secret, err := secretFor(spoke, ids[0].(string), ids[1].(string), cloud)
			if err != nil {
				return "", err
			}
			if err := encoder.Encode(secret); err != nil {
				return "", fmt.Errorf("secret of cluster %s: %w", spoke.Name, err)
			}
		}
		return stream.String(), encoder.Close()
	}).(pulumi.StringOutput)
}

// secretFor returns a cluster's Secret as in
// https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters.
// Argo CD does not use its name, which must only be unique.
//
// ApplicationSets select clusters and configure add-ons by labels and annotations. These
// use the names of the GitOps Bridge: cluster_name as in its module
// (https://github.com/gitops-bridge-dev/terraform-helm-gitops-bridge, main.tf),
// subscription_id and tenant_id as in its catalogue for AKS
// (https://github.com/Azure-Samples/aks-platform-engineering, terraform/main.tf). The
// other names follow their style; no public catalogue defines them.
func secretFor(s *aks.SpokeCluster, clientID, tenantID string, cloud azure.Cloud) (map[string]any, error) {
	server, err := url.Parse(s.Server)
	if err != nil {
		return nil, fmt.Errorf("server of cluster %s: %w", s.Name, err)
	}
	config, err := json.MarshalIndent(configFor(s, clientID, tenantID, cloud), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("config of cluster %s: %w", s.Name, err)
	}
	group, _ := s.ID.Names()
	annotations := map[string]string{
		"cluster_name": s.Name, "subscription_id": azure.SubscriptionOf(string(s.ID)), "tenant_id": tenantID,
		"resource_group": group, "location": s.Location,
	}
	if s.OIDCIssuerURL != "" {
		annotations["oidc_issuer_url"] = s.OIDCIssuerURL
	}
	return map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
		"metadata": map[string]any{
			"name": "cluster-" + server.Hostname(), "namespace": chart.ReleaseNamespace, "annotations": annotations,
			"labels": map[string]string{"argocd.argoproj.io/secret-type": "cluster", "cluster_name": s.Name},
		},
		"stringData": map[string]string{"name": s.Name, "server": s.Server, "config": string(config)},
	}, nil
}

// configFor makes Argo CD run its command argocd-k8s-auth, which includes kubelogin.
//
// It does not set the path of the service account token: each pod has it in its
// environment. Since release 1.6.0, the webhook of workload identity chooses the folder
// for each pod, and a fixed path fails with exit code 20
// (https://github.com/Azure/azure-workload-identity/pull/1749). It does set the client ID,
// because the environment of argocd-server's pods has the client ID for users' sign-in.
func configFor(s *aks.SpokeCluster, clientID, tenantID string, cloud azure.Cloud) map[string]any {
	return map[string]any{
		"execProviderConfig": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "argocd-k8s-auth", "args": []string{"azure"},
			"env": map[string]string{
				"AAD_LOGIN_METHOD": "workloadidentity", "AAD_ENVIRONMENT_NAME": cloud.KubeloginEnvironment(),
				"AZURE_AUTHORITY_HOST": "https://" + cloud.LoginHost() + "/", "AZURE_TENANT_ID": tenantID, "AZURE_CLIENT_ID": clientID,
			},
		},
		"tlsClientConfig": map[string]any{"insecure": false, "caData": s.CAData},
	}
}
