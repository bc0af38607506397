package commands

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestVerify checks that verify prints its checks as JSON and exits with 1 if one fails.
func TestVerify(t *testing.T) {
	t.Parallel()
	command := e2e.Build(t, "github.com/OWNER/argocd-on-aks/cmd/verify")
	stack, azure, internet, port := e2e.OnLocalhost(t)
	run := func(t *testing.T) (checks []verify.Check, code int) {
		t.Helper()
		run := exec.CommandContext(t.Context(), command, "--outputs", "-", "--json", "--wait", "0s")
		run.Env = append(os.Environ(), internet.Env()...)
		run.Stdin = bytes.NewReader(e2e.OutputsJSON(t, stack))
		printed, err := run.Output()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if err := json.Unmarshal(printed, &checks); err != nil {
			t.Fatalf("%v: %s", err, printed)
		}
		return checks, run.ProcessState.ExitCode()
	}
	fails := func(t *testing.T, check, text string) {
		t.Helper()
		checks, code := run(t)
		if code != 1 {
			t.Errorf("exit code %d", code)
		}
		e2e.Failing(t, check, text, checks)
	}
	t.Run("works", func(t *testing.T) {
		e2e.Start(t, azure, internet, port)
		if checks, code := run(t); code != 0 || verify.Failed(checks) || len(checks) != 13 {
			t.Errorf("exit code %d: %+v", code, checks)
		}
	})
	t.Run("wrong client ID", func(t *testing.T) {
		defer e2e.Break(t, azure, azuresim.ArgoExtension, e2e.EditSetting(`configs.cm.oidc\.config`, "clientID: ", "clientID: 0"))()
		e2e.Start(t, azure, internet, port)
		fails(t, "client ID", "Argo CD has")
	})
	t.Run("stopped", func(t *testing.T) { fails(t, "certificate", "connection refused") })
}

// TestJustDeployed checks that verify waits until Entra has replicated a new deployment. Sign-in
// fails before.
func TestJustDeployed(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	azure.ReplicationDelay = 90 * time.Second
	port := e2e.Localhost(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
	internet := e2e.Connect(t, azure)
	server := e2e.Start(t, azure, internet, port)
	e2e.WantError(t, e2e.Web(t.Context(), azure, internet, server), "AADSTS700016", "sign-in before replication")
	runs, tick := 0, make(chan time.Time, 1)
	checks := verify.Wait(t.Context(), tick, func() []verify.Check {
		if runs++; runs > 1 {
			azure.Advance(time.Minute)
		}
		tick <- time.Time{}
		return e2e.Verify(t, stack, internet)
	})
	if verify.Failed(checks) || runs != 3 {
		t.Errorf("after %d runs: %+v", runs, checks)
	}
	e2e.WantError(t, e2e.Web(t.Context(), azure, internet, server), "", "sign-in after replication")
}
