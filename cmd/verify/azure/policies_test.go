package azure

import (
	"strings"
	"testing"
)

// TestUnreadPolicies: a caller without permission to read policies can adopt objects, with a
// notice, and the check of policies is inconclusive. A policy that is read is foreign.
func TestUnreadPolicies(t *testing.T) {
	t.Parallel()
	const (
		app  = "/v1.0/applications/ours/tokenLifetimePolicies"
		mine = `{"value": [{"id": "1", "displayName": "a day"}]}`
	)
	for name, c := range map[string]struct {
		answer, foreign, unseen string
	}{
		"none":     {emptyList, "", ""},
		"one":      {mine, `the application has the token lifetime policy "a day" (1)`, ""},
		"not read": {"403 Authorization_RequestDenied", "", "its policies, which require the permissions Policy.Read.All"},
	} {
		r := ownedApps("ours")
		r[app] = c.answer
		found, err := find(t, r, typeApplication, wantsApp)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", name, found, err)
		}
		if got := strings.Join(found[0].Doubts(), "; "); got != c.foreign || !strings.HasPrefix(found[0].Unseen, c.unseen) || (found[0].Unseen == "") != (c.unseen == "") {
			t.Errorf("%s: %+v", name, found[0])
		}
	}
	for name, c := range map[string]struct {
		ofApplication, ofPrincipal string
		ok, unseen                 bool
	}{
		"none":              {emptyList, emptyList, true, false},
		"one":               {mine, emptyList, false, false},
		"not read":          {emptyList, "403 Authorization_RequestDenied", false, true},
		"one, and not read": {mine, "403 Authorization_RequestDenied", false, false},
	} {
		client, err := NewClient(t.Context(), At("", "tenant"), token("t"), replies{
			"/v1.0/applications(appId='c')/tokenLifetimePolicies": c.ofApplication, "/v1.0/servicePrincipals/p/claimsMappingPolicies": c.ofPrincipal,
		})
		if err != nil {
			t.Fatal(err)
		}
		check := assignedPolicies(t.Context(), client, Application{ClientID: "c"}, "p", nil).check()
		if check.OK != c.ok || check.Unseen != c.unseen || c.unseen && !strings.Contains(check.Fix, "Policy.Read.All") {
			t.Errorf("%s: %+v", name, check)
		}
	}
}
