package lifecycle

import (
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestUnseenConsent checks that azuread crashes on consent and assignments that Microsoft Graph
// does not show yet. The state then has neither the object nor a pending operation.
func TestUnseenConsent(t *testing.T) {
	t.Parallel()
	for _, token := range []string{azuresim.DelegatedGrant, azuresim.AppRoleAssignment} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			stack, azure := e2e.Open(t, "dev")
			azure.DelayReplicas(token, 2*time.Second)
			e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "error reading from server: EOF", "up")
			azure.DelayReplicas(token, 0)
			id := e2e.Only(t, azure, token)
			if state := e2e.Exported(t, stack); strings.Contains(state, id) || strings.Contains(state, "pending_operations") {
				t.Errorf("the state has %s or a pending operation", id)
			}
			e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "already exists", "second up")
			for _, other := range []string{azuresim.DelegatedGrant, azuresim.AppRoleAssignment} {
				for _, id := range azure.IDsOf(other) {
					if !strings.Contains(e2e.Exported(t, stack), id) {
						azure.Delete(id)
					}
				}
			}
			e2e.Succeed(t, stack.Up)
		})
	}
}

// TestLostApplication checks that azuread repeats the creation of an application whose response
// was lost: up succeeds, and Entra has two.
func TestLostApplication(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	azure.Inject(azuresim.Fault{Verb: "create", Type: azuresim.Application, After: true, Err: &azuresim.Error{Status: 504, Code: "GatewayTimeout", Message: "no answer"}})
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
	strays, state := azure.IDsOf(azuresim.Application), e2e.Exported(t, stack)
	if len(strays) != 2 {
		t.Fatalf("applications %v, want two", strays)
	}
	for _, id := range strays {
		if !strings.Contains(state, id) {
			azure.Delete(id)
		}
	}
}

// TestRolesEndAssignments checks the removal of pipelines if Entra deletes the assignments of a
// removed app role: up fails until a refresh.
func TestRolesEndAssignments(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	release := azure.AddWorkload("release", "https://ci.example", "main")
	e2e.SetAll(t, stack, map[string]string{"pipelines[0].name": "release", "pipelines[0].role": "readonly", "pipelines[0].principalId": release.ObjectID})
	e2e.Succeed(t, stack.Up)
	azure.EndAssignmentsWithRoles()
	e2e.Unset(t, stack, "pipelines")
	for range 2 {
		begin := azure.Now()
		e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "got status 404", "up")
		if waits := azure.Now().Sub(begin); waits != 151*time.Second {
			t.Errorf("azuread gave up after %s", waits)
		}
	}
	e2e.Succeed(t, stack.Refresh)
	e2e.Succeed(t, stack.Up)
}
