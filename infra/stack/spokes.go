package stack

import (
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// validateSpokes rejects Argo CD's own cluster, which Argo CD registers itself.
func (c *Config) validateSpokes(r *report) {
	group, name := c.Cluster.ResourceGroupName, c.Cluster.Name
	if c.ExistingCluster != "" {
		group, name = c.ExistingCluster.Names()
	}
	for i, id := range c.App.Clusters {
		// A cluster in another subscription is rejected later, by its lookup.
		key := problem.Item("clusters", i)
		if ofGroup, itself := id.Names(); !r.has(key) && itself != "" && strings.EqualFold(group, ofGroup) && strings.EqualFold(name, itself) {
			r.fail(key, "%q is the cluster that Argo CD runs on, which Argo CD registers as in-cluster; remove it", id)
		}
	}
}

// lookUpSpokes reads the spoke clusters concurrently.
func (c *resolved) lookUpSpokes(ctx *pulumi.Context, r *report) {
	c.spokes = make([]*aks.SpokeCluster, len(c.App.Clusters))
	errs := make([]error, len(c.App.Clusters))
	var running sync.WaitGroup
	for i, id := range c.App.Clusters {
		if r.has(problem.Item("clusters", i)) {
			continue
		}
		running.Go(func() { c.spokes[i], errs[i] = aks.LookupSpokeCluster(ctx, id) })
	}
	running.Wait()
	for i, err := range errs {
		r.check(problem.Item("clusters", i), err)
	}
}
