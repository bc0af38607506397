package azuresim_test

import (
	"fmt"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

func TestRegistryRefusals(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	assignment := registryRole(in)
	registry, role := fmt.Sprint(assignment(with("description", nil))["scope"]), fmt.Sprint(assignment(with("description", nil))["roleDefinitionId"])
	for _, c := range []struct {
		key, value, code string
	}{
		{"scope", registry + "x", "ResourceNotFound"},
		{"principalId", "none", "PrincipalNotFound"},
		{"roleDefinitionId", role[:len(role)-1], "RoleDefinitionDoesNotExist"},
		{"roleDefinitionId", "AcrPull", "RoleDefinitionDoesNotExist"},
		{"roleAssignmentName", "registry", "InvalidRoleAssignmentId"},
	} {
		_, _, err := in.Create(azuresim.RoleAssignment, assignment(with(c.key, c.value)))
		refused(t, err, c.code, c.value)
	}
	same := with("scope", registry)
	id, _ := create(t, in.Azure, azuresim.RoleAssignment, assignment(same))
	_, _, err := in.Create(azuresim.RoleAssignment, assignment(same))
	refused(t, err, "RoleAssignmentExists", "already exists")
	refused(t, in.Update(azuresim.RoleAssignment, id, assignment(with("principalId", "other"))), "RoleAssignmentUpdateNotPermitted", "principal ID")
	refused(t, in.Pull("no token", registry), "UNAUTHORIZED", "")
}
