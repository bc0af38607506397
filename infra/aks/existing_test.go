package aks

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestSchedulableNodes: pools with a taint that Argo CD's pods do not tolerate do not count.
func TestSchedulableNodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pools []any
		want  int
	}{
		"all pools add up":       {[]any{mocks.NodePool(3), mocks.NodePool(2)}, 5},
		"system pool for AKS":    {[]any{mocks.NodePool(3, "CriticalAddonsOnly=true:NoSchedule"), mocks.NodePool(4)}, 4},
		"taint without a value":  {[]any{mocks.NodePool(3, "gpu:NoSchedule"), mocks.NodePool(4)}, 4},
		"NoExecute":              {[]any{mocks.NodePool(3, "team=a:PreferNoSchedule", "gpu=true:NoExecute"), mocks.NodePool(4)}, 4},
		"PreferNoSchedule":       {[]any{mocks.NodePool(3, "team=a:PreferNoSchedule"), mocks.NodePool(4)}, 7},
		"a stopped pool":         {[]any{mocks.With(mocks.NodePool(3), object{"powerState": object{"code": "Stopped"}}), mocks.NodePool(4)}, 4},
		"Windows":                {[]any{mocks.With(mocks.NodePool(3), object{"osType": "Windows"}), mocks.NodePool(4)}, 4},
		"a running Linux pool":   {[]any{mocks.With(mocks.NodePool(3), object{"osType": "Linux", "powerState": object{"code": "Running"}}), mocks.NodePool(4)}, 7},
		"a pool without a count": {[]any{object{"name": "pool"}, mocks.NodePool(4)}, 4},
		"no pools":               {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(object{"agentPoolProfiles": c.pools})}
			err := recorded.Run(nil, func(ctx *pulumi.Context) error {
				found, err := LookupAksCluster(ctx, mocks.ClusterID)
				if err == nil && found.SchedulableNodes != c.want {
					t.Errorf("%d schedulable nodes, want %d", found.SchedulableNodes, c.want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
