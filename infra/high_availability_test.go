package infra

import "testing"

// fourNodes take a highly available Argo CD.
const fourNodes = `{"nodeCount":4}`

func TestHighAvailability(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cluster, extra string
		want           map[string]string
	}{
		"one pool":                   {fourNodes, "", nil},
		"one pool that grows":        {`{"minCount":4,"maxCount":8}`, "", nil},
		"next to a system pool":      {`{"userPool":{"nodeCount":4}}`, "", nil},
		"a user pool that grows":     {`{"userPool":{"minCount":4,"maxCount":8}}`, "", nil},
		"more replicas":              {fourNodes, `{"server.replicas":"3"}`, map[string]string{"server.replicas": "3"}},
		"more replicas, a number":    {fourNodes, `{"server.replicas":3}`, map[string]string{"server.replicas": "3"}},
		"more replicas of all":       {fourNodes, `{"server.replicas":"3","repoServer.replicas":"4","applicationSet.replicas":"5"}`, map[string]string{"server.replicas": "3", "repoServer.replicas": "4", "applicationSet.replicas": "5"}},
		"a setting next to replicas": {fourNodes, `{"server.replicaset":"x"}`, map[string]string{"server.replicaset": "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]string{"redis-ha.enabled": "true", "server.replicas": "2", "repoServer.replicas": "2", "applicationSet.replicas": "2"}
			for key, value := range c.want {
				want[key] = value
			}
			deploy(t, map[string]string{"highAvailability": "true", "cluster": c.cluster, "extraSettings": c.extra}).hasSettings(t, nil, want)
		})
	}
}

// TestTooFewNodes: redis-ha would wait for a fourth node until the installation
// times out, so the stack is refused before it begins.
func TestTooFewNodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cluster, has string }{
		"the walkthrough's node":        {`{}`, "has 1"},
		"two nodes":                     {`{"nodeCount":2}`, "has 2"},
		"a small user pool":             {`{"nodeCount":9,"userPool":{"nodeCount":3}}`, "has 3"},
		"a user pool of defaults":       {`{"nodeCount":9,"userPool":{}}`, "has 1"},
		"autoscaling that goes too low": {`{"minCount":3,"maxCount":9}`, "has 3"},
		"user pool that goes too low":   {`{"nodeCount":9,"userPool":{"minCount":3,"maxCount":9}}`, "has 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, map[string]string{"highAvailability": "true", "cluster": c.cluster},
				"argocd-on-aks:highAvailability needs 4 nodes that take Argo CD's pods, and the cluster "+c.has+":", "raise cluster.nodeCount or cluster.minCount")
		})
	}
	// redis-ha itself is not an extra setting: that would pass this check by.
	refused(t, map[string]string{"extraSettings": `{"redis-ha.enabled":"true"}`}, `"redis-ha.enabled" is managed by this program`)
}
