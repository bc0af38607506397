package commands

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// recoverable is a stack with the command beside it, as a user has it: the pulumi and
// the az that it calls lead to the simulation.
type recoverable struct {
	*engine.Stack
	azure   *azuresim.Azure
	command string
	env     []string
}

// buildRecover is once for all tests, into the Pulumi home that goes when they end.
var buildRecover = sync.OnceValues(func() (command string, err error) {
	command = filepath.Join(os.Getenv("PULUMI_HOME"), "recover")
	output, err := exec.Command("go", "build", "-o", command, "github.com/OWNER/argocd-on-aks/cmd/verify/recover").CombinedOutput()
	if err != nil {
		err = errors.Join(err, errors.New(string(output)))
	}
	return command, err
})

func openRecoverable(t *testing.T, name string) *recoverable {
	t.Helper()
	command, err := buildRecover()
	if err != nil {
		t.Fatal(err)
	}
	stack, azure := e2e.Open(t, name)
	internet := e2e.Connect(t, azure)
	languages, stop, err := engine.ServeProgram(program.Deploy)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	az := azLogin(t, azure, t.TempDir(), e2e.AllRights...)
	r := &recoverable{Stack: stack, azure: azure, command: command}
	r.env = append(slices.Concat(os.Environ(), internet.Env(), az), "PULUMI_DEBUG_LANGUAGES="+languages)
	for key, value := range stack.Env {
		r.env = append(r.env, key+"="+value)
	}
	return r
}

// recover runs the command, wants its exit code, and that it says some words.
func (r *recoverable) recover(t *testing.T, code int, says string, args ...string) (all string) {
	t.Helper()
	var printed bytes.Buffer
	run := exec.CommandContext(t.Context(), r.command, append(args, "--stack", r.Name)...)
	run.Dir, run.Env, run.Stdout, run.Stderr = r.Dir, r.env, &printed, &printed
	err := run.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := run.ProcessState.ExitCode(); got != code || !strings.Contains(printed.String(), says) {
		t.Fatalf("recover %v: exit code %d, want %d with %q:\n%s", args, got, code, says, &printed)
	}
	t.Logf("recover %v:\n%s", args, &printed)
	return printed.String()
}

// planOnly runs the command with --plan, which must change nothing.
func (r *recoverable) planOnly(t *testing.T, code int, says string) {
	t.Helper()
	ids, before := r.azure.IDs(), r.state(t)
	r.recover(t, code, says, "--plan")
	if !slices.Equal(ids, r.azure.IDs()) || !bytes.Equal(before, r.state(t)) {
		t.Error("a plan has changed something")
	}
}

func (r *recoverable) state(t *testing.T) []byte {
	t.Helper()
	state, err := r.ExportJSON(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// completes wants an up to go through; what comes after that, leave wants.
func (r *recoverable) completes(t *testing.T) {
	t.Helper()
	e2e.Succeed(t, r.Up)
}

// noAnswer has Azure create an object, and nobody hear of it.
func noAnswer(token string) azuresim.Fault {
	return azuresim.Fault{Verb: "create", Type: token, After: true, Err: &azuresim.Error{Status: 504, Code: "GatewayTimeout", Message: "no answer"}}
}

// lose has the answer to the next creation of a type be lost, and an up fail.
func (r *recoverable) lose(t *testing.T, token string) {
	t.Helper()
	r.azure.Inject(noAnswer(token))
	if _, err := r.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "GatewayTimeout") {
		t.Fatalf("up: %v", err)
	}
}

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
				r.planOnly(t, 0, "WOULD     ")
				printed := r.recover(t, 0, "ADOPT     ")
				for _, done := range r.azure.Operations() {
					name, isLost := lost[done.Type]
					if isLost && done.Verb == "create" && !strings.Contains(printed, "ADOPT     "+name) {
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

// kill kills the real CLI when Azure has created an object and not yet answered.
func (r *recoverable) kill(t *testing.T, token string) {
	t.Helper()
	created := make(chan struct{})
	var once sync.Once
	r.azure.Watch(func(done azuresim.Operation) {
		if done.Verb == "create" && done.Type == token {
			once.Do(func() { close(created) })
		}
	})
	defer r.azure.Watch(nil)
	r.azure.Inject(azuresim.Fault{Verb: "create", Type: token, After: true})
	ctx, cancel := context.WithCancel(t.Context()) // which kills
	defer cancel()
	up := exec.CommandContext(ctx, "pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", r.Name)
	up.Dir, up.Env = r.Dir, r.env
	ended := make(chan error, 1)
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- up.Wait() }()
	select {
	case <-created:
	case err := <-ended:
		t.Fatalf("up ended: %v", err)
	}
	cancel()
	<-ended
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
					r.recover(t, 2, "pulumi cancel, then recover again")
				}
				if _, err := r.Command(t.Context(), "cancel", "--yes"); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					r.planOnly(t, 0, "PENDING   "+name)
				}
				r.recover(t, 0, "ADOPT     "+name)
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
	if _, err := r.Command(t.Context(), "cancel", "--yes"); err != nil {
		t.Fatal(err)
	}
	if printed := r.recover(t, 0, "pending operations cleared"); strings.Contains(printed, "ADOPT     entra-") {
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
		r.recover(t, 1, "BY HAND   entra-application: a second one, which the state does not know: application with the client ID "+client)
		r.azure.Delete(orphan)
		r.recover(t, 0, "OK ")
	})
	t.Run("none in the state", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		r.lose(t, azuresim.Application)
		first := e2e.Only(t, r.azure, azuresim.Application)
		alike := func() string {
			id, _, err := r.azure.Create(azuresim.Application, r.azure.Inputs(azuresim.Application)[first].Mappable())
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		second := alike()
		r.planOnly(t, 1, "one of 2 that the state does not know")
		r.recover(t, 1, "delete all but one: az ad app delete --id ")
		r.azure.Delete(second)
		// A colleague's, in use.
		id := alike()
		_, _, err := r.azure.Create(azuresim.ServicePrincipal, map[string]any{"clientId": r.azure.Answers(azuresim.Application)[id]["clientId"].StringValue()})
		if err != nil {
			t.Fatal(err)
		}
		r.recover(t, 0, "NOT OURS  entra-application")
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
		r.recover(t, 1, "1 resources are in it")
	})
	t.Run("extension of another stack", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		r.lose(t, azuresim.ArgoExtension)
		undo := e2e.Break(t, r.azure, azuresim.ArgoExtension, e2e.Setting("azure.workloadIdentity.entraSSOClientId", "another"))
		r.recover(t, 1, "azure.workloadIdentity.entraSSOClientId differs")
		undo()
		r.recover(t, 0, "ADOPT     argocd-extension")
		r.completes(t)
	})
	t.Run("application of another domain", func(t *testing.T) {
		t.Parallel()
		r := openRecoverable(t, "dev")
		id, _, err := r.azure.Create(azuresim.Application, map[string]any{"displayName": "argocd-dev",
			"web": map[string]any{"redirectUris": []any{"https://other.example.com/auth/callback"}}})
		if err != nil {
			t.Fatal(err)
		}
		r.recover(t, 0, "OK ")
		r.completes(t)
		r.azure.Delete(id)
	})
}

// TestRecoverNothing: a stack that is as it should be, and one that is not there yet.
func TestRecoverNothing(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.recover(t, 0, "the state knows all that exists under its names")
	r.completes(t)
	r.recover(t, 0, "the state knows all that exists under its names")
	// A change that the next up would make is none of its business.
	e2e.Set(t, r.Stack, "region", "westeurope")
	r.recover(t, 0, "the state knows all that exists under its names")
	e2e.Set(t, r.Stack, "region", "westus3")
}

// TestRecoverGone: what was deleted in Entra by hand the state forgets, and up makes it
// again.
func TestRecoverGone(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.completes(t)
	r.azure.Remove(azuresim.DelegatedGrant)
	r.planOnly(t, 0, "GONE      entra-consent")
	r.recover(t, 0, "1 gone forgotten")
	r.completes(t)
	e2e.Only(t, r.azure, azuresim.DelegatedGrant)
}

// TestRecoverUnseen: who may not look is told what is missing, and adopts nothing.
func TestRecoverUnseen(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.lose(t, azuresim.DelegatedGrant)
	r.env = append(r.env, azLogin(t, r.azure, t.TempDir(), "Application.Read.All", "Reader")...)
	r.recover(t, 2, "entra-consent: not permitted: Microsoft Graph answers 403")
	if state := string(r.state(t)); strings.Contains(state, "entra-consent") {
		t.Error("it has adopted what it may not see")
	}
	e2e.Only(t, r.azure, azuresim.DelegatedGrant) // is there still
}
