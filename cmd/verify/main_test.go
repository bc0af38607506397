package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/cmd/verify/internal/transport"
	"github.com/OWNER/argocd-on-aks/verify"
)

func TestExitCodes(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // without az and pulumi
	// No server listens on port 1.
	const unreachable = `{"argocdUrl": "https://localhost:1", "oidcIssuerUrl": "https://localhost:1", "entraIssuerUrl": "https://localhost:1", "clientId": "app"}`
	for name, c := range map[string]struct {
		args   []string
		stdin  string
		code   int
		stdout string
		stderr string
	}{
		"help":                {args: []string{"--help"}, code: 0, stderr: "keep the port-forward running"},
		"bad flag":            {args: []string{"--stak", "dev"}, code: 2, stderr: "-stack"},
		"negative wait":       {args: []string{"--outputs", "-", "--wait", "-1s"}, stdin: unreachable, code: 2, stderr: "--wait -1s must not be negative"},
		"wait of the timeout": {args: []string{"--outputs", "-", "--wait", "5m"}, stdin: unreachable, code: 2, stderr: "such as --timeout 10m0s"},
		"wait without unit":   {args: []string{"--outputs", "-", "--wait", "3"}, stdin: unreachable, code: 2, stderr: "invalid value"},
		"wait":                {args: []string{"--outputs", "-", "--wait", "3m"}, stdin: unreachable, code: 1, stdout: "FAILED   cluster issuer"},
		"no patience":         {args: []string{"--outputs", "-", "--patience", "0s"}, stdin: unreachable, code: 2, stderr: "--patience 0s must be positive"},
		"no file":             {args: []string{"--outputs", "missing.json"}, code: 2, stderr: "missing.json"},
		"no outputs":          {args: []string{"--outputs", "-"}, stdin: "{}", code: 2, stderr: "run pulumi up first"},
		"no state":            {args: []string{"--outputs", "-", "--azure", "--state", "missing.json"}, stdin: unreachable, code: 2, stderr: "missing.json"},
		"not signed in":       {args: []string{"--outputs", "-", "--azure", "--state", "testdata/state.json"}, stdin: unreachable, code: 2, stderr: "run `az login --tenant 11111111-1111-1111-1111-111111111111`"},
		"unknown format":      {args: []string{"--outputs", "-", "--format", "yaml"}, stdin: unreachable, code: 2, stderr: "--format yaml must be text or json"},
		"two formats":         {args: []string{"--outputs", "-", "--format", "json", "--json"}, stdin: unreachable, code: 2, stderr: "cannot be combined"},
		"no stack":            {args: []string{"--format", "json"}, code: 2, stderr: "pulumi stack output"},
		"report":              {args: []string{"--outputs", "-", "--stack", "dev", "--format", "json"}, stdin: unreachable, code: 1, stdout: `"stack":"dev"`},
		"failed":              {args: []string{"--outputs", "-"}, stdin: unreachable, code: 1, stdout: "FAILED   cluster issuer"},
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
	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()
	var stdout, stderr bytes.Buffer
	if code := verifyCommand.Run(interrupted, []string{"--outputs", "-"}, strings.NewReader(unreachable), &stdout, &stderr); code != 3 ||
		strings.Contains(stdout.String(), "FAILED") || !strings.Contains(stdout.String(), "UNKNOWN  certificate") {
		t.Errorf("interrupted: exit code %d, stdout %q, stderr %q", code, &stdout, &stderr)
	}
	stdout.Reset()
	if code := verifyCommand.Run(t.Context(), []string{"--json", "--outputs", "-"}, strings.NewReader(unreachable), &stdout, &stderr); code != 1 {
		t.Errorf("--json: exit code %d, %s", code, &stderr)
	}
	var checks []verify.Check
	if err := json.Unmarshal(stdout.Bytes(), &checks); err != nil || len(checks) != 14 || !verify.Failed(checks) {
		t.Errorf("--json printed %s: %v", &stdout, err)
	}
}

// TestHelp: the help fits into 100 columns.
func TestHelp(t *testing.T) {
	var help bytes.Buffer
	verifyCommand.Run(t.Context(), []string{"--help"}, nil, io.Discard, &help)
	for line := range strings.Lines(help.String()) {
		if len(line) > 101 {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
}

// TestTrust: with SSL_CERT_FILE, the command trusts the system's certificates and those in the
// file, which Go ignores if it has read the system's.
func TestTrust(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	dir := t.TempDir()
	trusted, empty := filepath.Join(dir, "trusted.pem"), filepath.Join(dir, "empty.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for file, content := range map[string][]byte{trusted: certificate, empty: nil} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outputs := fmt.Sprintf(`{"argocdUrl": "https://localhost:1", "oidcIssuerUrl": "%[1]s", "entraIssuerUrl": "%[1]s", "clientId": "app"}`, server.URL)
	system, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file         string
		code         int
		stdout, fail string
	}{
		{"", 1, strings.TrimPrefix(server.URL, "https://") + ": tls: failed to verify certificate", ""},
		{trusted, 1, server.URL + "/.well-known/openid-configuration returned", ""},
		{filepath.Join(dir, "missing.pem"), 2, "", "SSL_CERT_FILE: open " + dir},
		{empty, 2, "", "SSL_CERT_FILE: " + empty + " has no certificate in PEM"},
	} {
		t.Setenv("SSL_CERT_FILE", c.file)
		var stdout, stderr bytes.Buffer
		code := verifyCommand.Run(t.Context(), []string{"--outputs", "-", "--wait", "0s"}, strings.NewReader(outputs), &stdout, &stderr)
		if code != c.code || !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.fail) {
			t.Errorf("SSL_CERT_FILE=%s: exit code %d, stdout %q, stderr %q", c.file, code, &stdout, &stderr)
		}
	}
	t.Setenv("SSL_CERT_FILE", trusted)
	web, err := transport.New()
	if err != nil {
		t.Fatal(err)
	}
	system.AddCert(server.Certificate())
	if !web.TLSClientConfig.RootCAs.Equal(system) {
		t.Error("it trusts other certificates than those of the system and the file")
	}
}

// web responds to the requests of a sign-in and records their hosts.
type web struct{ hosts []string }

func (w *web) RoundTrip(request *http.Request) (*http.Response, error) {
	w.hosts = append(w.hosts, request.URL.Host)
	const tenant = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/"
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: request, Body: io.NopCloser(strings.NewReader(`{
		"tenant_discovery_endpoint": "` + tenant + `v2.0/.well-known/openid-configuration",
		"issuer": "` + tenant + `v2.0", "authorization_endpoint": "` + tenant + `authorize", "token_endpoint": "` + tenant + `token",
		"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}`))}, nil
}

// signedIn sets the environment variables of workload identity, so the sign-in does not need az.
func signedIn(t *testing.T) {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("assertion"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AZURE_CLIENT_ID", "caller")
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", token)
}

// TestOneTransport: the sign-in and both APIs use the transport with the trusted certificates.
func TestOneTransport(t *testing.T) {
	signedIn(t)
	asked := &web{}
	lookInside, err := openAzure(t.Context(), "", "testdata/state.json", nil, asked, verify.Patience)
	if err != nil {
		t.Fatal(err)
	}
	lookInside()
	for _, host := range []string{"login.microsoftonline.com", "management.azure.com"} {
		if !slices.Contains(asked.hosts, host) {
			t.Errorf("%s was not asked, only %v", host, asked.hosts)
		}
	}
}

// redirecting responds to API requests with a redirect, and records the requests.
type redirecting struct {
	web
	to    string
	asked []string
}

func (r *redirecting) RoundTrip(request *http.Request) (*http.Response, error) {
	r.asked = append(r.asked, request.URL.Scheme+"://"+request.URL.Host)
	if request.URL.Host == "login.microsoftonline.com" {
		return r.web.RoundTrip(request)
	}
	return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {r.to}}, Request: request, Body: http.NoBody}, nil
}

// TestNoTokenInRedirect: tokens for Azure are sent only to Azure's APIs.
func TestNoTokenInRedirect(t *testing.T) {
	signedIn(t)
	for _, to := range []string{"http://management.azure.com/", "http://graph.microsoft.com/", "https://evil.example/", "http://169.254.169.254/"} {
		transport := &redirecting{to: to}
		lookInside, err := openAzure(t.Context(), "", "testdata/state.json", nil, transport, verify.Patience)
		if err != nil {
			t.Fatal(err)
		}
		lookInside()
		for _, asked := range transport.asked {
			if !slices.Contains([]string{"https://login.microsoftonline.com", "https://management.azure.com", "https://graph.microsoft.com"}, asked) {
				t.Errorf("redirect to %s: asked %s", to, asked)
			}
		}
	}
}
