package infra

import "testing"

func TestHighAvailability(t *testing.T) {
	t.Parallel()
	replicated := map[string]string{"redis-ha.enabled": "true", "server.replicas": "2", "repoServer.replicas": "2", "applicationSet.replicas": "2"}
	for name, c := range map[string]struct {
		config map[string]string
		server string
	}{
		"one pool for all":          {map[string]string{"cluster": `{"nodeCount":4}`}, "2"},
		"a system and a user pool":  {map[string]string{"cluster": `{"userPool":{"nodeCount":4}}`}, "2"},
		"autoscaling from four on":  {map[string]string{"cluster": `{"userPool":{"minCount":4,"maxCount":9}}`}, "2"},
		"more replicas than it has": {map[string]string{"cluster": `{"nodeCount":4}`, "extraSettings": `{"server.replicas":3}`}, "3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.config["highAvailability"] = "true"
			want := map[string]string{}
			for key, value := range replicated {
				want[key] = value
			}
			want["server.replicas"] = c.server
			deploy(t, c.config).hasSettings(t, nil, want)
		})
	}
}

func TestTooFewNodes(t *testing.T) {
	t.Parallel()
	for cluster, nodes := range map[string]string{
		`{}`:                            "1",
		`{"nodeCount":2}`:               "2",
		`{"minCount":3,"maxCount":9}`:   "3",
		`{"nodeCount":9,"userPool":{}}`: "1",
		`{"nodeCount":9,"userPool":{"nodeCount":3}}`: "3",
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"highAvailability": "true", "cluster": cluster},
				"argocd-on-aks:highAvailability needs 4 nodes that take Argo CD's pods, and the cluster has "+nodes+":")
		})
	}
}

// TestUnreadableClusterIsOneProblem: what cannot be read is not counted as well.
func TestUnreadableClusterIsOneProblem(t *testing.T) {
	t.Parallel()
	refused(t, map[string]string{"highAvailability": "true", "cluster": `{"nodes":9}`}, `unknown field "nodes"`)
}
