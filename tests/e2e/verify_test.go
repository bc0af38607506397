package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// runVerify runs the verify command on the stack's outputs, on the simulated
// internet, and returns the checks and the exit code.
func runVerify(t *testing.T, command string, stack *engine.Stack, internet *azuresim.Internet) ([]verify.Check, int) {
	t.Helper()
	input := outputsJSON(t, stack)
	run := exec.CommandContext(t.Context(), command, "--outputs", "-", "--json", "--wait", "0s")
	run.Env = append(os.Environ(), internet.Env()...)
	run.Stdin = bytes.NewReader(input)
	var exit *exec.ExitError
	printed, err := run.Output()
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var checks []verify.Check
	if err := json.Unmarshal(printed, &checks); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	return checks, run.ProcessState.ExitCode()
}

// outputsJSON is what `pulumi stack output --json` prints.
func outputsJSON(t *testing.T, stack *engine.Stack) []byte {
	t.Helper()
	values, err := stack.Values(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func outputs(t *testing.T, stack *engine.Stack) verify.Outputs {
	t.Helper()
	parsed, err := verify.ParseOutputs(bytes.NewReader(outputsJSON(t, stack)))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestVerify(t *testing.T) {
	t.Parallel()
	command := filepath.Join(t.TempDir(), "verify")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", command, "github.com/OWNER/argocd-on-aks/cmd/verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	stack, azure, internet, port := onLocalhost(t)

	t.Run("works", func(t *testing.T) {
		start(t, azure, internet, port)
		if checks, code := runVerify(t, command, stack, internet); code != 0 || verify.Failed(checks) || len(checks) != 13 {
			t.Errorf("exit code %d: %+v", code, checks)
		}
	})
	for name, c := range map[string]struct {
		object, check, want string
		change              func(resource.PropertyMap)
	}{
		"wrong client ID":  {azuresim.ArgoExtension, "client ID", "Argo CD has", editSetting(`configs.cm.oidc\.config`, "clientID: ", "clientID: 0")},
		"built-in login":   {azuresim.ArgoExtension, "built-in login", "users with a password", setting(`configs.cm.admin\.enabled`, "true")},
		"wrong domain":     {azuresim.ArgoExtension, "login redirect", "argocd.example.com", setting("global.domain", "argocd.example.com")},
		"no redirect URI":  {azuresim.Application, "sign-in page", "AADSTS50011", remove("web")},
		"no OIDC settings": {azuresim.ArgoExtension, "issuer", `Argo CD has ""`, setting(`configs.cm.oidc\.config`, "")},
	} {
		t.Run(name, func(t *testing.T) {
			restore := breakIt(t, azure, c.object, c.change)
			defer restore()
			start(t, azure, internet, port)
			failing(t, c.check, c.want)(runVerify(t, command, stack, internet))
		})
	}
	t.Run("stopped", func(t *testing.T) {
		failing(t, "certificate", "connection refused")(runVerify(t, command, stack, internet))
	})
}

// TestJustDeployed: until Entra has replicated what is new, nobody can sign in;
// verify waits for that.
func TestJustDeployed(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	azure.ReplicationDelay = 90 * time.Second
	port := freePort(t)
	set(t, stack, "domain", fmt.Sprintf("localhost:%d", port))
	want(t, stack.Up, map[string]int{"create": devResources})
	internet := connect(t, azure)
	server := start(t, azure, internet, port)
	if err := web(t.Context(), &signInCase{azure: azure, internet: internet, server: server}); err == nil || !strings.Contains(err.Error(), "AADSTS700016") {
		t.Errorf("signed in to an application that is not replicated: %v", err)
	}
	runs, tick := 0, make(chan time.Time, 1)
	checks := verify.Wait(t.Context(), tick, func() []verify.Check {
		if runs++; runs > 1 {
			azure.Advance(time.Minute)
		}
		tick <- time.Time{}
		return verify.Run(t.Context(), internet.Transport(), verify.Patience, outputs(t, stack))
	})
	if verify.Failed(checks) || runs != 3 {
		t.Errorf("after %d runs: %+v", runs, checks)
	}
	if err := web(t.Context(), &signInCase{azure: azure, internet: internet, server: server}); err != nil {
		t.Error(err)
	}
}

// failing wants exit code 1 and a check with this name to say what is wrong.
func failing(t *testing.T, name, want string) func([]verify.Check, int) {
	return func(checks []verify.Check, code int) {
		t.Helper()
		if code != 1 {
			t.Errorf("exit code %d", code)
		}
		for _, check := range checks {
			if check.Name == name && !check.OK && strings.Contains(check.Detail, want) {
				return
			}
		}
		t.Errorf("no failed check %q with %q in %+v", name, want, checks)
	}
}
