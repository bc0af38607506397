package commands

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// inDev are the resource types of dev, each with a prefix of the first resource's name. inProd are
// the additional ones of prod with a registry.
var (
	inDev = map[string]string{
		azuresim.ResourceGroup:       "aks-group",
		azuresim.Cluster:             "aks-cluster",
		azuresim.ArgoExtension:       "argocd-extension",
		azuresim.Application:         "entra-",
		azuresim.ServicePrincipal:    "entra-",
		azuresim.FederatedCredential: "entra-argocd-",
		azuresim.DelegatedGrant:      "entra-consent",
		azuresim.AppRoleAssignment:   "entra-group-",
	}
	inProd = map[string]string{
		azuresim.AgentPool:      "aks-pool-user",
		azuresim.Maintenance:    "aks-upgrades",
		azuresim.RoleAssignment: "entra-registry-",
	}
)

// TestRecoverLostAnswers loses the response to the creation of each type. Each up proceeds to the
// next lost response, and recover adopts the object.
func TestRecoverLostAnswers(t *testing.T) {
	t.Parallel()
	for stack, types := range map[string][]map[string]string{"dev": {inDev}, "prod": {inDev, inProd}} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			r := openRecoverable(t, stack)
			if stack == "prod" {
				e2e.Set(t, r.Stack, "containerRegistry", r.azure.AddRegistry("contoso"))
			}
			lost := map[string]string{}
			for _, some := range types {
				maps.Copy(lost, some)
			}
			for token := range lost {
				r.azure.Inject(lostResponse(token))
			}
			for len(lost) > 0 {
				if _, err := r.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "GatewayTimeout") {
					t.Fatalf("up, with %v to lose: %v", lost, err)
				}
				r.planOnly(t, 0, "WOULD ADOPT  ")
				printed := r.recover(t, 0, "ADOPT        ")
				for _, done := range r.azure.Operations() {
					name, isLost := lost[done.Type]
					if isLost && done.Verb == "create" && !strings.Contains(printed, "ADOPT        "+name) {
						t.Errorf("recover did not adopt %s:\n%s", done.Type, printed)
					}
					if done.Verb == "create" {
						delete(lost, done.Type)
					}
				}
			}
			r.wantComplete(t)
		})
	}
}

// TestRecoverKilled kills the engine several times. Each time a lock, which the user must cancel,
// and pending operations are left.
func TestRecoverKilled(t *testing.T) {
	t.Parallel()
	for stack, types := range map[string][]string{
		"dev":  {azuresim.Application, azuresim.ServicePrincipal},
		"prod": {azuresim.ResourceGroup, azuresim.Cluster, azuresim.Maintenance},
	} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			r := openRecoverable(t, stack)
			for i, token := range types {
				name := inDev[token] + inProd[token]
				r.kill(t, token)
				if i == 0 {
					r.recover(t, 3, "run pulumi cancel")
				}
				e2e.NoError(t, r.Cancel(t.Context()))
				if i == 0 {
					r.planOnly(t, 0, "PENDING      "+name)
				}
				r.recover(t, 0, "ADOPT        "+name)
				if strings.Contains(string(r.state(t)), "pending_operations") {
					t.Error("pending operations are left")
				}
			}
			r.wantComplete(t)
		})
	}
}

// TestRecoverKilledBefore kills the engine before Azure created the object.
func TestRecoverKilledBefore(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.kill(t, azuresim.Application)
	r.azure.Remove(azuresim.Application)
	e2e.NoError(t, r.Cancel(t.Context()))
	if printed := r.recover(t, 0, "pending operations cleared"); strings.Contains(printed, "ADOPT        entra-") {
		t.Errorf("recover adopted a missing object:\n%s", printed)
	}
	r.wantComplete(t)
}

// TestRecoverTwoApplications checks that recover does not choose between two applications of the
// same name, and does not adopt one that others use.
func TestRecoverTwoApplications(t *testing.T) {
	t.Parallel()
	t.Run("one in the state", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		r.lose(t, azuresim.Application)
		orphan := e2e.Only(t, r.azure, azuresim.Application)
		r.wantComplete(t)
		client := r.azure.Answers(azuresim.Application)[orphan]["clientId"].StringValue()
		r.recover(t, 1, "MANUAL       entra-application: second application, which is not in the state: application with the client ID "+client)
		r.azure.Delete(orphan)
		r.recover(t, 0, "OK ")
	})
	t.Run("none in the state", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		r.lose(t, azuresim.Application)
		first := e2e.Only(t, r.azure, azuresim.Application)
		alike := func() string {
			id, _ := e2e.New(t, r.azure, azuresim.Application, r.azure.Inputs(azuresim.Application)[first].Mappable())
			return id
		}
		second := alike()
		r.planOnly(t, 1, "one of 2 candidates that are not in the state")
		r.recover(t, 1, "delete all but one: az ad app delete --id ")
		r.azure.Delete(second)
		// Another team's application, in use.
		id := alike()
		e2e.New(t, r.azure, azuresim.ServicePrincipal, map[string]any{"clientId": r.azure.Answers(azuresim.Application)[id]["clientId"].StringValue()})
		r.recover(t, 0, "FOREIGN      entra-application")
		r.wantComplete(t)
		if !slices.Contains(r.azure.IDs(), id) {
			t.Error("the other team's application was deleted")
		}
		r.azure.Delete(id)
	})
}

// TestRecoverReplacement loses the response to a cluster's replacement. The state still has the
// deleted cluster.
func TestRecoverReplacement(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.wantComplete(t)
	e2e.Set(t, r.Stack, "region", "westeurope")
	r.lose(t, azuresim.Cluster)
	r.recover(t, 1, "delete it: az aks delete --resource-group argocd-dev --name argocd-dev")
	r.azure.Remove(azuresim.Cluster)
	r.recover(t, 0, "")
	r.wantComplete(t)
	r.Replaced = 0
}

// TestRecoverOthers checks that recover does not adopt objects of other stacks and teams.
func TestRecoverOthers(t *testing.T) {
	t.Parallel()
	t.Run("resource group in use", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		e2e.AddSpoke(t, r.azure, "orders", false)
		e2e.Set(t, r.Stack, "names.resourceGroup", "orders")
		r.recover(t, 1, "it contains 1 resource")
	})
	t.Run("extension of another stack", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		r.lose(t, azuresim.ArgoExtension)
		undo := e2e.Break(t, r.azure, azuresim.ArgoExtension, e2e.Setting("azure.workloadIdentity.entraSSOClientId", "another"))
		r.recover(t, 1, "azure.workloadIdentity.entraSSOClientId differs")
		undo()
		r.recover(t, 0, "ADOPT        argocd-extension")
		r.wantComplete(t)
	})
	t.Run("application of another domain", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		id, _ := e2e.New(t, r.azure, azuresim.Application, map[string]any{"displayName": "argocd-dev",
			"web": map[string]any{"redirectUris": []any{"https://other.example.com/auth/callback"}}})
		r.recover(t, 0, "OK ")
		r.wantComplete(t)
		r.azure.Delete(id)
	})
}

// TestRecoverNoChanges runs recover on a complete stack and on one that was never deployed.
func TestRecoverNoChanges(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.recover(t, 0, "the state contains all objects of the stack")
	r.wantComplete(t)
	r.recover(t, 0, "the state contains all objects of the stack")
	// recover ignores a change of the configuration.
	e2e.Set(t, r.Stack, "region", "westeurope")
	r.recover(t, 0, "the state contains all objects of the stack")
	e2e.Set(t, r.Stack, "region", "westus3")
}

// TestRecoverDeletedObjects checks objects that were deleted in Entra by hand: recover removes them
// from the state, and up creates them.
func TestRecoverDeletedObjects(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.wantComplete(t)
	r.azure.Remove(azuresim.DelegatedGrant)
	r.planOnly(t, 0, "MISSING      entra-consent")
	r.recover(t, 0, "1 missing removed from the state")
	r.wantComplete(t)
	e2e.Only(t, r.azure, azuresim.DelegatedGrant)
}

// TestRecoverMissingPermissions checks that recover adopts nothing without read permissions, and
// prints the missing ones.
func TestRecoverMissingPermissions(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.lose(t, azuresim.DelegatedGrant)
	r.env = append(r.env, azLogin(t, r.azure, t.TempDir(), "Application.Read.All", "Reader")...)
	r.recover(t, 3, "entra-consent: not permitted: Microsoft Graph returned 403")
	if state := string(r.state(t)); strings.Contains(state, "entra-consent") {
		t.Error("recover adopted an object that the caller cannot read")
	}
	e2e.Only(t, r.azure, azuresim.DelegatedGrant) // still exists
}
