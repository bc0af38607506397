package lifecycle

import (
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

func TestExistingCluster(t *testing.T) {
	t.Parallel()
	azure, owner := withPlatform(t)
	before := azure.IDs()

	stack := e2e.OpenOn(t, azure, "dev")
	port := e2e.Localhost(t, stack)
	e2e.Set(t, stack, "cluster.existingId", e2e.Output(t, owner, "id"))
	e2e.Unset(t, stack, "region")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ExistingResources})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ExistingResources})
	if got := e2e.Output(t, stack, "getCredentialsCommand"); got != "az aks get-credentials --resource-group platform --name platform" {
		t.Errorf("getCredentialsCommand: %s", got)
	}
	internet := e2e.Connect(t, azure)
	e2e.WantError(t, e2e.Web(t.Context(), azure, internet, e2e.Start(t, azure, internet, port)), "", "sign-in")

	e2e.Want(t, stack.Destroy, map[string]int{"delete": e2e.ExistingResources})
	e2e.SameObjects(t, azure, before, "after destroy")
	got, err := owner.Up(t.Context())
	if err != nil || len(got) != 1 || got["same"] == 0 {
		t.Errorf("next up of the cluster's owner: %v, %v", got, err)
	}
}

// TestUnsuitableCluster checks that the program rejects a cluster that does not run or on which users
// could not sign in, with the command to correct it, before it creates a resource.
func TestUnsuitableCluster(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(inputs resource.PropertyMap)
		config map[string]string
		want   string
	}{
		"workload identity off": {change: e2e.Remove("securityProfile"), want: "az aks update --enable-workload-identity"},
		"service principal":     {change: e2e.Remove("identity"), want: "az aks update --enable-managed-identity"},
		"too small":             {config: map[string]string{"highAvailability": "true"}, want: "argocd-on-aks:highAvailability requires 4 nodes"},
		"no such cluster":       {config: map[string]string{"cluster.existingId": clusterIn(azuresim.New().SubscriptionID)}, want: `ResourceNotFound`},
		"another subscription": {
			config: map[string]string{"cluster.existingId": clusterIn("00000000-0000-0000-0000-000000000001")},
			want:   "/managedClusters/none\" is not in the subscription " + azuresim.New().SubscriptionID + " of azure-native",
		},
		"stopped": {change: set("powerState", map[string]any{"code": "Stopped"}), want: "is stopped; run az aks start --resource-group platform --name platform"},
		"deleted": {change: set("provisioningState", "Deleting"), want: "is being deleted"},
		"failed":  {change: set("provisioningState", "Failed"), want: "and az aks update --resource-group platform --name platform to reconcile the cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			azure, owner := withPlatform(t)
			before := azure.IDs()
			if c.change != nil {
				e2e.Break(t, azure, azuresim.Cluster, c.change)
			}
			stack := e2e.OpenOn(t, azure, "dev")
			config := map[string]string{"cluster.existingId": e2e.Output(t, owner, "id")}
			maps.Copy(config, c.config)
			e2e.Unset(t, stack, "region")
			e2e.SetAll(t, stack, config)
			e2e.WantError(t, e2e.Err(stack.Up(t.Context())), c.want, "up")
			e2e.SameObjects(t, azure, before, "after the refused up")
		})
	}
}

func clusterIn(subscription string) string {
	return "/subscriptions/" + subscription + "/resourceGroups/none/providers/Microsoft.ContainerService/managedClusters/none"
}

// set returns a change that sets a property.
func set(property string, value any) func(resource.PropertyMap) {
	return func(inputs resource.PropertyMap) {
		inputs[resource.PropertyKey(property)] = resource.NewPropertyValue(value)
	}
}

// TestStoppedAfterDeployment checks that a stopped cluster fails the preview of a deployed stack, that
// the deployment continues when the cluster runs, and that an operation in progress only warns.
func TestStoppedAfterDeployment(t *testing.T) {
	t.Parallel()
	azure, owner := withPlatform(t)
	stack := e2e.OpenOn(t, azure, "dev")
	e2e.Set(t, stack, "cluster.existingId", e2e.Output(t, owner, "id"))
	e2e.Unset(t, stack, "region")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ExistingResources})

	start := e2e.Break(t, azure, azuresim.Cluster, set("powerState", map[string]any{"code": "Stopped"}))
	e2e.Set(t, stack, "defaultRole", "readonly")
	_, err := stack.Preview(t.Context())
	e2e.WantError(t, err, "is stopped; run az aks start", "preview")
	start()
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "same": e2e.ExistingResources - 1})

	e2e.Break(t, azure, azuresim.Cluster, set("provisioningState", "Upgrading"))
	e2e.Succeed(t, stack.Preview)
	if warnings := strings.Join(stack.Last.Warnings, "\n"); !strings.Contains(warnings, "is in the state Upgrading; until that operation ends, AKS rejects others with OperationNotAllowed") {
		t.Errorf("during an upgrade: %s", warnings)
	}
}

// TestClusterWithoutOIDCIssuer checks that the program rejects a cluster without OIDC issuer, which
// workload identity requires.
func TestClusterWithoutOIDCIssuer(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	e2e.New(t, azure, azuresim.ResourceGroup, map[string]any{"resourceGroupName": "old", "location": "westus3"})
	id, _ := e2e.New(t, azure, azuresim.Cluster, map[string]any{
		"resourceName": "old", "resourceGroupName": "old", "location": "westus3", "dnsPrefix": "old",
		"identity":          map[string]any{"type": "SystemAssigned"},
		"agentPoolProfiles": []any{map[string]any{"name": "default", "count": 1, "mode": "System"}},
	})
	stack := e2e.OpenOn(t, azure, "dev")
	e2e.Unset(t, stack, "region")
	e2e.Set(t, stack, "cluster.existingId", id)
	_, err := stack.Preview(t.Context())
	for _, want := range []string{"argocd-on-aks:cluster.existingId", "az aks update --enable-oidc-issuer", "az aks update --enable-workload-identity"} {
		e2e.WantError(t, err, want, "preview")
	}
}
