package stack

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/component"
	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// configuredGroup is a group in the configuration and its key.
type configuredGroup struct {
	key   string
	group *pulumi.StringInput
}

// nameOf returns a group as configured, or its object ID after the lookup.
func nameOf(group pulumi.StringInput) string {
	name, _ := component.Known(group)
	return name
}

// groups returns the groups in the arguments, for replacement by their object IDs.
func (c *resolved) groups() (all []configuredGroup) {
	from := c.names.keys()
	for i := range c.Argo.Roles {
		all = append(all, configuredGroup{from.argo(problem.Item("Roles", i) + ".Group"), &c.Argo.Roles[i].Group})
	}
	for i := range c.Cluster.AdminGroups {
		all = append(all, configuredGroup{from.cluster(problem.Item("AdminGroups", i)), &c.Cluster.AdminGroups[i]})
	}
	return all
}

// lookUpGroups replaces groups with their object IDs. Unless everyone can sign in, it assigns
// those with a role in Argo CD to the application.
func (c *resolved) lookUpGroups(ctx *pulumi.Context, r *report) {
	c.Argo.Roles, c.Cluster.AdminGroups = slices.Clone(c.Argo.Roles), slices.Clone(c.Cluster.AdminGroups)
	groups := slices.DeleteFunc(c.groups(), func(g configuredGroup) bool { return r.has(g.key) })
	lookups := lookUpEach(ctx, groups, c.App.GroupClaims)
	throttled := func(g configuredGroup) bool { return errors.Is(lookups[nameOf(*g.group)].err, entra.ErrThrottled) }
	if i := slices.IndexFunc(groups, throttled); i >= 0 {
		groups = groups[i : i+1] // one message is enough
	}
	for _, g := range groups {
		found := lookups[nameOf(*g.group)]
		if found.err != nil {
			r.fail(g.key, "%v", found.err)
			continue
		}
		if name := nameOf(*g.group); !strings.EqualFold(name, found.ObjectID) {
			c.setCommands = append(c.setCommands, setCommand(g.key, found.ObjectID, name))
		}
		*g.group = pulumi.String(found.ObjectID)
		c.groupNames[found.ObjectID] = found.DisplayName
	}
	// A display name and an object ID can be the same group.
	c.Argo.Roles = distinct(c.Argo.Roles)
	for _, mapping := range c.Argo.Roles {
		if group := nameOf(mapping.Group); c.App.GroupClaims != entra.GroupClaimsSecurity && !slices.Contains(c.App.GroupObjectIDs, group) {
			c.App.GroupObjectIDs = append(c.App.GroupObjectIDs, group)
		}
	}
	// Pipelines are compared with the groups' object IDs.
	r.add(c.App.Problems(), c.names.keys().argo)
}

type lookup struct {
	entra.Group
	err error
}

// maxLookups is the number of concurrent group lookups. The provider sends at least three requests
// for each, one after another, and Entra throttles clients with too many requests:
// https://learn.microsoft.com/graph/throttling-limits. The provider's getGroups sends as many
// requests and does not return dynamic membership rules.
const maxLookups = 10

// lookUpEach looks up each group once. It starts no further lookup when Microsoft Graph
// throttles, because that would prolong the throttling.
func lookUpEach(ctx *pulumi.Context, groups []configuredGroup, claims entra.GroupClaims) map[string]*lookup {
	all := map[string]*lookup{}
	var running sync.WaitGroup
	var throttled atomic.Bool
	free := make(chan struct{}, maxLookups)
	for _, g := range groups {
		group, found := nameOf(*g.group), &lookup{}
		if all[group] != nil {
			continue
		}
		all[group] = found
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			if throttled.Load() {
				return
			}
			if found.Group, found.err = claims.LookupGroup(ctx, group); errors.Is(found.err, entra.ErrThrottled) {
				throttled.Store(true)
			}
		})
	}
	running.Wait()
	return all
}

// nameWarning returns the commands that replace the names of groups with object IDs.
func (c *resolved) nameWarning() string {
	if len(c.setCommands) == 0 {
		return ""
	}
	return "Groups in the configuration are looked up by name at each deployment.\n" +
		"If a group is renamed and another group takes its name, the other group gets the access.\n" +
		"Use object IDs instead:\n  " + strings.Join(c.setCommands, "\n  ")
}

// distinct removes duplicate mappings.
func distinct(mappings []argo.RoleMapping) (kept []argo.RoleMapping) {
	for _, mapping := range mappings {
		if !slices.Contains(kept, mapping) {
			kept = append(kept, mapping)
		}
	}
	return kept
}
