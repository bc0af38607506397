package infra

import (
	"errors"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// LookupGroup returns the object ID of the Entra group with this display name
// or object ID. It returns the lookup's own error when there is no such group,
// or more than one.
func LookupGroup(ctx *pulumi.Context, group string, opts ...pulumi.InvokeOption) (objectID string, err error) {
	args := &azuread.LookupGroupArgs{DisplayName: &group}
	if isGUID(group) {
		args = &azuread.LookupGroupArgs{ObjectId: &group}
	}
	found, err := azuread.LookupGroup(ctx, args, opts...)
	if err != nil {
		return "", fmt.Errorf("%q: %w", group, err)
	}
	if !found.SecurityEnabled {
		return "", fmt.Errorf("%q is not a security group: Entra assigns only those to applications", group)
	}
	return found.ObjectId, nil
}

// keyedGroup is a group and the config key that names it.
type keyedGroup struct{ key, group string }

// lookUpGroups resolves groups side by side, in their order.
func lookUpGroups(ctx *pulumi.Context, groups []keyedGroup) ([]string, error) {
	objectIDs, errs := make([]string, len(groups)), make([]error, len(groups))
	var lookups sync.WaitGroup
	for i, entry := range groups {
		lookups.Go(func() {
			var err error
			if objectIDs[i], err = LookupGroup(ctx, entry.group); err != nil {
				errs[i] = fmt.Errorf("argocd-on-aks:%s %w", entry.key, err)
			}
		})
	}
	lookups.Wait()
	return objectIDs, errors.Join(errs...)
}

// access is who may use Argo CD and the cluster, by the groups' object IDs.
type access struct {
	roles         []RoleMapping
	clusterAdmins []string
}

func lookUpAccess(ctx *pulumi.Context, c *Config) (access, error) {
	groups := []keyedGroup{{"group", c.Group}}
	roles := []string{"admin"}
	for i, entry := range c.Roles {
		groups = append(groups, keyedGroup{fmt.Sprintf("roles[%d].group", i), entry.Group})
		roles = append(roles, entry.Role)
	}
	for i, group := range c.Cluster.AdminGroups {
		groups = append(groups, keyedGroup{fmt.Sprintf("cluster.adminGroups[%d]", i), group})
	}
	objectIDs, err := lookUpGroups(ctx, groups)
	if err != nil {
		return access{}, err
	}
	a := access{clusterAdmins: objectIDs[len(roles):]}
	a.roles, err = distinct(groups, objectIDs, roles)
	return a, err
}

// distinct drops repeated mappings. Only here is it known that a display name
// and an object ID mean the same group.
func distinct(groups []keyedGroup, objectIDs, roles []string) ([]RoleMapping, error) {
	var kept []RoleMapping
	roleOf := map[string]string{}
	for i, role := range roles {
		other, seen := roleOf[objectIDs[i]]
		if seen && other != role {
			return nil, fmt.Errorf("argocd-on-aks:%s is group %s, which has the role %q already; a group has one role", groups[i].key, objectIDs[i], other)
		}
		if !seen {
			kept = append(kept, RoleMapping{GroupObjectID: objectIDs[i], Role: role})
		}
		roleOf[objectIDs[i]] = role
	}
	return kept, nil
}
