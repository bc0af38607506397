package lifecycle_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestTemporaryDescription: a temporary description of the service principal, which the
// provider can leave in the state, changes nothing. The program's own settings are restored.
func TestTemporaryDescription(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	change := func(key resource.PropertyKey, value any) {
		e2e.NoError(t, azure.Change(azuresim.ServicePrincipal, func(in resource.PropertyMap) { in[key] = resource.NewPropertyValue(value) }))
	}
	const temporary = "TERRAFORM_UPDATE_11111111-1111-1111-1111-111111111111"
	for _, description := range []string{temporary, ""} {
		change("description", description)
		e2e.Want(t, stack.Refresh, map[string]int{"same": e2e.DevResources})
		if in := strings.Contains(e2e.Exported(t, stack), temporary); in != (description == temporary) {
			t.Errorf("the temporary description is in the state: %t, Entra's is %q", in, description)
		}
		e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources})
	}
	change("appRoleAssignmentRequired", false)
	e2e.Want(t, stack.Refresh, map[string]int{"same": e2e.DevResources - 1, "update": 1})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 1, "update": 1})
	for id, in := range azure.Inputs(azuresim.ServicePrincipal) {
		if !in["appRoleAssignmentRequired"].BoolValue() {
			t.Errorf("%s does not require assignment: %v", id, in)
		}
	}
}
