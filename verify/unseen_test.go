package verify

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// TestUnseen: an answer that does not tell whether a check holds is no OK. One that a
// deployment may give for good is a warning.
func TestUnseen(t *testing.T) {
	t.Parallel()
	const plain = "http://argocd.example.com/api/v1/settings"
	for name, c := range map[string]struct{ page, answer, check, result, says string }{
		"token endpoint down":           {token, "status 503 unavailable", "CLI sign-in", "UNSEEN", "503 Service Unavailable"},
		"token endpoint throttles":      {token, `status 429 {"error_description": "AADSTS90055: too many"}`, "CLI sign-in", "UNSEEN", "429"},
		"no answer of Entra's":          {token, "<html>", "CLI sign-in", "UNSEEN", "200 OK"},
		"an empty refusal":              {token, "status 400 {}", "CLI sign-in", "UNSEEN", "400"},
		"an unknown application":        {token, "status 400 AADSTS700016: not found", "CLI sign-in", "FAILED", "AADSTS700016: not found"},
		"sign-in denied without reason": {authorize + " " + argocd + "/auth/callback", "redirect " + argocd + "/auth/callback?error=access_denied", "sign-in page", "FAILED", "access_denied"},
		"port 80, another host":         {plain, "redirect https://evil.example/", "plain HTTP", "FAILED", "sends users to https://evil.example/"},
		"port 80, a host like it":       {plain, "redirect https://argocd.example.com.evil.example/", "plain HTTP", "FAILED", "evil.example"},
		"port 80, endless":              {plain, settingsWith("") + strings.Repeat(" ", enough), "plain HTTP", "WARNING", "more than 1048576 bytes"},
		"port 80, out of order":         {plain, "status 503 overloaded", "plain HTTP", "WARNING", "503 Service Unavailable"},
		"port 80, broken off":           {plain, breakOff, "plain HTTP", "WARNING", "broke off"},
		"endless settings":              {argocd + "/api/v1/settings", settingsWith("") + strings.Repeat(" ", enough), "Argo CD settings", "FAILED", "more than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			changed[c.page] = c.answer
			expectResult(t, Run(t.Context(), world(t, changed, allHosts, tomorrow), Patience, outputs), c.check, c.result, c.says)
		})
	}
	t.Run("the time is over", func(t *testing.T) {
		t.Parallel()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		check := checkPlainHTTP(ended, &http.Client{Transport: world(t, pages(), allHosts, tomorrow)}, argocd)
		expectResult(t, []Check{check}, "plain HTTP", "UNSEEN", "not asked to the end")
	})
}

// expectResult wants one check to have this result for this reason.
func expectResult(t *testing.T, checks []Check, name, result, says string) {
	t.Helper()
	for _, check := range checks {
		if check.Name != name {
			continue
		}
		got := "ok"
		switch {
		case check.Unseen:
			got = "UNSEEN"
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
