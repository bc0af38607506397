package stack

import (
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// validateSpokes refuses the cluster that Argo CD runs on, which needs no sign-in and
// would be there twice.
func (c *Config) validateSpokes(r *report) {
	group, name := c.Cluster.ResourceGroupName, c.Cluster.Name
	if c.ExistingCluster != "" {
		group, name = c.ExistingCluster.Names()
	}
	for i, id := range c.App.Clusters {
		// Another subscription than the stack's is refused later, when it is known.
		if ofGroup, itself := id.Names(); itself != "" && strings.EqualFold(group, ofGroup) && strings.EqualFold(name, itself) {
			r.fail(problem.Item("clusters", i), "%q is the cluster that Argo CD runs on, which it knows as in-cluster", id)
		}
	}
}

// lookUpSpokes reads the spoke clusters, side by side.
func (c *resolved) lookUpSpokes(ctx *pulumi.Context, r *report) {
	c.spokes = make([]*aks.SpokeCluster, len(c.App.Clusters))
	errs := make([]error, len(c.App.Clusters))
	var running sync.WaitGroup
	for i, id := range c.App.Clusters {
		running.Go(func() { c.spokes[i], errs[i] = aks.LookupSpokeCluster(ctx, id) })
	}
	running.Wait()
	for i, err := range errs {
		if err != nil {
			r.fail(problem.Item("clusters", i), "%w", err)
		}
	}
}
