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

// lookUpRoles resolves the groups of the config side by side: the admins first,
// then the roles in their order.
func lookUpRoles(ctx *pulumi.Context, c *Config) ([]RoleMapping, error) {
	entries := append([]GroupRole{{Group: c.Group, Role: "admin"}}, c.Roles...)
	mappings, errs := make([]RoleMapping, len(entries)), make([]error, len(entries))
	var lookups sync.WaitGroup
	for i, entry := range entries {
		lookups.Go(func() {
			objectID, err := LookupGroup(ctx, entry.Group)
			if err != nil {
				errs[i] = fmt.Errorf("argocd-on-aks:%s %w", groupKey(i), err)
			}
			mappings[i] = RoleMapping{GroupObjectID: objectID, Role: entry.Role}
		})
	}
	lookups.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return distinct(mappings)
}

// distinct drops repeated mappings. Only here is it known that a display name
// and an object ID mean the same group.
func distinct(mappings []RoleMapping) ([]RoleMapping, error) {
	var kept []RoleMapping
	roleOf := map[string]string{}
	for i, mapping := range mappings {
		role, seen := roleOf[mapping.GroupObjectID]
		if seen && role != mapping.Role {
			return nil, fmt.Errorf("argocd-on-aks:%s is group %s, which has the role %q already; a group has one role", groupKey(i), mapping.GroupObjectID, role)
		}
		if !seen {
			kept = append(kept, mapping)
		}
		roleOf[mapping.GroupObjectID] = mapping.Role
	}
	return kept, nil
}

func groupKey(i int) string {
	if i == 0 {
		return "group"
	}
	return fmt.Sprintf("roles[%d].group", i-1)
}
