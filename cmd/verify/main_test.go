package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"argocd-on-aks/verify"
)

func TestExitCodes(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no az, no pulumi
	// Nothing listens on port 1.
	const unreachable = `{"argocdUrl": "https://localhost:1", "oidcIssuerUrl": "https://localhost:1", "entraIssuerUrl": "https://localhost:1", "clientId": "app"}`
	for name, c := range map[string]struct {
		args   []string
		stdin  string
		code   int
		stdout string
		stderr string
	}{
		"help":          {args: []string{"--help"}, code: 0, stderr: "keep the port-forward running"},
		"bad flag":      {args: []string{"--stak", "dev"}, code: 2, stderr: "-stack"},
		"no file":       {args: []string{"--outputs", "missing.json"}, code: 2, stderr: "missing.json"},
		"no outputs":    {args: []string{"--outputs", "-"}, stdin: "{}", code: 2, stderr: "run pulumi up first"},
		"no state":      {args: []string{"--outputs", "-", "--azure", "--state", "missing.json"}, stdin: unreachable, code: 2, stderr: "missing.json"},
		"not signed in": {args: []string{"--outputs", "-", "--azure", "--state", "testdata/state.json"}, stdin: unreachable, code: 2, stderr: "run az login --tenant 11111111-1111-1111-1111-111111111111"},
		"failed":        {args: []string{"--outputs", "-"}, stdin: unreachable, code: 1, stdout: "FAILED  certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := verifyCommand.Run(t.Context(), c.args, strings.NewReader(c.stdin), &stdout, &stderr)
			if code != c.code || !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) ||
				c.stderr == "" && stderr.Len() > 0 {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, &stdout, &stderr)
			}
		})
	}
	var stdout, stderr bytes.Buffer
	if code := verifyCommand.Run(t.Context(), []string{"--json", "--outputs", "-"}, strings.NewReader(unreachable), &stdout, &stderr); code != 1 {
		t.Errorf("--json: exit code %d, %s", code, &stderr)
	}
	var checks []verify.Check
	if err := json.Unmarshal(stdout.Bytes(), &checks); err != nil || len(checks) != 4 || !verify.Failed(checks) {
		t.Errorf("--json printed %s: %v", &stdout, err)
	}
}
