package stack

import (
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/internal/problem"
)

// lookUpGroups puts the groups' object IDs in place of what the configuration
// calls them, and lets those with a role in Argo CD sign in.
func (c *Config) lookUpGroups(ctx *pulumi.Context) error {
	r, from := newReport(ctx.Stack()), c.names.keys()
	var keys []string
	var groups []*string
	for i := range c.Argo.Roles {
		keys, groups = append(keys, from.argo(problem.Item("Roles", i)+".Group")), append(groups, &c.Argo.Roles[i].Group)
	}
	for i := range c.Cluster.AdminGroups {
		keys, groups = append(keys, from.cluster(problem.Item("AdminGroups", i))), append(groups, &c.Cluster.AdminGroups[i])
	}
	errs := make([]error, len(groups))
	var lookups sync.WaitGroup
	for i, group := range groups {
		lookups.Go(func() { *group, errs[i] = infra.LookupGroup(ctx, *group) })
	}
	lookups.Wait()
	for i, err := range errs {
		if err != nil {
			r.fail(keys[i], "%w", err)
		}
	}
	if err := r.err(); err != nil {
		return err
	}
	// Only now is it known that a display name and an object ID mean one group.
	c.Argo.Roles = distinct(c.Argo.Roles)
	for _, mapping := range c.Argo.Roles {
		if !slices.Contains(c.App.GroupObjectIDs, mapping.Group) {
			c.App.GroupObjectIDs = append(c.App.GroupObjectIDs, mapping.Group)
		}
	}
	return nil
}

// distinct drops repeated mappings.
func distinct(mappings []chart.RoleMapping) (kept []chart.RoleMapping) {
	for _, mapping := range mappings {
		if !slices.Contains(kept, mapping) {
			kept = append(kept, mapping)
		}
	}
	return kept
}
