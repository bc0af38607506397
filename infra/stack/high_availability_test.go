package stack

import "testing"

// TestSufficientNodes: the nodes of the pool that runs Argo CD count.
func TestSufficientNodes(t *testing.T) {
	t.Parallel()
	for _, cluster := range []string{
		`{"nodeCount":4}`, `{"minCount":4,"maxCount":8}`, `{"userPool":{"nodeCount":4}}`, `{"userPool":{"minCount":4,"maxCount":8}}`,
	} {
		// A setting can be a number.
		settings := deploy(t, map[string]string{"highAvailability": "true", "cluster": cluster, "extraSettings": `{"server.replicas":3}`}).Settings(t)
		if settings["redis-ha.enabled"] != "true" || settings["server.replicas"] != "3" || settings["repoServer.replicas"] != "2" {
			t.Errorf("%s: settings %v", cluster, settings)
		}
	}
}

// TestTooFewNodes: redis-ha would wait for a fourth node until the installation times out, so
// the configuration is rejected.
func TestTooFewNodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cluster, has string }{
		"the walkthrough's node":         {`{}`, "has 1"},
		"two nodes":                      {`{"nodeCount":2}`, "has 2"},
		"a small user pool":              {`{"nodeCount":9,"userPool":{"nodeCount":3}}`, "has 3"},
		"a user pool of defaults":        {`{"nodeCount":9,"userPool":{}}`, "has 1"},
		"autoscaling with a low minimum": {`{"minCount":3,"maxCount":9}`, "has 3"},
		"user pool with a low minimum":   {`{"nodeCount":9,"userPool":{"minCount":3,"maxCount":9}}`, "has 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"highAvailability": "true", "cluster": c.cluster},
				"argocd-on-aks:highAvailability requires 4 nodes for Argo CD's pods, because redis-ha spreads over them, but the cluster "+c.has+";", "raise cluster.nodeCount or cluster.minCount")
		})
	}
	// As an extra setting, redis-ha would bypass this check.
	refused(t, map[string]string{"extraSettings": `{"redis-ha.enabled":"true"}`}, `"redis-ha.enabled" is managed by this program`)
}
