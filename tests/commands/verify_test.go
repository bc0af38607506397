package commands

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// run is the output of verify --format json.
type run struct {
	Version int
	Stack   string
	Time    time.Time
	Summary struct {
		Result                                string
		OK, Warning, Unknown, Failed, Skipped int
	}
	Checks []verify.Check
}

// TestVerify checks that verify prints a report as JSON and exits with 1 if a check fails.
func TestVerify(t *testing.T) {
	t.Parallel()
	command := e2e.Build(t, "github.com/OWNER/argocd-on-aks/cmd/verify")
	stack, azure, internet, port := e2e.OnLocalhost(t)
	print := func(t *testing.T, args ...string) (printed []byte, code int) {
		t.Helper()
		run := exec.CommandContext(t.Context(), command, append(args, "--outputs", "-", "--wait", "0s")...)
		run.Env = append(os.Environ(), internet.Env()...)
		run.Stdin = bytes.NewReader(e2e.OutputsJSON(t, stack))
		printed, err := run.Output()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return printed, run.ProcessState.ExitCode()
	}
	report := func(t *testing.T) (report run, code int) {
		t.Helper()
		start := time.Now().Truncate(time.Second)
		printed, code := print(t, "--format", "json", "--stack", "dev")
		e2e.Validate(t, "", printed)
		e2e.NoError(t, json.Unmarshal(printed, &report))
		if report.Version != 1 || report.Stack != "dev" || report.Time.Before(start) || report.Time.After(time.Now()) {
			t.Errorf("version %d, stack %q, time %s", report.Version, report.Stack, report.Time)
		}
		return report, code
	}
	fails := func(t *testing.T, check, text string) {
		t.Helper()
		report, code := report(t)
		if s := report.Summary; code != 1 || s.Result != "failed" || s.Failed != 1 || s.Skipped == 0 {
			t.Errorf("exit code %d, %+v", code, s)
		}
		e2e.OnlyFailing(t, check, text, report.Checks)
	}
	t.Run("works", func(t *testing.T) {
		e2e.Start(t, azure, internet, port)
		report, code := report(t)
		if s := report.Summary; code != 0 || s.Result != "passed" || s.OK+s.Skipped != 13 || len(report.Checks) != 13 {
			t.Errorf("exit code %d: %+v", code, report)
		}
		// --json prints a list, as in the releases before --format.
		printed, code := print(t, "--json")
		e2e.Validate(t, "#/properties/checks", printed)
		var list []verify.Check
		e2e.NoError(t, json.Unmarshal(printed, &list))
		if code != 0 || !slices.Equal(list, report.Checks) {
			t.Errorf("exit code %d: %s", code, printed)
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
