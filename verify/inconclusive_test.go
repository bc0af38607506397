package verify

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// TestInconclusive: an inconclusive response is not OK. One that a deployment may always give
// is a warning.
func TestInconclusive(t *testing.T) {
	t.Parallel()
	const plain = "http://argocd.example.com/api/v1/settings"
	for name, c := range map[string]struct{ page, answer, check, result, says string }{
		"token endpoint down":           {token, "status 503 unavailable", "CLI sign-in", "UNKNOWN", "503 Service Unavailable"},
		"token endpoint throttles":      {token, `status 429 {"error_description": "AADSTS90055: too many"}`, "CLI sign-in", "UNKNOWN", "429"},
		"not a response of Entra":       {token, "<html>", "CLI sign-in", "UNKNOWN", "200 OK"},
		"an empty refusal":              {token, "status 400 {}", "CLI sign-in", "UNKNOWN", "400"},
		"an unknown application":        {token, "status 400 AADSTS700016: not found", "CLI sign-in", "FAILED", "AADSTS700016: not found"},
		"sign-in denied without reason": {authorize + " " + argocd + "/auth/callback", "redirect " + argocd + "/auth/callback?error=access_denied", "sign-in page", "FAILED", "access_denied"},
		"port 80, another host":         {plain, "redirect https://evil.example/", "plain HTTP", "FAILED", "redirects to https://evil.example/"},
		"port 80, a similar host":       {plain, "redirect https://argocd.example.com.evil.example/", "plain HTTP", "FAILED", "evil.example"},
		"port 80, endless":              {plain, settingsWith("") + strings.Repeat(" ", maxBody), "plain HTTP", "WARNING", "more than 1048576 bytes"},
		"port 80, unavailable":          {plain, "status 503 overloaded", "plain HTTP", "WARNING", "503 Service Unavailable"},
		"port 80, broken off":           {plain, breakOff, "plain HTTP", "WARNING", "connection closed"},
		"endless settings":              {argocd + "/api/v1/settings", settingsWith("") + strings.Repeat(" ", maxBody), "Argo CD settings", "FAILED", "more than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			changed[c.page] = c.answer
			expectResult(t, Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs), c.check, c.result, c.says)
		})
	}
	t.Run("timeout", func(t *testing.T) {
		t.Parallel()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		check := checkPlainHTTP(ended, &http.Client{Transport: transportTo(t, pages(), allHosts, tomorrow)}, argocd)
		expectResult(t, []Check{check}, "plain HTTP", "UNKNOWN", "interrupted")
	})
}

// expectResult checks that one check has this result for this reason.
func expectResult(t *testing.T, checks []Check, name, result, says string) {
	t.Helper()
	for _, check := range checks {
		if check.Name != name {
			continue
		}
		got := "ok"
		switch {
		case check.Unseen:
			got = "UNKNOWN"
		case check.Warning:
			got = "WARNING"
		case !check.OK:
			got = "FAILED"
		}
		if got != result || !strings.Contains(check.Detail, says) || check.Fix == "" {
			t.Errorf("%s, want %s with %q: %+v", got, result, says, check)
		}
		return
	}
	t.Errorf("no check %q in %+v", name, checks)
}
