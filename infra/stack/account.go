package stack

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/internal/azurenative"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// azureAccount is the subscription and the tenant of azure-native, and the tenant of azuread. Empty
// values are not known.
type azureAccount struct{ subscription, tenant, entraTenant string }

// configuredAccount returns the account in the stack's configuration or the environment, which
// the providers read in this order:
// https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ and
// https://www.pulumi.com/registry/packages/azuread/installation-configuration/. Without both, az
// login selects it.
func configuredAccount(ctx *pulumi.Context) azureAccount {
	native, tenant := config.New(ctx, "azure-native"), os.Getenv("ARM_TENANT_ID")
	return azureAccount{
		subscription: cmp.Or(native.Get("subscriptionId"), os.Getenv("ARM_SUBSCRIPTION_ID")),
		tenant:       cmp.Or(native.Get("tenantId"), tenant),
		entraTenant:  cmp.Or(config.New(ctx, "azuread").Get("tenantId"), tenant),
	}
}

// isEnough reports whether the account can be checked without a lookup. If az login selects
// everything, the tenants are the same.
func (a azureAccount) isEnough(clusters int) bool {
	oneTenant := a == azureAccount{} || a.tenant != "" && a.entraTenant != ""
	return oneTenant && (clusters == 0 || a.subscription != "")
}

// lookUp adds what the configuration and the environment do not select. The provider's other
// lookups report why it cannot answer.
func (a azureAccount) lookUp(ctx *pulumi.Context) azureAccount {
	var lookups sync.WaitGroup
	lookups.Go(func() {
		if native, err := azurenative.GetClientConfig(ctx); err == nil {
			a.subscription, a.tenant = cmp.Or(a.subscription, native.SubscriptionId), cmp.Or(a.tenant, native.TenantId)
		}
	})
	entra, err := azuread.GetClientConfig(ctx)
	lookups.Wait()
	if err == nil {
		a.entraTenant = cmp.Or(a.entraTenant, entra.TenantId)
	}
	return a
}

// existingClusters returns the clusters that the configuration names, by key, without invalid IDs.
func (c *Config) existingClusters() map[string]azure.ClusterID {
	all := map[string]azure.ClusterID{}
	if c.ExistingCluster != "" {
		all["cluster.existingId"] = c.ExistingCluster
	}
	for i, id := range c.App.Clusters {
		all[problem.Item("clusters", i)] = id
	}
	maps.DeleteFunc(all, func(_ string, id azure.ClusterID) bool { return id.Check() != nil })
	return all
}

// checkAccount rejects two tenants and clusters in another subscription, whose lookup would fail
// because no such cluster exists in the provider's subscription.
func (c *Config) checkAccount(ctx *pulumi.Context, r *report) {
	clusters, a := c.existingClusters(), configuredAccount(ctx)
	if !a.isEnough(len(clusters)) {
		a = a.lookUp(ctx)
	}
	if a.tenant != "" && a.entraTenant != "" && !strings.EqualFold(a.tenant, a.entraTenant) {
		r.note("azuread", "azuread:tenantId %q differs from the tenant %q of azure-native; set both to the same tenant", a.entraTenant, a.tenant)
	}
	for _, key := range slices.Sorted(maps.Keys(clusters)) {
		id := clusters[key]
		if a.subscription != "" && !r.has(key) && !strings.EqualFold(azure.SubscriptionOf(string(id)), a.subscription) {
			r.fail(key, "%q is not in the subscription %s of azure-native, the only one in which the program looks clusters up; "+
				"set azure-native:subscriptionId, or use a cluster of that subscription", id, a.subscription)
		}
	}
}
