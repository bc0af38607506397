package commands

import (
	"bytes"
	"context"
	"errors"
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

// recoverable is a stack with the recover command, whose pulumi and az use the simulated Azure.
type recoverable struct {
	*engine.Stack
	azure   *azuresim.Azure
	command string
	env     []string
}

// recover runs the command and checks its exit code and output, which it returns with each
// message on one line.
func (r *recoverable) recover(t *testing.T, code int, says string, args ...string) (all string) {
	t.Helper()
	var printed bytes.Buffer
	run := exec.CommandContext(t.Context(), r.command, append(args, "--stack", r.Name)...)
	run.Dir, run.Env, run.Stdout, run.Stderr = r.Dir, r.env, &printed, &printed
	err := run.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	all = strings.ReplaceAll(printed.String(), "\n"+strings.Repeat(" ", 13), " ")
	if got := run.ProcessState.ExitCode(); got != code || !strings.Contains(all, says) {
		t.Fatalf("recover %v: exit code %d, want %d with %q:\n%s", args, got, code, says, &printed)
	}
	t.Logf("recover %v:\n%s", args, &printed)
	return all
}

// planOnly runs the command with --plan, which must change nothing.
func (r *recoverable) planOnly(t *testing.T, code int, says string) {
	t.Helper()
	ids, before := r.azure.IDs(), r.state(t)
	r.recover(t, code, says, "--plan")
	if !slices.Equal(ids, r.azure.IDs()) || !bytes.Equal(before, r.state(t)) {
		t.Error("--plan changed the state")
	}
}

func (r *recoverable) state(t *testing.T) []byte {
	t.Helper()
	state, err := r.ExportJSON(t.Context())
	e2e.NoError(t, err)
	return state
}

// wantComplete checks that up succeeds. The end of the test checks the rest.
func (r *recoverable) wantComplete(t *testing.T) {
	t.Helper()
	e2e.Succeed(t, r.Up)
}

// lose fails up: Azure creates the next object of a type, but the response is lost.
func (r *recoverable) lose(t *testing.T, token string) {
	t.Helper()
	r.azure.Inject(lostResponse(token))
	if _, err := r.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "GatewayTimeout") {
		t.Fatalf("up: %v", err)
	}
}

// kill kills the real CLI after Azure created an object and before it responds.
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
	ctx, cancel := context.WithCancel(t.Context()) // cancel kills the CLI
	defer cancel()
	up := exec.CommandContext(ctx, "pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", r.Name)
	up.Dir, up.Env = r.Dir, r.env
	ended := make(chan error, 1)
	e2e.NoError(t, up.Start())
	go func() { ended <- up.Wait() }()
	select {
	case <-created:
	case err := <-ended:
		t.Fatalf("up ended: %v", err)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Fatal("up succeeded although it was killed")
	}
	r.removeEmptyAttributes(t)
}

// removeEmptyAttributes deletes what a killed process can leave of a file's attributes. The file
// backend writes them in place, and cannot read the state if they are empty: setAttrs and
// getAttrs in attrs.go of gocloud.dev/blob/fileblob.
func (r *recoverable) removeEmptyAttributes(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(strings.TrimPrefix(r.Env["PULUMI_BACKEND_URL"], "file://") + "/.pulumi/stacks/*/*.attrs")
	e2e.NoError(t, err)
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.Size() == 0 {
			e2e.NoError(t, os.Remove(file))
		}
	}
}

func openRecoverable(t *testing.T, name string) *recoverable {
	t.Helper()
	stack, azure := e2e.Open(t, name)
	internet := e2e.Connect(t, azure)
	languages, stop, err := engine.ServeProgram(program.Deploy)
	e2e.NoError(t, err)
	e2e.AtEnd(t, stop)
	az := azLogin(t, azure, t.TempDir(), e2e.AzurePermissions...)
	r := &recoverable{Stack: stack, azure: azure, command: e2e.Build(t, "github.com/OWNER/argocd-on-aks/cmd/verify/recover")}
	r.env = append(slices.Concat(os.Environ(), internet.Env(), az), "PULUMI_DEBUG_LANGUAGES="+languages)
	r.env = append(r.env, stack.Environ()...)
	return r
}

// addPipeline configures a pipeline, which makes the stack's application an API.
func addPipeline(t *testing.T, stack *engine.Stack, azure *azuresim.Azure) {
	t.Helper()
	release := azure.AddWorkload("release", "https://ci.example", "main")
	for key, value := range map[string]string{"name": "release", "role": "readonly", "principalId": release.ObjectID} {
		e2e.Set(t, stack, "pipelines[0]."+key, value)
	}
}

// lostResponse is a creation in Azure whose response is lost.
func lostResponse(token string) azuresim.Fault {
	return azuresim.Fault{Verb: "create", Type: token, After: true, Err: &azuresim.Error{Status: 504, Code: "GatewayTimeout", Message: "no answer"}}
}
