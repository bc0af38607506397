package commands

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestVerifyAzureStrays: after a successful up, verify fails for an application that a lost
// response has left, and warns about one that it cannot attribute to the stack.
func TestVerifyAzureStrays(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	stack, internet := e2e.OpenOn(t, azure, "prod"), e2e.Connect(t, azure)
	e2e.Set(t, stack, "containerRegistry", azure.AddRegistry("contoso"))
	e2e.Succeed(t, stack.Up)
	verifier := deployerVerifier(t, stack, azure, internet)
	const (
		forUsers, forRegistry = "second application", "second application of argocd-prod-argocd-repo-server"
		none, warning, failed = "ok", "warning", "failed"
	)
	var users map[string]any
	for _, in := range azure.Inputs(azuresim.Application) {
		if in["displayName"].StringValue() == "argocd-prod" {
			users = in.Mappable()
		}
	}
	with := func(changes map[string]any) map[string]any {
		changed := map[string]any{}
		for _, values := range []map[string]any{users, changes} {
			for key, value := range values {
				changed[key] = value
			}
		}
		return changed
	}
	elsewhere := map[string]any{"redirectUris": []any{"https://old.example.com/auth/callback"}}
	workload := map[string]any{"displayName": unfinished, "signInAudience": "AzureADMyOrg", "owners": users["owners"]}
	for name, c := range map[string]struct {
		inputs        map[string]any
		used          bool
		check, result string
	}{
		"of a repeated request":      {users, false, forUsers, failed},
		"unfinished":                 {with(map[string]any{"displayName": unfinished}), false, forUsers, failed},
		"of another domain":          {with(map[string]any{"web": elsewhere}), false, forUsers, warning},
		"of another name":            {with(map[string]any{"displayName": "old"}), false, forUsers, warning},
		"of a workload":              {workload, false, forRegistry, warning},
		"of another stack":           {with(map[string]any{"web": elsewhere}), true, forUsers, none},
		"of another identity":        {with(map[string]any{"web": elsewhere, "owners": []any{azure.UserID("alice")}}), false, forUsers, none},
		"of another stack, workload": {workload, true, forRegistry, none},
	} {
		t.Run(name, func(t *testing.T) {
			id, client := register(t, azure, c.inputs)
			defer azure.Delete(id)
			if c.used {
				defer e2e.Create(t, azure, azuresim.ServicePrincipal, map[string]any{"clientId": client, "owners": users["owners"]})()
			}
			for _, check := range verifier.Run(t) {
				got := map[bool]string{true: none, false: failed}[check.OK]
				if check.Warning {
					got = warning
				}
				want := none
				if check.Name == c.check {
					want = c.result
				}
				if strings.HasPrefix(check.Name, forUsers) && (got != want || want != none && !(strings.Contains(check.Detail, client) && strings.Contains(check.Fix, "az ad app delete"))) {
					t.Errorf("%s, want %s: %+v", got, want, check)
				}
			}
		})
	}
}
