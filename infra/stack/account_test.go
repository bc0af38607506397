package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

type settings = map[string]string

// TestAccounts: azure-native and azuread use one tenant, and clusters are in azure-native's
// subscription. What the configuration selects is checked without a lookup.
func TestAccounts(t *testing.T) {
	t.Parallel()
	const tenants, subscription = "differs from the tenant", "is not in the subscription " + mocks.LeadsID + " of azure-native"
	onExisting, withSpoke := `{"existingId":"`+mocks.ClusterID+`"}`, `["`+mocks.SpokeID+`"]`
	for name, c := range map[string]struct {
		config  settings
		account object
		want    string
		lookup  bool
	}{
		"two tenants":                 {settings{"azuread:tenantId": mocks.LeadsID, "azure-native:tenantId": mocks.TenantID}, nil, tenants, false},
		"another tenant than az's":    {settings{"azuread:tenantId": mocks.LeadsID}, nil, `azuread:tenantId "` + mocks.LeadsID + `" differs from the tenant "` + mocks.TenantID + `" of azure-native; set both to the same tenant`, true},
		"azure-native's own tenant":   {settings{"azure-native:tenantId": mocks.LeadsID}, nil, tenants, true},
		"a subscription's own tenant": {settings{"azure-native:subscriptionId": mocks.LeadsID}, object{"tenantId": mocks.LeadsID}, tenants, true},
		"az's subscription":           {settings{"region": "", "cluster": onExisting}, object{"subscriptionId": mocks.LeadsID}, "argocd-on-aks:cluster.existingId \"" + mocks.ClusterID + "\" " + subscription, true},
		"another subscription":        {settings{"region": "", "cluster": onExisting, "azure-native:subscriptionId": mocks.LeadsID, "azure-native:tenantId": mocks.TenantID, "azuread:tenantId": mocks.TenantID}, nil, subscription, false},
		"a spoke's subscription":      {settings{"clusters": withSpoke}, object{"subscriptionId": mocks.LeadsID}, "argocd-on-aks:clusters[0] \"" + mocks.SpokeID + "\" " + subscription, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(nil), Spoke: mocks.SpokeCluster(nil), Account: c.account}
			_ = recorded.Refused(t, walkthrough(c.config), Deploy, c.want)
			if asked := slices.Contains(recorded.Invokes, mocks.GetClientConfig); asked != c.lookup {
				t.Errorf("looked up %v", recorded.Invokes)
			}
			if existing := strings.Contains(c.want, subscription); existing && slices.Contains(recorded.Invokes, mocks.GetCluster) && c.config["clusters"] == "" {
				t.Errorf("looked the cluster up in another subscription: %v", recorded.Invokes)
			}
		})
	}
}

// TestSameAccount: the same IDs in another case, and the account of az login, pass. Without any
// configuration, nothing is looked up.
func TestSameAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config settings
		lookup bool
	}{
		"az login":     {nil, false},
		"one tenant":   {settings{"azuread:tenantId": strings.ToUpper(mocks.LeadsID), "azure-native:tenantId": mocks.LeadsID}, false},
		"az's tenant":  {settings{"azuread:tenantId": mocks.TenantID}, true},
		"subscription": {settings{"azure-native:subscriptionId": mocks.LeadsID}, true},
		"az's account": {settings{"region": "", "cluster": `{"existingId":"` + strings.ToUpper(mocks.ClusterID[:60]) + mocks.ClusterID[60:] + `"}`}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := (&mocks.Recorder{Existing: mocks.ExistingCluster(nil)}).Accepted(t, walkthrough(c.config), Deploy)
			if asked := slices.Contains(recorded.Invokes, mocks.GetClientConfig); asked != c.lookup {
				t.Errorf("looked up %v", recorded.Invokes)
			}
		})
	}
}
