//go:debug x509usefallbackroots=1
package roots

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFromEnvironment: the file counts, not what Go finds by itself, which is
// another one on Linux by then and nothing on macOS.
func TestFromEnvironment(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	if err := FromEnvironment(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", os.DevNull)
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
}

// TestCommands: both commands that sign in have the directive, and end with a file
// that names no authority rather than trust somebody else.
func TestCommands(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"argocd": {"version", "--client"}, "argocd-server": nil} {
		directives, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.DefaultGODEBUG}}", "argocd-on-aks/tests/cmd/"+name).CombinedOutput()
		if err != nil || !strings.Contains(string(directives), "x509usefallbackroots=1") {
			t.Errorf("%s has %s: %v", name, directives, err)
		}
		for file, want := range map[string]string{"missing.pem": "missing.pem", os.DevNull: "has no certificate"} {
			run := exec.CommandContext(t.Context(), name, arguments...)
			run.Env = append(os.Environ(), "SSL_CERT_FILE="+file)
			if output, err := run.CombinedOutput(); err == nil || !strings.Contains(string(output), "SSL_CERT_FILE: ") || !strings.Contains(string(output), want) {
				t.Errorf("%s with %s: %v: %s", name, file, err, output)
			}
		}
	}
}
