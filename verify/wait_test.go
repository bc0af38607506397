package verify

import (
	"context"
	"testing"
	"time"
)

func TestWait(t *testing.T) {
	t.Parallel()
	fails := func(detail string) []Check {
		return []Check{{Name: "issuer", OK: true}, {Name: "sign-in page", Detail: detail}}
	}
	unknown := fails("AADSTS700016: Application with identifier 'app' was not found")
	fine := []Check{{Name: "issuer", OK: true}}
	for name, c := range map[string]struct {
		answers [][]Check
		runs    int
		failed  bool
	}{
		"passed":              {[][]Check{fine}, 1, false},
		"replicated":          {[][]Check{unknown, fails("AADSTS50011: The redirect URI"), fine}, 3, false},
		"other failure":       {[][]Check{unknown, fails("Entra returned 503"), fine}, 2, true},
		"timeout":             {[][]Check{unknown, unknown, unknown}, 3, true},
		"one of two is final": {[][]Check{append(fails("AADSTS50011"), Check{Name: "certificate", Detail: "expired"}), fine}, 1, true},
		"credential":          {[][]Check{fails("AADSTS700213: No matching federated identity record"), fine}, 2, false},
		"no token":            {[][]Check{fails("AZURE_FEDERATED_TOKEN_FILE env variable not found"), fine}, 1, true},
		"the wrong platform":  {[][]Check{fails("AADSTS7000218: The request body"), fine}, 1, true},
		"token from Entra":    {[][]Check{fails("AADSTS700222: AAD-issued tokens may not be used"), fine}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			tick := make(chan time.Time, len(c.answers))
			runs := 0
			checks := Wait(ctx, tick, func() []Check {
				runs++
				if runs == len(c.answers) {
					cancel() // the timeout
				} else {
					tick <- time.Time{}
				}
				return c.answers[runs-1]
			})
			if runs != c.runs || Failed(checks) != c.failed {
				t.Errorf("%d runs, failed %v", runs, Failed(checks))
			}
		})
	}
}
