package stack

import (
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/internal/problem"
)

// lookUpGroups puts the groups' object IDs in place of what the configuration
// calls them, and lets those with a role in Argo CD sign in.
func (c *Config) lookUpGroups(ctx *pulumi.Context) error {
	roles := make([]string, len(c.Argo.Roles))
	for i, mapping := range c.Argo.Roles {
		roles[i] = mapping.Group
	}
	r := newReport(ctx.Stack())
	objectIDs, errs := lookUp(ctx, append(roles, c.Cluster.AdminGroups...))
	var unknown, unknownAdmins problem.List
	for i := range roles {
		c.Argo.Roles[i].Group = objectIDs[i]
		unknown.Check(problem.Item("Roles", i)+".Group", errs[i])
	}
	for i := range c.Cluster.AdminGroups {
		c.Cluster.AdminGroups[i] = objectIDs[len(roles)+i]
		unknownAdmins.Check(problem.Item("AdminGroups", i), errs[len(roles)+i])
	}
	r.add(unknown, c.names.keys().argo)
	r.add(unknownAdmins, c.names.keys().cluster)
	if err := r.err(); err != nil {
		return err
	}
	// Only now is it known that a display name and an object ID mean one group.
	kept, contradictions := distinct(c.Argo.Roles)
	r.add(contradictions, c.names.keys().argo)
	c.Argo.Roles = kept
	for _, mapping := range kept {
		c.App.GroupObjectIDs = append(c.App.GroupObjectIDs, mapping.Group)
	}
	return r.err()
}

// lookUp resolves groups side by side, in their order.
func lookUp(ctx *pulumi.Context, groups []string) (objectIDs []string, errs []error) {
	objectIDs, errs = make([]string, len(groups)), make([]error, len(groups))
	var lookups sync.WaitGroup
	for i, group := range groups {
		lookups.Go(func() { objectIDs[i], errs[i] = infra.LookupGroup(ctx, group) })
	}
	lookups.Wait()
	return objectIDs, errs
}

// distinct drops repeated mappings. A group has one role.
func distinct(mappings []chart.RoleMapping) (kept []chart.RoleMapping, contradictions problem.List) {
	roleOf := map[string]string{}
	for i, mapping := range mappings {
		group := strings.ToLower(mapping.Group)
		role, seen := roleOf[group]
		if seen && role != mapping.Role {
			contradictions.Add(problem.Item("Roles", i), "gives %q the role %q, but it has %q already; a group has one role", mapping.Group, mapping.Role, role)
		}
		if !seen {
			kept = append(kept, mapping)
		}
		roleOf[group] = mapping.Role
	}
	return kept, contradictions
}
