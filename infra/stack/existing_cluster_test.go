package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// onExisting returns the configuration for the existing cluster, without a region.
func onExisting(changes map[string]string) map[string]string {
	config := map[string]string{"region": "", "cluster": `{"existingId":"` + mocks.ClusterID + `"}`}
	for key, value := range changes {
		config[key] = value
	}
	return walkthrough(config)
}

// TestExistingCluster: only Argo CD and its app are created. The case of the ID's resource
// group and name may differ from Azure's.
func TestExistingCluster(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"as Azure writes it": mocks.ClusterID, "in another case": strings.ToLower(mocks.ClusterID)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}
			outputs := exports(t, recorded, onExisting(map[string]string{"cluster": `{"existingId":"` + id + `"}`, "highAvailability": "true"}))
			extension := recorded.One(t, mocks.Extension).Inputs
			if extension["resourceGroupName"].StringValue() != "platform" || extension["clusterName"].StringValue() != "shop" {
				t.Errorf("extension on cluster %v in %v", extension["clusterName"], extension["resourceGroupName"])
			}
			if issuer := recorded.One(t, mocks.Credential).Inputs["issuer"].StringValue(); issuer != mocks.ExistingIssuerURL {
				t.Errorf("federated credential of issuer %s", issuer)
			}
			for _, r := range recorded.Registrations {
				if strings.Contains(r.Token, "AksCluster") || strings.Contains(r.Token, "containerservice") || strings.Contains(r.Token, "ResourceGroup") {
					t.Errorf("registered %s", r.Token)
				}
				// The stack does not delete the cluster, so it deletes Argo CD.
				if r.DeletedWith != "" {
					t.Errorf("%s is deleted with %s only", r.Name, r.DeletedWith)
				}
			}
			for _, key := range []string{"resourceGroupName", "clusterName", "oidcIssuerUrl", "getCredentialsCommand"} {
				if outputs[key] == "" {
					t.Errorf("no output %s", key)
				}
			}
		})
	}
}

// TestUnfitExistingCluster: a cluster without sign-in support or with too few nodes is rejected
// before a resource is created, with the command to fix it.
func TestUnfitExistingCluster(t *testing.T) {
	t.Parallel()
	type config = map[string]string
	highlyAvailable := config{"highAvailability": "true"}
	for name, c := range map[string]struct {
		config  config
		cluster object
		want    string
	}{
		"not there":             {nil, nil, "argocd-on-aks:cluster.existingId \"" + mocks.ClusterID + "\": "},
		"no OIDC issuer":        {nil, mocks.ExistingCluster(object{"oidcIssuerProfile": nil}), "has no OIDC issuer; run az aks update --enable-oidc-issuer"},
		"OIDC issuer off":       {nil, mocks.ExistingCluster(object{"oidcIssuerProfile": object{"enabled": false, "issuerURL": ""}}), "has no OIDC issuer"},
		"OIDC issuer unsaid":    {nil, mocks.ExistingCluster(object{"oidcIssuerProfile": object{"issuerURL": mocks.ExistingIssuerURL}}), "has no OIDC issuer"},
		"no security profile":   {nil, mocks.ExistingCluster(object{"securityProfile": nil}), "has no workload identity; run az aks update --enable-workload-identity"},
		"no workload identity":  {nil, mocks.ExistingCluster(object{"securityProfile": object{}}), "has no workload identity"},
		"workload identity off": {nil, mocks.ExistingCluster(object{"securityProfile": object{"workloadIdentity": object{"enabled": false}}}), "has no workload identity"},
		"no identity":           {nil, mocks.ExistingCluster(object{"identity": nil}), "runs as a service principal, which the extension does not support"},
		"a service principal":   {nil, mocks.ExistingCluster(object{"identity": object{"type": "None"}}), "az aks update --enable-managed-identity"},
		"another subscription":  {nil, mocks.ExistingCluster(object{"id": strings.Replace(mocks.ClusterID, mocks.SubscriptionID, mocks.TenantID, 1)}), "is not in the provider's subscription: azure-native:subscriptionId selects \"/subscriptions/" + mocks.TenantID},
		"too few nodes":         {highlyAvailable, mocks.ExistingCluster(object{"agentPoolProfiles": []any{mocks.NodePool(2), mocks.NodePool(1)}}), "argocd-on-aks:highAvailability requires 4 nodes for Argo CD's pods, because redis-ha spreads over them, but the cluster has 3"},
		"nodes with a taint":    {highlyAvailable, mocks.ExistingCluster(object{"agentPoolProfiles": []any{mocks.NodePool(9, "CriticalAddonsOnly=true:NoSchedule"), mocks.NodePool(2)}}), "the cluster has 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &mocks.Recorder{Existing: c.cluster}
			_ = recorded.Refused(t, onExisting(c.config), Deploy, c.want)
			if !slices.Contains(recorded.Invokes, mocks.GetCluster) {
				t.Error("the cluster was not looked up")
			}
		})
	}
	t.Run("all problems", func(t *testing.T) {
		t.Parallel()
		recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(object{"oidcIssuerProfile": nil, "securityProfile": nil, "identity": nil})}
		_ = recorded.Refused(t, onExisting(nil), Deploy, "OIDC issuer", "workload identity", "service principal")
	})
}

// TestInvalidExistingCluster: rejected by the configuration alone, without a lookup.
func TestInvalidExistingCluster(t *testing.T) {
	t.Parallel()
	for cluster, want := range map[string]string{
		`{"existingId":"shop"}`: `argocd-on-aks:cluster.existingId "shop" is not a valid AKS cluster ID`,
		`{"existingId":"/subscriptions/shop/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop"}`: "is not a valid AKS cluster ID",
		`{"existingId":"` + mocks.RegistryID + `"}`:                                         "is not a valid AKS cluster ID",
		`{"existingId":"` + mocks.ClusterID + `/agentPools/default"}`:                       "is not a valid AKS cluster ID",
		`{"existingId":"` + mocks.ClusterID + `","tier":"Standard"}`:                        "argocd-on-aks:cluster existingId cannot be combined with other fields",
		`{"existingId":"` + mocks.ClusterID + `","nodeCount":4}`:                            "argocd-on-aks:cluster existingId cannot be combined with other fields",
		`{"existingId":"` + mocks.ClusterID + `","userPool":{}}`:                            "argocd-on-aks:cluster existingId cannot be combined with other fields",
		`{"existingId":"` + mocks.ClusterID + `","adminGroups":["Developers"]}`:             "argocd-on-aks:cluster existingId cannot be combined with other fields",
		`{"existingId":"` + mocks.ClusterID + `","network":{"plugin":"azure"},"zones":[1]}`: "argocd-on-aks:cluster existingId cannot be combined with other fields",
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}
			_ = recorded.Refused(t, onExisting(map[string]string{"cluster": cluster}), Deploy, want)
			if len(recorded.Invokes) > 0 {
				t.Errorf("looked up %v", recorded.Invokes)
			}
		})
	}
	t.Run("other names", func(t *testing.T) {
		t.Parallel()
		_ = (&mocks.Recorder{Existing: mocks.ExistingCluster(nil)}).Refused(t, onExisting(map[string]string{"names": `{"cluster":"shop"}`}), Deploy,
			"argocd-on-aks:names resourceGroup and cluster cannot be combined with cluster.existingId")
	})
}
