package stack

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/chart"
	"argocd-on-aks/infra/internal/problem"
)

// configuredGroup is a group that the configuration names, and the key that does.
type configuredGroup struct {
	key   string
	group *string
}

func (c *Config) groups() (all []configuredGroup) {
	from := c.names.keys()
	for i := range c.Argo.Roles {
		all = append(all, configuredGroup{from.argo(problem.Item("Roles", i) + ".Group"), &c.Argo.Roles[i].Group})
	}
	for i := range c.Cluster.AdminGroups {
		all = append(all, configuredGroup{from.cluster(problem.Item("AdminGroups", i)), &c.Cluster.AdminGroups[i]})
	}
	return all
}

// lookUpGroups puts the groups' object IDs in place of what the configuration
// calls them, and lets those with a role in Argo CD sign in, unless everyone may.
func (c *Config) lookUpGroups(ctx *pulumi.Context) error {
	r := newReport(ctx)
	groups := c.groups()
	lookups := lookUpEach(ctx, groups, c.App.GroupClaims)
	throttled := func(g configuredGroup) bool { return errors.Is(lookups[*g.group].err, infra.ErrThrottled) }
	if i := slices.IndexFunc(groups, throttled); i >= 0 {
		groups = groups[i : i+1] // one says it for all
	}
	var names []string
	for _, g := range groups {
		found := lookups[*g.group]
		if found.err != nil {
			r.fail(g.key, "%w", found.err)
			continue
		}
		if !strings.EqualFold(*g.group, found.id) {
			names = append(names, setCommand(g.key, found.id, *g.group))
		}
		*g.group = found.id
	}
	if err := r.err(); err != nil {
		return err
	}
	// Only now is it known that a display name and an object ID mean one group.
	c.Argo.Roles = distinct(c.Argo.Roles)
	for _, mapping := range c.Argo.Roles {
		if c.App.GroupClaims != infra.GroupClaimsSecurity && !slices.Contains(c.App.GroupObjectIDs, mapping.Group) {
			c.App.GroupObjectIDs = append(c.App.GroupObjectIDs, mapping.Group)
		}
	}
	r.add(c.App.Problems(), c.names.keys().argo)
	if err := r.err(); err != nil {
		return err
	}
	return warnOfNames(ctx, names)
}

type lookup struct {
	id  string
	err error
}

// atOnce is how many groups are looked up side by side. Each is three or more requests
// of the provider, one after another, and Entra throttles who asks too much at once:
// https://learn.microsoft.com/graph/throttling-limits. The provider's getGroups would be
// one call for all, but it sends as many requests, and does not tell who chooses members.
const atOnce = 10

// lookUpEach looks up the groups, each once. When Microsoft Graph throttles, it asks for
// no more: that would only make it last.
func lookUpEach(ctx *pulumi.Context, groups []configuredGroup, claims infra.GroupClaims) map[string]*lookup {
	all := map[string]*lookup{}
	var running sync.WaitGroup
	var throttled atomic.Bool
	free := make(chan struct{}, atOnce)
	for _, g := range groups {
		group, found := *g.group, &lookup{}
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
			if found.id, found.err = claims.LookupGroup(ctx, group); errors.Is(found.err, infra.ErrThrottled) {
				throttled.Store(true)
			}
		})
	}
	running.Wait()
	return all
}

// warnOfNames warns of groups that are configured by their names, with the
// commands that put object IDs in their place.
func warnOfNames(ctx *pulumi.Context, commands []string) error {
	if len(commands) == 0 {
		return nil
	}
	err := ctx.Log.Warn("Groups are looked up by name at each deployment. When one is renamed and another gets its name, "+
		"that one gets the access. Object IDs stay:\n  "+strings.Join(commands, "\n  "), nil)
	if err != nil {
		return fmt.Errorf("groups: %w", err)
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
