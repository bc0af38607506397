package chart

import (
	"strings"
	"testing"
)

// TestPortWarning: local ports that kubectl cannot open as a user, or that the CLI needs.
func TestPortWarning(t *testing.T) {
	t.Parallel()
	for domain, want := range map[Domain]string{
		"localhost": "on port 443, which Linux allows for root only", "argocd.localhost:1023": "on port 1023", "localhost:8085": "on which argocd login --sso listens",
		"localhost:1024": "", "localhost:9000": "", "argocd.example.com": "", "argocd.example.com:8085": "", "localhost:80850": "",
	} {
		if warning := domain.PortWarning(true); (warning == "") != (want == "") || !strings.Contains(warning, want) {
			t.Errorf("%s: %q", domain, warning)
		}
	}
	if warning := Domain("localhost:8085").PortWarning(false); warning != "" {
		t.Errorf("without the CLI: %q", warning)
	}
}
