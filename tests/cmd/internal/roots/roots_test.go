//go:debug x509usefallbackroots=1
package roots

import (
	"debug/buildinfo"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// TestFromEnvironment checks that the certificates of the file are used, not those that Go
// loads itself: other ones on Linux, none on macOS.
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

// TestCommands checks that both commands that sign in have the directive, and that they
// fail if the file has no authority.
func TestCommands(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"argocd": {"version", "--client"}, "argocd-server": nil} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool {
			return s.Key == "DefaultGODEBUG" && strings.Contains(s.Value, "x509usefallbackroots=1")
		}) {
			t.Errorf("%s lacks the directive: %v", name, info.Settings)
		}
		for file, want := range map[string]string{"missing.pem": "missing.pem", os.DevNull: "contains no PEM certificate"} {
			run := exec.CommandContext(t.Context(), path, arguments...)
			run.Env = append(os.Environ(), "SSL_CERT_FILE="+file)
			if output, err := run.CombinedOutput(); err == nil || !strings.Contains(string(output), "SSL_CERT_FILE: ") || !strings.Contains(string(output), want) {
				t.Errorf("%s with %s: %v: %s", name, file, err, output)
			}
		}
	}
}
