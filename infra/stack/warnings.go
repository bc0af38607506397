package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Microsoft requires a node with linux/amd64 for every cluster extension but two:
// https://learn.microsoft.com/azure/azure-arc/kubernetes/conceptual-extensions. Whether Argo CD's
// images exist for Arm is not documented, so a pool with an Arm size is an error only if a new
// cluster has no other.
const armNodes = "%q has Arm processors, but Microsoft supports this extension only on clusters with linux/amd64 nodes; "

// checkArchitecture rejects a new cluster with Arm processors only.
func (c *resolved) checkArchitecture(r *report) {
	if key, size := c.armPool(); key != "" && !r.has(key) && !c.Cluster.IsDeployed() && aks.IsArm(c.Cluster.VMSize) {
		r.fail(key, armNodes+"use a size without p among its features, such as Standard_D2s_v5", size)
	}
}

// armPool returns the size of the pool that runs Argo CD and its key, if it is an Arm size.
func (c *Config) armPool() (key, size string) {
	key, size = "cluster.vmSize", c.Cluster.VMSize
	if pool := c.Cluster.UserPool; pool != nil {
		key, size = "cluster.userPool.vmSize", pool.VMSize
	}
	if !aks.IsArm(size) {
		return "", ""
	}
	return key, size
}

// azureWarning lists the configuration that Azure may accept, but that has no effect, another effect
// than it seems, or depends on what the program cannot know.
func (c *resolved) azureWarning(ctx *pulumi.Context) string {
	r := newReport(ctx)
	r.add(c.Cluster.Warnings(), c.names.keys().cluster)
	for i, domain := range c.domains() {
		key := "domain"
		if i > 0 {
			key = problem.Item("additionalDomains", i-1)
		}
		if warning := domain.PortWarning(*c.App.CLI); warning != "" {
			r.fail(key, "%q %s", domain, warning)
		}
	}
	if key, size := c.armPool(); key != "" {
		r.fail(key, armNodes+"Argo CD's pods may not start", size)
	}
	if c.existing != nil && c.existing.ArmOnly {
		r.fail("cluster.existingId", "%q has only nodes with Arm processors for Argo CD's pods, which may not start: "+
			"Microsoft supports this extension only on clusters with linux/amd64 nodes; add such a node pool", c.ExistingCluster)
	}
	if c.existing != nil && c.existing.Warning != "" {
		r.fail("cluster.existingId", "%q %s", c.ExistingCluster, c.existing.Warning)
	}
	for i, spoke := range c.spokes {
		if spoke.Warning != "" {
			r.fail(problem.Item("clusters", i), "%q %s; until then, Argo CD may not be able to deploy to it", spoke.ID, spoke.Warning)
		}
	}
	return r.text(r.lines)
}
