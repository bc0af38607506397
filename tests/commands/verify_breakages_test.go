package commands

import (
	"maps"
	"slices"
	"strings"
	"testing"

	verifyazure "github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestVerifyBreakages runs verify on each breakage with the real argocd-server. verify finds the
// breakages that are visible without a sign-in, each with one failed check, and no others.
func TestVerifyBreakages(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	deployed, found := e2e.Outputs(t, stack), 0
	for _, b := range e2e.Breakages {
		if b.SignIn != nil && b.Check != "" {
			found++
		}
		t.Run(b.Name, func(t *testing.T) {
			defer e2e.Break(t, azure, b.Object, b.Change)()
			e2e.Start(t, azure, internet, port)
			checks := verify.Run(t.Context(), internet.Transport(), verify.Patience, deployed)
			e2e.CheckOutput(t, checks)
			if b.Check != "" {
				e2e.OnlyFailing(t, b.Check, b.Detail, checks)
			} else {
				e2e.Verified(t, "the table has no check", checks)
			}
		})
	}
	if found < 10 {
		t.Errorf("verify finds only %d breakages of the sign-in", found)
	}
}

// TestVerifyCauses: verify --azure reports the cause of each breakage with one failed check, in Entra
// or Azure. The failures from outside are inconclusive and name it.
func TestVerifyCauses(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	verifier := deployerVerifier(t, stack, azure, internet)
	for _, b := range e2e.Breakages {
		if b.Check == "" {
			continue
		}
		t.Run(b.Name, func(t *testing.T) {
			defer e2e.Break(t, azure, b.Object, b.Change)()
			e2e.Start(t, azure, internet, port)
			checks := verifyazure.Join(e2e.Verify(t, stack, internet), verifier.Run(t))
			e2e.CheckOutput(t, checks)
			e2e.OnlyFailing(t, b.AzureChecks[0], b.AzureDetail, checks)
		})
	}
}

// TestVerifyColumn checks that the table of symptoms in docs/troubleshooting.md names the failing
// checks of verify and of verify with AZURE=1.
func TestVerifyColumn(t *testing.T) {
	t.Parallel()
	rows := troubleshooting(t)
	for _, b := range e2e.Breakages {
		described := func(symptom string) bool { return strings.HasPrefix(symptom, b.Symptom) }
		if b.Symptom != "" && !slices.ContainsFunc(slices.Collect(maps.Keys(rows)), described) {
			t.Errorf("%s: the document has no symptom %q", b.Name, b.Symptom)
		}
	}
	for symptom, cells := range rows {
		known, outside := false, false
		for _, b := range e2e.Breakages {
			if b.Symptom == "" || !strings.HasPrefix(symptom, b.Symptom) {
				continue
			}
			known = true
			outside = outside || b.Check != ""
			if b.Check != "" && !strings.Contains(cells.verify, "`"+b.Check+"`") {
				t.Errorf("%s: the document says %q, verify finds it with %q", symptom, cells.verify, b.Check)
			}
			for _, check := range b.AzureChecks {
				if !strings.Contains(cells.azure, check) {
					t.Errorf("%s: the document says %q, verify --azure finds it with %q", symptom, cells.azure, check)
				}
			}
		}
		if !known || !outside && cells.verify != "–" {
			t.Errorf("%s: the document says %q; is there a breakage: %v", symptom, cells.verify, known)
		}
	}
}

// TestVerifyResults checks that docs/troubleshooting.md explains each result that verify prints.
func TestVerifyResults(t *testing.T) {
	t.Parallel()
	page := e2e.Read(t, "docs/troubleshooting.md")
	for _, check := range []verify.Check{{OK: true}, {OK: true, Warning: true}, {Unseen: true}, {Unseen: true, Skipped: true}, {}} {
		var printed strings.Builder
		e2e.NoError(t, verify.Print(&printed, []verify.Check{check}))
		result := strings.Fields(printed.String())[0]
		if !strings.Contains(page, "\n| `"+result+"` |") {
			t.Errorf("no result %q", result)
		}
	}
}

// troubleshooting returns the columns of verify in the first table under Symptoms, by symptom.
func troubleshooting(t *testing.T) map[string]struct{ verify, azure string } {
	t.Helper()
	_, section, _ := strings.Cut(e2e.Read(t, "docs/troubleshooting.md"), "\n## Symptoms\n")
	section, _, _ = strings.Cut(section, "\n## ")
	column, rows := -1, map[string]struct{ verify, azure string }{}
	for line := range strings.Lines(section) {
		row := strings.Split(strings.Trim(line, "| \n"), " | ")
		switch {
		case !strings.HasPrefix(line, "| "):
		case column < 0:
			column = slices.Index(row, "`make verify`")
		case len(row) > column+1:
			rows[row[0]] = struct{ verify, azure string }{row[column], row[column+1]}
		}
	}
	if column < 0 || len(rows) < 10 {
		t.Fatalf("column %d, %d rows", column, len(rows))
	}
	return rows
}
