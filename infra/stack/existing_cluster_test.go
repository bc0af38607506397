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
		"no extensions there":   {nil, mocks.ExistingCluster(object{"location": "qatarcentral"}), "\"qatarcentral\" has no cluster extensions"},
		"stopped":               {nil, mocks.ExistingCluster(object{"powerState": object{"code": "Stopped"}, "provisioningState": "Succeeded"}), "is stopped; run az aks start --resource-group platform --name shop"},
		"stopping":              {nil, mocks.ExistingCluster(object{"powerState": object{"code": "Running"}, "provisioningState": "Stopping"}), "is stopped; run az aks start"},
		"failed":                {nil, mocks.ExistingCluster(object{"provisioningState": "Failed"}), "is in the state Failed after its last operation; run az aks operation show-latest --resource-group platform --name shop for the reason, and az aks update --resource-group platform --name shop to reconcile"},
		"being deleted":         {nil, mocks.ExistingCluster(object{"powerState": object{"code": "Stopped"}, "provisioningState": "Deleting"}), "is being deleted (az aks show --resource-group platform --name shop)"},
		"stopped and lacking":   {nil, mocks.ExistingCluster(object{"powerState": object{"code": "Stopped"}, "oidcIssuerProfile": nil}), "is stopped; run az aks start --resource-group platform --name shop\nhas no OIDC issuer"},
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

// TestClusterStates: an operation in progress does not fail a preview, because it may end before the
// deployment. Neither does an unknown state.
func TestClusterStates(t *testing.T) {
	t.Parallel()
	for _, state := range []object{
		{"powerState": object{"code": "Running"}, "provisioningState": "Succeeded"},
		{"powerState": object{"code": "Running"}, "provisioningState": "Upgrading"},
		{"powerState": object{"code": "Stopped"}, "provisioningState": "Starting"},
		{"powerState": object{}, "provisioningState": "Updating"},
		{"provisioningState": "Canceled"},
		{"agentPoolProfiles": []any{mocks.With(mocks.NodePool(4), object{"vmSize": "Standard_D2ps_v6"})}},
	} {
		(&mocks.Recorder{Existing: mocks.ExistingCluster(state)}).Accepted(t, onExisting(nil), Deploy)
	}
}

// TestInvalidExistingCluster: an invalid ID is not looked up, and each key that does not apply to
// an existing cluster is one message.
func TestInvalidExistingCluster(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		`"shop"`: `cluster.existingId "shop" is not a valid AKS cluster ID; get it with az aks show --resource-group <group> --name <cluster> --query id`,
		`"/subscriptions/shop/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop"`: "is not a valid AKS cluster ID",
		`"` + mocks.RegistryID + `"`:                   "is not a valid AKS cluster ID",
		`"` + mocks.ClusterID + `/agentPools/default"`: "is not a valid AKS cluster ID",
		`5`: "cluster.existingId 5 must be a string",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}
			got := problemsOf(t, recorded, onExisting(map[string]string{"cluster": `{"existingId":` + id + `}`}))
			if len(got) != 1 || !strings.Contains(got[0], want) {
				t.Errorf("got %q, want %q", got, want)
			}
			if slices.Contains(recorded.Invokes, mocks.GetCluster) {
				t.Errorf("looked up %v", recorded.Invokes)
			}
		})
	}
	const instead = " cannot be combined with cluster.existingId, because the program does not change an existing cluster; remove it"
	for fields, want := range map[string][]string{
		`"tier":"Standard"`:                        {"cluster.tier"},
		`"nodeCount":4,"minCount":0`:               {"cluster.nodeCount"},
		`"userPool":{}`:                            {"cluster.userPool"},
		`"adminGroups":["Nobody"]`:                 {"cluster.adminGroups"},
		`"network":{"plugin":"kubenet"},"zones":9`: {"cluster.zones must be a list", "cluster.network"},
	} {
		t.Run(fields, func(t *testing.T) {
			t.Parallel()
			for i, key := range want {
				if !strings.Contains(key, " ") {
					want[i] += instead
				}
			}
			config := onExisting(map[string]string{"cluster": `{"existingId":"` + mocks.ClusterID + `",` + fields + `}`})
			if got := problemsOf(t, &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}, config); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	t.Run("other keys", func(t *testing.T) {
		t.Parallel()
		config := onExisting(map[string]string{"region": "westus3", "names": `{"cluster":"shop","resourceGroup":"shop","application":"shop"}`})
		want := []string{"region" + instead, "names.cluster" + instead, "names.resourceGroup" + instead}
		if got := problemsOf(t, &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}, config); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
