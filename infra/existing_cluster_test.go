package infra

import "testing"

const existingID = "/subscriptions/" + subscriptionOfTest + "/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shared"

// suitable is an existing cluster as Azure describes it, with changes.
func suitable(changes object) object {
	return with(object{
		"id": existingID, "name": "shared", "identity": object{"type": "SystemAssigned"},
		"oidcIssuerProfile": object{"enabled": true, "issuerURL": issuerURL},
		"securityProfile":   object{"workloadIdentity": object{"enabled": true}},
		"agentPoolProfiles": []any{object{"name": "apps", "count": 4}},
	}, changes)
}

func onExisting(more map[string]string) map[string]string {
	config := walkthrough(map[string]string{"cluster": `{"existingId":"` + existingID + `"}`})
	delete(config, "argocd-on-aks:region")
	for key, value := range more {
		config["argocd-on-aks:"+key] = value
	}
	return config
}

func TestExistingCluster(t *testing.T) {
	t.Parallel()
	mocks := &recorder{existing: suitable(nil)}
	if err := mocks.run(onExisting(map[string]string{"highAvailability": "true", "protect": "true"}), Deploy); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{clusterToken, poolToken, maintenanceToken, "azure-native:resources:ResourceGroup", "argocd-on-aks:infra:AksCluster"} {
		if len(mocks.all(token)) > 0 {
			t.Errorf("registered %s", token)
		}
	}
	extension := mocks.one(t, "azure-native:kubernetesconfiguration:Extension")
	if extension.inputs["resourceGroupName"].StringValue() != "platform" || extension.inputs["clusterName"].StringValue() != "shared" {
		t.Errorf("extension on %v", extension.inputs)
	}
	// Its cluster stays, so the extension has to be deleted itself.
	if by := mocks.named(t, "argocd").deletedWith + extension.deletedWith; by != "" {
		t.Errorf("extension is deleted with %q", by)
	}
	if issuer := mocks.one(t, credentialToken).inputs["issuer"].StringValue(); issuer != issuerURL {
		t.Errorf("trusts %s", issuer)
	}
}

func TestUnsuitableCluster(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		existing object
		config   map[string]string
		want     string
	}{
		"none":                 {nil, nil, "cluster shared in platform was not found"},
		"another subscription": {suitable(object{"id": "/subscriptions/other"}), nil, `is in another subscription than azure-native:subscriptionId, which leads to "/subscriptions/other"`},
		"no issuer":            {suitable(object{"oidcIssuerProfile": object{"enabled": false}}), nil, "has no OIDC issuer; az aks update --enable-oidc-issuer"},
		"no issuer at all":     {suitable(object{"oidcIssuerProfile": nil}), nil, "has no OIDC issuer"},
		"no workload identity": {suitable(object{"securityProfile": object{}}), nil, "has no workload identity; az aks update --enable-workload-identity"},
		"a service principal":  {suitable(object{"identity": nil}), nil, "runs as a service principal, which the extension does not support"},
		"too few nodes": {
			suitable(object{"agentPoolProfiles": []any{
				object{"name": "system", "count": 3, "nodeTaints": []any{"CriticalAddonsOnly=true:NoSchedule"}},
				object{"name": "batch", "count": 9, "nodeTaints": []any{"batch=true:NoExecute"}},
				object{"name": "apps", "count": 3, "nodeTaints": []any{"shop=true:PreferNoSchedule"}},
			}}), map[string]string{"highAvailability": "true"},
			"argocd-on-aks:highAvailability needs 4 nodes that take Argo CD's pods, and the cluster has 3:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_ = (&recorder{existing: c.existing}).refused(t, onExisting(c.config), Deploy, c.want)
		})
	}
}

func TestExistingClusterIsUsedAsItIs(t *testing.T) {
	t.Parallel()
	for cluster, want := range map[string]string{
		`{"existingId":"shared"}`:                                 `argocd-on-aks:cluster.existingId "shared" is not the ID of an AKS cluster`,
		`{"existingId":"` + existingID + `","tier":"Standard"}`:   "argocd-on-aks:cluster has more than existingId",
		`{"existingId":"` + existingID + `","userPool":{}}`:       "argocd-on-aks:cluster has more than existingId",
		`{"existingId":"` + existingID + `","adminGroups":["A"]}`: "argocd-on-aks:cluster has more than existingId",
		`{"existingId":"` + registryOfTest + `"}`:                 "is not the ID of an AKS cluster",
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"cluster": cluster}, want)
		})
	}
}
