package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// openReal opens the dev stack with the real azuread plugin, or skips the test.
func openReal(t *testing.T) *recoverable {
	t.Helper()
	if !engine.RealAzuread() {
		t.Skip("needs the azuread plugin: make test-azuread")
	}
	return openRecoverable(t, "dev")
}

// entraTypes are the types of dev's objects in Entra, one of each.
var entraTypes = []string{azuresim.Application, azuresim.ServicePrincipal, azuresim.FederatedCredential, azuresim.DelegatedGrant, azuresim.AppRoleAssignment}

// unseen are the types that the provider does not wait for.
var unseen = []string{azuresim.DelegatedGrant, azuresim.AppRoleAssignment}

// eachEntraType runs a scenario for each type, in separate stacks.
func eachEntraType(t *testing.T, scenario func(t *testing.T, r *recoverable, token string)) {
	t.Helper()
	t.Parallel()
	for _, token := range entraTypes {
		_, name, _ := strings.Cut(token, ":index/")
		name, _, _ = strings.Cut(name, ":")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, openReal(t), token)
		})
	}
}

// converges deploys the stack. If up fails with an error that contains a text, recover and
// another up must complete it.
func (r *recoverable) converges(t *testing.T, failure string) {
	t.Helper()
	_, err := r.Up(t.Context())
	e2e.WantError(t, err, failure, "up")
	if err != nil {
		r.recover(t, 0, "")
		r.wantComplete(t)
	}
}

// removeStrays deletes the applications that the state does not contain, as a user does who
// follows the report of verify.
func (r *recoverable) removeStrays(t *testing.T) (removed int) {
	t.Helper()
	state := string(r.state(t))
	for _, id := range r.azure.IDsOf(azuresim.Application) {
		if !strings.Contains(state, id) {
			r.azure.Delete(id)
			removed++
		}
	}
	return removed
}

// TestAzureadThrottled checks that the provider repeats requests that Entra throttles or that fail
// before Entra carries them out.
func TestAzureadThrottled(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	for _, token := range entraTypes {
		for _, status := range []int{429, 500} {
			r.azure.Inject(azuresim.Fault{Verb: "create", Type: token, Err: &azuresim.Error{Status: status, Code: "TooManyRequests", Message: "try later"}})
		}
		r.azure.Inject(azuresim.Fault{Verb: "read", Type: token, Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "try later"}})
	}
	for _, function := range []string{"getGroup:getGroup", "getServicePrincipal:getServicePrincipal"} {
		r.azure.Inject(azuresim.Fault{Verb: "invoke", Type: "azuread:index/" + function, Times: 2, Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "try later"}})
	}
	e2e.Want(t, r.Up, map[string]int{"create": e2e.DevResources})
	if waiting := r.azure.PendingFaults(); len(waiting) > 0 {
		t.Errorf("no request met %v", waiting)
	}
	for _, token := range entraTypes {
		e2e.Only(t, r.azure, token)
	}
}

// TestAzureadThrottledLookup checks that a lookup has no limit of five minutes.
func TestAzureadThrottledLookup(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	r.azure.Inject(azuresim.Fault{
		Verb: "invoke", Type: "azuread:index/getGroup:getGroup", Times: 5,
		Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "try later", RetryAfter: 61 * time.Second},
	})
	e2e.Succeed(t, r.Preview)
	if waiting := r.azure.PendingFaults(); len(waiting) > 0 {
		t.Errorf("no request met %v", waiting)
	}
}

// TestAzureadRolesEndAssignments checks the removal of a pipeline if Entra deletes the assignments
// of a removed app role: up fails with the 404 of the assignment, and succeeds after a refresh.
func TestAzureadRolesEndAssignments(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	addPipeline(t, r.Stack, r.azure)
	e2e.Succeed(t, r.Up)
	r.azure.EndAssignmentsWithRoles()
	e2e.Unset(t, r.Stack, "pipelines")
	e2e.WantError(t, e2e.Err(r.Up(t.Context())), "got status 404", "up")
	e2e.Succeed(t, r.Refresh)
	r.wantComplete(t)
}

// lostAnswer is a creation whose response is lost.
func lostAnswer(token string) azuresim.Fault {
	return azuresim.Fault{Verb: "create", Type: token, After: true, Err: &azuresim.Error{Status: 504, Code: "GatewayTimeout", Message: "no answer"}}
}

// TestAzureadLostAnswers checks creations whose response is a 504. The provider repeats the request.
func TestAzureadLostAnswers(t *testing.T) {
	eachEntraType(t, func(t *testing.T, r *recoverable, token string) {
		r.azure.Inject(lostAnswer(token))
		r.converges(t, map[string]string{
			azuresim.Application:         "", // the repeated request creates a second one
			azuresim.ServicePrincipal:    "already in use",
			azuresim.FederatedCredential: "already exists",
			azuresim.DelegatedGrant:      "already exists",
			azuresim.AppRoleAssignment:   "already exists",
		}[token])
		if strays := r.removeStrays(t); (strays > 0) != (token == azuresim.Application) {
			t.Errorf("%d strays", strays)
		}
	})
}

// TestAzureadLag checks new objects that some requests do not find. The provider waits for an
// application, a principal and a credential. It crashes if it does not find a consent or an
// assignment, which recover then adopts.
func TestAzureadLag(t *testing.T) {
	eachEntraType(t, func(t *testing.T, r *recoverable, token string) {
		lag, failure := 2, ""
		if slices.Contains(unseen, token) {
			lag, failure = 1, "EOF"
		}
		r.azure.SetReadLag(token, azuresim.ReadLag{Creates: lag})
		r.converges(t, failure)
		if strays := r.removeStrays(t); strays > 0 {
			t.Errorf("%d strays", strays)
		}
	})
}

// TestAzureadStale checks reads that return the version before a change. The provider records an
// application's temporary name, which the next up corrects.
func TestAzureadStale(t *testing.T) {
	eachEntraType(t, func(t *testing.T, r *recoverable, token string) {
		r.azure.SetReadLag(token, azuresim.ReadLag{Updates: 1})
		r.converges(t, "")
		r.azure.SetReadLag(token, azuresim.ReadLag{})
		if token == azuresim.Application {
			e2e.Want(t, r.Up, map[string]int{"update": 1, "same": e2e.DevResources - 1})
		}
	})
}

// TestAzureadKilled kills the CLI and the plugin after Entra created an object.
func TestAzureadKilled(t *testing.T) {
	eachEntraType(t, func(t *testing.T, r *recoverable, token string) {
		r.kill(t, token)
		e2e.NoError(t, r.Cancel(t.Context()))
		r.recover(t, 0, "ADOPT        "+inDev[token])
		r.wantComplete(t)
	})
}

// TestAzureadUnnamed rejects or kills the provider between the creation of an application, its
// temporary name and its name.
func TestAzureadUnnamed(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(t *testing.T, r *recoverable){
		"before the temporary name": func(t *testing.T, r *recoverable) { r.refuseUpdate(t, 0) },
		"before the name":           func(t *testing.T, r *recoverable) { r.refuseUpdate(t, 1) },
		"before the name, with pipelines": func(t *testing.T, r *recoverable) {
			addPipeline(t, r.Stack, r.azure)
			r.refuseUpdate(t, 1)
		},
		"killed before the name": func(t *testing.T, r *recoverable) {
			r.killAt(t, "update", azuresim.Application)
			e2e.NoError(t, r.Cancel(t.Context()))
		},
		"killed before the name, with pipelines": func(t *testing.T, r *recoverable) {
			addPipeline(t, r.Stack, r.azure)
			r.killAt(t, "update", azuresim.Application)
			e2e.NoError(t, r.Cancel(t.Context()))
		},
		"lost, with pipelines": func(t *testing.T, r *recoverable) {
			addPipeline(t, r.Stack, r.azure)
			r.azure.Inject(lostAnswer(azuresim.Application))
			e2e.WantError(t, e2e.Err(r.Up(t.Context())), "identifierUris already exists", "up")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := openReal(t)
			fail(t, r)
			r.recover(t, 0, "ADOPT        entra-application")
			r.wantComplete(t)
			if strays := r.removeStrays(t); strays > 0 {
				t.Errorf("%d strays", strays)
			}
		})
	}
}

// refuseUpdate makes Entra refuse the update of the application after a number of updates.
func (r *recoverable) refuseUpdate(t *testing.T, after int) {
	t.Helper()
	refused := azuresim.Fault{Verb: "update", Type: azuresim.Application, Err: &azuresim.Error{Status: 403, Code: "Authorization_RequestDenied", Message: "refused"}}
	writes := 0
	r.azure.Watch(func(done azuresim.Operation) {
		if done.Type != azuresim.Application || done.Verb == "read" {
			return
		}
		if writes == after {
			r.azure.Inject(refused)
		}
		writes++
	})
	_, err := r.Up(t.Context())
	r.azure.Watch(nil)
	e2e.WantError(t, err, "refused", "up")
}

// TestAzureadTwoApplications checks that a stack with a registry, which has two applications, is
// created although Entra lags.
func TestAzureadTwoApplications(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	e2e.Set(t, r.Stack, "containerRegistry", r.azure.AddRegistry("contoso"))
	for _, token := range []string{azuresim.Application, azuresim.ServicePrincipal, azuresim.FederatedCredential} {
		r.azure.SetReadLag(token, azuresim.ReadLag{Creates: 3})
	}
	e2e.Want(t, r.Up, map[string]int{"create": e2e.DevResources + e2e.RegistryResources})
}

// TestAzureadRefresh checks a refresh in which one read reaches a replica that lacks the object.
// The provider repeats the read, except for consent and assignments. These leave the state, also
// if the replica lacks their principal, and recover adopts them.
func TestAzureadRefresh(t *testing.T) {
	eachEntraType(t, func(t *testing.T, r *recoverable, token string) {
		r.wantComplete(t)
		r.azure.Miss(token, 1)
		lost := e2e.Succeed(t, r.Refresh)["delete"]
		if token != azuresim.ServicePrincipal && (lost == 1) != slices.Contains(unseen, token) || lost > 1 {
			t.Errorf("the refresh removed %d resources from the state", lost)
		}
		if lost > 0 {
			r.converges(t, "already exists")
		}
	})
}

// TestAzureadReordered checks permissions that Entra returns in another order.
func TestAzureadReordered(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	r.wantComplete(t)
	e2e.Break(t, r.azure, azuresim.Application, func(in resource.PropertyMap) {
		api := in["requiredResourceAccesses"].ArrayValue()[0].ObjectValue().Copy()
		reversed := slices.Clone(api["resourceAccesses"].ArrayValue())
		slices.Reverse(reversed)
		api["resourceAccesses"] = resource.NewArrayProperty(reversed)
		in["requiredResourceAccesses"] = resource.NewArrayProperty([]resource.PropertyValue{resource.NewObjectProperty(api)})
	})
	e2e.Succeed(t, r.Refresh)
	e2e.OnlyUpdates(t, r.Up)
}

// TestAzureadAutomation checks that the deploying identity of docs/automation.md can change its
// applications' redirect URIs after the hand-over, but nothing that needs more permissions.
func TestAzureadAutomation(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	r.wantComplete(t)
	all := r.azure.DeployerPermissions
	t.Cleanup(func() { r.azure.DeployerPermissions = all })
	r.azure.DeployerPermissions = []string{"Application.ReadWrite.OwnedBy", "Application.Read.All", "Group.Read.All"}
	r.azure.SignInDeployer()
	e2e.Set(t, r.Stack, "domain", "localhost:9443")
	e2e.Want(t, r.Up, map[string]int{"same": e2e.DevResources - 2, "update": 2})
	e2e.Set(t, r.Stack, "preConsent", "false")
	e2e.WantError(t, e2e.Err(r.Up(t.Context())), "Authorization_RequestDenied", "deleting the consent")
	e2e.Unset(t, r.Stack, "preConsent")
	e2e.Want(t, r.Up, map[string]int{"same": e2e.DevResources})
}
