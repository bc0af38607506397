package commands

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// inDev are the types of dev, each with the beginning of the name of the resource of it
// that is created first; inProd those that prod with a registry has besides.
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

// TestRecoverLostAnswers: of each type Azure creates an object, and the engine is told
// that it failed. Each up goes as far as the next of them, which a recovery finds.
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
				r.azure.Inject(noAnswer(token))
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
						t.Errorf("it has not adopted the lost %s:\n%s", done.Type, printed)
					}
					if done.Verb == "create" {
						delete(lost, done.Type)
					}
				}
			}
			r.completes(t)
		})
	}
}

// TestRecoverKilled: the engine was killed at work, again and again. It leaves a lock,
// which is to be taken away by who knows that nobody is at work, and pending operations.
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
					r.recover(t, 2, "run pulumi cancel")
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
			r.completes(t)
		})
	}
}

// TestRecoverKilledBefore: nothing was created yet of what the engine waited for.
func TestRecoverKilledBefore(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.kill(t, azuresim.Application)
	r.azure.Remove(azuresim.Application)
	e2e.NoError(t, r.Cancel(t.Context()))
	if printed := r.recover(t, 0, "pending operations cleared"); strings.Contains(printed, "ADOPT        entra-") {
		t.Errorf("it has adopted what is not there:\n%s", printed)
	}
	r.completes(t)
}

// TestRecoverTwoApplications: names of applications are no keys. None is adopted by
// guess, and none that others have built on is taken for one of the stack's.
func TestRecoverTwoApplications(t *testing.T) {
	t.Parallel()
	t.Run("one in the state", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		r.lose(t, azuresim.Application)
		orphan := e2e.Only(t, r.azure, azuresim.Application)
		r.completes(t)
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
		// A colleague's, in use.
		id := alike()
		e2e.New(t, r.azure, azuresim.ServicePrincipal, map[string]any{"clientId": r.azure.Answers(azuresim.Application)[id]["clientId"].StringValue()})
		r.recover(t, 0, "FOREIGN      entra-application")
		r.completes(t)
		if !slices.Contains(r.azure.IDs(), id) {
			t.Error("the colleague's application is gone")
		}
		r.azure.Delete(id)
	})
}

// TestRecoverReplacement: of a cluster that was to replace another, and was lost, the
// state still has the old one, which is deleted.
func TestRecoverReplacement(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.completes(t)
	e2e.Set(t, r.Stack, "region", "westeurope")
	r.lose(t, azuresim.Cluster)
	r.recover(t, 1, "delete it: az aks delete --resource-group argocd-dev --name argocd-dev")
	r.azure.Remove(azuresim.Cluster)
	r.recover(t, 0, "")
	r.completes(t)
	r.Replaced = 0
}

// TestRecoverOthers: what may be another's is not adopted.
func TestRecoverOthers(t *testing.T) {
	t.Parallel()
	t.Run("resource group in use", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		e2e.AddSpoke(t, r.azure, "orders", false)
		e2e.Set(t, r.Stack, "names.resourceGroup", "orders")
		r.recover(t, 1, "it contains 1 resources")
	})
	t.Run("extension of another stack", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		r.lose(t, azuresim.ArgoExtension)
		undo := e2e.Break(t, r.azure, azuresim.ArgoExtension, e2e.Setting("azure.workloadIdentity.entraSSOClientId", "another"))
		r.recover(t, 1, "azure.workloadIdentity.entraSSOClientId differs")
		undo()
		r.recover(t, 0, "ADOPT        argocd-extension")
		r.completes(t)
	})
	t.Run("application of another domain", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		id, _ := e2e.New(t, r.azure, azuresim.Application, map[string]any{"displayName": "argocd-dev",
			"web": map[string]any{"redirectUris": []any{"https://other.example.com/auth/callback"}}})
		r.recover(t, 0, "OK ")
		r.completes(t)
		r.azure.Delete(id)
	})
}

// TestRecoverNothing: a stack that is as it should be, and one that is not there yet.
func TestRecoverNothing(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.recover(t, 0, "the state contains all objects of the stack")
	r.completes(t)
	r.recover(t, 0, "the state contains all objects of the stack")
	// A change that the next up would make is none of its business.
	e2e.Set(t, r.Stack, "region", "westeurope")
	r.recover(t, 0, "the state contains all objects of the stack")
	e2e.Set(t, r.Stack, "region", "westus3")
}

// TestRecoverGone: what was deleted in Entra by hand the state forgets, and up makes it
// again.
func TestRecoverGone(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.completes(t)
	r.azure.Remove(azuresim.DelegatedGrant)
	r.planOnly(t, 0, "MISSING      entra-consent")
	r.recover(t, 0, "1 missing removed from the state")
	r.completes(t)
	e2e.Only(t, r.azure, azuresim.DelegatedGrant)
}

// TestRecoverUnseen: who may not look is told what is missing, and adopts nothing.
func TestRecoverUnseen(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.lose(t, azuresim.DelegatedGrant)
	r.env = append(r.env, azLogin(t, r.azure, t.TempDir(), "Application.Read.All", "Reader")...)
	r.recover(t, 2, "entra-consent: not permitted: Microsoft Graph returned 403")
	if state := string(r.state(t)); strings.Contains(state, "entra-consent") {
		t.Error("it has adopted what it may not see")
	}
	e2e.Only(t, r.azure, azuresim.DelegatedGrant) // is there still
}
