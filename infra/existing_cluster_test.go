package infra

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	existingID     = "/subscriptions/" + subscriptionOfTest + "/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop"
	existingIssuer = "https://westeurope.oic.prod-aks.azure.com/tenant/shop/"
	getCluster     = "azure-native:containerservice/v20250101:getManagedCluster"
)

// nodePool is what Azure says about a pool.
func nodePool(count int, taints ...any) object {
	return object{"name": "pool", "mode": "System", "count": float64(count), "nodeTaints": taints}
}

// inAzure is a cluster that Argo CD can be installed on, with changes; nil takes
// a property away.
func inAzure(changes object) object {
	cluster := with(object{
		"id": existingID, "name": "shop", "location": "westeurope",
		"identity":          object{"type": "SystemAssigned"},
		"oidcIssuerProfile": object{"enabled": true, "issuerURL": existingIssuer},
		"securityProfile":   object{"workloadIdentity": object{"enabled": true}},
		"agentPoolProfiles": []any{nodePool(4)},
	}, changes)
	for key, value := range cluster {
		if value == nil {
			delete(cluster, key)
		}
	}
	return cluster
}

// onExisting is the configuration for the cluster; it needs no region.
func onExisting(changes map[string]string) map[string]string {
	config := map[string]string{"region": "", "cluster": `{"existingId":"` + existingID + `"}`}
	for key, value := range changes {
		config[key] = value
	}
	return walkthrough(config)
}

// TestExistingCluster: only Argo CD and its app are created, on the cluster that
// is there. Its group and name may be written in another case than Azure does.
func TestExistingCluster(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"as Azure writes it": existingID, "in another case": strings.ToLower(existingID)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mocks := &recorder{existing: inAzure(nil)}
			outputs := pulumi.Map{}
			err := mocks.run(onExisting(map[string]string{"cluster": `{"existingId":"` + id + `"}`, "highAvailability": "true"}), func(ctx *pulumi.Context) error {
				err := Deploy(ctx)
				for key, value := range ctx.GetCurrentExportMap() {
					outputs[key] = value
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			extension := mocks.one(t, "azure-native:kubernetesconfiguration:Extension").inputs
			if extension["resourceGroupName"].StringValue() != "platform" || extension["clusterName"].StringValue() != "shop" {
				t.Errorf("extension on cluster %v in %v", extension["clusterName"], extension["resourceGroupName"])
			}
			if issuer := mocks.one(t, credentialToken).inputs["issuer"].StringValue(); issuer != existingIssuer {
				t.Errorf("federated credential of issuer %s", issuer)
			}
			for _, r := range mocks.registrations {
				if strings.Contains(r.token, "AksCluster") || strings.Contains(r.token, "containerservice") || strings.Contains(r.token, "ResourceGroup") {
					t.Errorf("registered %s", r.token)
				}
				// The cluster is not this stack's to delete, so Argo CD is.
				if r.deletedWith != "" {
					t.Errorf("%s is deleted with %s only", r.name, r.deletedWith)
				}
			}
			for _, key := range []string{"resourceGroupName", "clusterName", "oidcIssuerUrl", "getCredentialsCommand"} {
				if outputs[key] == nil {
					t.Errorf("no output %s", key)
				}
			}
		})
	}
}

// TestUnfitExistingCluster: where users could not sign in, or Argo CD would not
// start, nothing is created, and the message says what to run.
func TestUnfitExistingCluster(t *testing.T) {
	t.Parallel()
	type config = map[string]string
	highlyAvailable := config{"highAvailability": "true"}
	for name, c := range map[string]struct {
		config  config
		cluster object
		want    string
	}{
		"not there":                        {nil, nil, "argocd-on-aks:cluster.existingId \"" + existingID + "\": "},
		"no OIDC issuer":                   {nil, inAzure(object{"oidcIssuerProfile": nil}), "has no OIDC issuer; az aks update --enable-oidc-issuer"},
		"OIDC issuer off":                  {nil, inAzure(object{"oidcIssuerProfile": object{"enabled": false, "issuerURL": ""}}), "has no OIDC issuer"},
		"OIDC issuer unsaid":               {nil, inAzure(object{"oidcIssuerProfile": object{"issuerURL": existingIssuer}}), "has no OIDC issuer"},
		"no security profile":              {nil, inAzure(object{"securityProfile": nil}), "has no workload identity; az aks update --enable-workload-identity"},
		"no workload identity":             {nil, inAzure(object{"securityProfile": object{}}), "has no workload identity"},
		"workload identity off":            {nil, inAzure(object{"securityProfile": object{"workloadIdentity": object{"enabled": false}}}), "has no workload identity"},
		"no identity":                      {nil, inAzure(object{"identity": nil}), "runs as a service principal, which the extension does not support"},
		"a service principal":              {nil, inAzure(object{"identity": object{"type": "None"}}), "az aks update --enable-managed-identity"},
		"another subscription":             {nil, inAzure(object{"id": strings.Replace(existingID, subscriptionOfTest, tenantID, 1)}), "is in another subscription than azure-native:subscriptionId, which leads to \"/subscriptions/" + tenantID},
		"too few nodes":                    {highlyAvailable, inAzure(object{"agentPoolProfiles": []any{nodePool(2), nodePool(1)}}), "argocd-on-aks:highAvailability needs 4 nodes that take Argo CD's pods, and the cluster has 3"},
		"nodes that Argo CD stays away of": {highlyAvailable, inAzure(object{"agentPoolProfiles": []any{nodePool(9, "CriticalAddonsOnly=true:NoSchedule"), nodePool(2)}}), "the cluster has 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mocks := &recorder{existing: c.cluster}
			_ = mocks.refused(t, onExisting(c.config), Deploy, c.want)
			if !slices.Contains(mocks.invokes, getCluster) {
				t.Error("the cluster was not looked up")
			}
		})
	}
	t.Run("all that is wrong at once", func(t *testing.T) {
		t.Parallel()
		mocks := &recorder{existing: inAzure(object{"oidcIssuerProfile": nil, "securityProfile": nil, "identity": nil})}
		_ = mocks.refused(t, onExisting(nil), Deploy, "OIDC issuer", "workload identity", "service principal")
	})
}

// TestSchedulableNodes: a pool with a taint that Argo CD's pods do not tolerate
// is not for them.
func TestSchedulableNodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pools []any
		want  int
	}{
		"all pools add up":         {[]any{nodePool(3), nodePool(2)}, 5},
		"system pool for AKS":      {[]any{nodePool(3, "CriticalAddonsOnly=true:NoSchedule"), nodePool(4)}, 4},
		"taint without a value":    {[]any{nodePool(3, "gpu:NoSchedule"), nodePool(4)}, 4},
		"pods are thrown out":      {[]any{nodePool(3, "team=a:PreferNoSchedule", "gpu=true:NoExecute"), nodePool(4)}, 4},
		"a taint that discourages": {[]any{nodePool(3, "team=a:PreferNoSchedule"), nodePool(4)}, 7},
		"a stopped pool":           {[]any{with(nodePool(3), object{"powerState": object{"code": "Stopped"}}), nodePool(4)}, 4},
		"Windows":                  {[]any{with(nodePool(3), object{"osType": "Windows"}), nodePool(4)}, 4},
		"a running Linux pool":     {[]any{with(nodePool(3), object{"osType": "Linux", "powerState": object{"code": "Running"}}), nodePool(4)}, 7},
		"a pool of no size yet":    {[]any{object{"name": "pool"}, nodePool(4)}, 4},
		"no pools":                 {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mocks := &recorder{existing: inAzure(object{"agentPoolProfiles": c.pools})}
			err := mocks.run(nil, func(ctx *pulumi.Context) error {
				found, err := LookupAksCluster(ctx, existingID)
				if err == nil && found.SchedulableNodes != c.want {
					t.Errorf("%d schedulable nodes, want %d", found.SchedulableNodes, c.want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestBadExistingCluster: refused by the configuration alone, without a look at
// Azure.
func TestBadExistingCluster(t *testing.T) {
	t.Parallel()
	for cluster, want := range map[string]string{
		`{"existingId":"shop"}`: `argocd-on-aks:cluster.existingId "shop" is not the ID of an AKS cluster`,
		`{"existingId":"/subscriptions/shop/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop"}`: "is not the ID",
		`{"existingId":"` + registryOfTest + `"}`:                                      "is not the ID of an AKS cluster",
		`{"existingId":"` + existingID + `/agentPools/default"}`:                       "is not the ID of an AKS cluster",
		`{"existingId":"` + existingID + `","tier":"Standard"}`:                        "argocd-on-aks:cluster has more than existingId",
		`{"existingId":"` + existingID + `","nodeCount":4}`:                            "argocd-on-aks:cluster has more than existingId",
		`{"existingId":"` + existingID + `","userPool":{}}`:                            "argocd-on-aks:cluster has more than existingId",
		`{"existingId":"` + existingID + `","adminGroups":["Developers"]}`:             "argocd-on-aks:cluster has more than existingId",
		`{"existingId":"` + existingID + `","network":{"plugin":"azure"},"zones":[1]}`: "argocd-on-aks:cluster has more than existingId",
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			mocks := &recorder{existing: inAzure(nil)}
			_ = mocks.refused(t, onExisting(map[string]string{"cluster": cluster}), Deploy, want)
			if len(mocks.invokes) > 0 {
				t.Errorf("looked up %v", mocks.invokes)
			}
		})
	}
	t.Run("other names", func(t *testing.T) {
		t.Parallel()
		_ = (&recorder{existing: inAzure(nil)}).refused(t, onExisting(map[string]string{"names": `{"cluster":"shop"}`}), Deploy,
			"argocd-on-aks:names has resourceGroup or cluster, which cluster.existingId says already")
	})
	t.Run("by the function", func(t *testing.T) {
		t.Parallel()
		_ = (&recorder{}).refused(t, nil, func(ctx *pulumi.Context) error {
			_, err := LookupAksCluster(ctx, "shop")
			return err
		}, `"shop" is not the ID of an AKS cluster`)
	})
}
