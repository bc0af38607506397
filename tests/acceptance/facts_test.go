package acceptance

import (
	"strings"
	"testing"
)

// TestFactsOfAz checks that the output of az is parsed: keys in az's case, and null for
// empty values.
func TestFactsOfAz(t *testing.T) {
	t.Parallel()
	got, err := read(Answers{
		Cluster: []byte(`{"id": "/subscriptions/s", "tags": null,
			"apiServerAccessProfile": {"authorizedIpRanges": ["203.0.113.0/24"], "enablePrivateCluster": false},
			"oidcIssuerProfile": {"enabled": true, "issuerUrl": "https://issuer/"},
			"agentPoolProfiles": [
				{"name": "user", "mode": "User", "nodeTaints": null},
				{"name": "default", "mode": "System", "nodeTaints": ["CriticalAddonsOnly=true:NoSchedule"]}]}`),
		Extension:   []byte(`{"configurationSettings": {"configs.rbac.policy\\.default": "role:readonly"}}`),
		Application: []byte(`{"id": "object", "appId": "client", "web": {"redirectUris": ["https://localhost:9000/auth/callback"]}}`),
		Credentials: []byte(`[{"issuer": "https://issuer/", "subject": "system:serviceaccount:argocd:argocd-server"}]`),
	})
	want := Facts{
		Deployed: true, ClientID: "client", Issuer: "https://issuer/", TrustedIssuers: []string{"https://issuer/"},
		RedirectURIs: []string{"https://localhost:9000/auth/callback"}, AuthorizedRanges: []string{"203.0.113.0/24"},
		Pools: []string{"default", "user"}, SystemTaints: []string{"CriticalAddonsOnly=true:NoSchedule"}, DefaultRole: "role:readonly",
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := got.differ(want); err != nil {
		t.Error(err)
	}
	want.Tags, want.DefaultRole = map[string]string{"purpose": "acceptance"}, ""
	if err := got.differ(want); err == nil || strings.Count(err.Error(), "\n") != 1 ||
		!strings.Contains(err.Error(), "Tags is map[], want map[purpose:acceptance]") || !strings.Contains(err.Error(), "DefaultRole") {
		t.Errorf("two differences: %v", err)
	}
	if _, err := read(Answers{}); err == nil || !strings.Contains(err.Error(), "cluster") || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("no answers: %v", err)
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want Operations
		done map[string]int
		ok   bool
	}{
		{nil, map[string]int{"same": 12}, true},
		{nil, map[string]int{"same": 11, "update": 1}, false},
		{Operations{"update": 2}, map[string]int{"same": 10, "update": 2}, true},
		{Operations{"update": 2}, map[string]int{"same": 11, "update": 1}, false},
		{Operations{"update": 2}, map[string]int{"same": 12}, false},
		{updatesOnly, map[string]int{"same": 12}, true},
		{updatesOnly, map[string]int{"update": 12}, true},
		{updatesOnly, map[string]int{"same": 11, "replace": 1}, false},
		{updatesOnly, map[string]int{"same": 11, "delete": 1}, false},
	} {
		if err := c.want.check(c.done); (err == nil) != c.ok {
			t.Errorf("%v, want %s: %v", c.done, c.want, err)
		}
	}
}
