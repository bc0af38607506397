package commands

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// unfinished is an application name that azuread sets for a moment while it creates an
// application.
const unfinished = "TERRAFORM_UPDATE_5b1d2c3e-0000-4000-8000-000000000002"

// TestRecoverUnfinishedWithPipelines: an application that azuread has not finished has the
// application ID URI of the pipelines, and each up fails. recover adopts it.
func TestRecoverUnfinishedWithPipelines(t *testing.T) {
	t.Parallel()
	denied := &azuresim.Error{Status: 403, Code: "Authorization_RequestDenied", Message: "no"}
	noResponse := &azuresim.Error{Status: 504, Code: "GatewayTimeout", Message: "no answer"} // azuread repeats the POST
	for failure, c := range map[string]struct {
		fault azuresim.Fault
		name  string
	}{
		"POST":         {azuresim.Fault{After: true, Err: noResponse}, "argocd-dev"},
		"first PATCH":  {azuresim.Fault{Step: azuresim.Rename, Err: denied}, "argocd-dev"},
		"second PATCH": {azuresim.Fault{Step: azuresim.RenameBack, Err: denied}, "TERRAFORM_UPDATE_"},
	} {
		t.Run(failure, func(t *testing.T) {
			t.Parallel()
			r := openRecoverable(t, "dev")
			addPipeline(t, r.Stack, r.azure)
			c.fault.Verb, c.fault.Type = "create", azuresim.Application
			r.azure.Inject(c.fault)
			if _, err := r.Up(t.Context()); err == nil {
				t.Fatal("up succeeded")
			}
			stray := e2e.Only(t, r.azure, azuresim.Application)
			displayName := func() string { return r.azure.Inputs(azuresim.Application)[stray]["displayName"].StringValue() }
			if !strings.HasPrefix(displayName(), c.name) {
				t.Errorf("the unfinished application is named %s, want %s", displayName(), c.name)
			}
			e2e.WantError(t, e2e.Err(r.Up(t.Context())), "identifierUris already exists", "up")
			r.recover(t, 0, "ADOPT        entra-application")
			r.wantComplete(t)
			if got := e2e.Only(t, r.azure, azuresim.Application); got != stray || displayName() != "argocd-dev" {
				t.Errorf("the stack has %s, named %s", got, displayName())
			}
		})
	}
}

// TestRecoverRepeatedCreation: azuread repeats the creation of an application whose response is
// lost. The up succeeds, and recover and verify report the first application.
func TestRecoverRepeatedCreation(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.azure.Inject(azuresim.Fault{Verb: "create", Type: azuresim.Application, After: true, Err: &azuresim.Error{Status: 504, Code: "GatewayTimeout", Message: "no answer"}})
	r.wantComplete(t)
	used := r.azure.Inputs(azuresim.ServicePrincipal)[e2e.Only(t, r.azure, azuresim.ServicePrincipal)]["clientId"].StringValue()
	stray, client := "", ""
	for id, answer := range r.azure.Answers(azuresim.Application) {
		if clientID := answer["clientId"].StringValue(); clientID != used {
			stray, client = id, clientID
		}
	}
	e2e.Failing(t, "second application", "application with the client ID "+client, deployerVerifier(t, r.Stack, r.azure, e2e.Connect(t, r.azure)).Run(t))
	printed := r.recover(t, 1, "MANUAL       entra-application: second application, which is not in the state: application with the client ID "+client)
	e2e.WantText(t, printed, "delete it: az ad app delete --id "+client)
	r.azure.Delete(stray)
	r.recover(t, 0, "OK ")
}

// TestRecoverStrayURI: a failed up with pipelines leaves an application, and without pipelines
// the next up creates another one. The pipelines then need the URI of the first, which recover
// names with the command that deletes it.
func TestRecoverStrayURI(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	addPipeline(t, r.Stack, r.azure)
	r.lose(t, azuresim.Application)
	stray := e2e.Only(t, r.azure, azuresim.Application)
	client := r.azure.Answers(azuresim.Application)[stray]["clientId"].StringValue()
	e2e.Unset(t, r.Stack, "pipelines")
	r.recover(t, 0, "FOREIGN      entra-application: application with the client ID "+client)
	r.wantComplete(t)
	addPipeline(t, r.Stack, r.azure)
	e2e.WantError(t, e2e.Err(r.Up(t.Context())), "identifierUris already exists", "up")
	printed := r.recover(t, 1, "MANUAL       entra-application: application with the client ID "+client)
	e2e.WantText(t, printed, "delete it: az ad app delete --id "+client)
	r.azure.Delete(stray)
	r.recover(t, 0, "OK ")
	r.wantComplete(t)
}

// TestRecoverUnfinishedWorkload: the unfinished application of repo-server or of the spoke
// clusters has neither the stack's name nor a redirect URI. It may belong to another stack of
// the same identity, so recover names it and adopts it on request, as one resource.
func TestRecoverUnfinishedWorkload(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	e2e.Set(t, r.Stack, "containerRegistry", r.azure.AddRegistry("contoso"))
	spoke := e2e.AddSpoke(t, r.azure, "orders", false)
	e2e.Set(t, r.Stack, "clusters[0]", spoke)
	workload := map[string]any{"displayName": unfinished, "signInAudience": "AzureADMyOrg", "owners": []any{r.azure.UserID("alice")}}
	other, _ := register(t, r.azure, workload)
	defer r.azure.Delete(other)
	workload["owners"] = []any{r.azure.Deployer()}
	stray, client := register(t, r.azure, workload)
	objectID := strings.TrimPrefix(stray, "/applications/")
	printed := r.recover(t, 0, "FOREIGN      entra-registry-application: application with the client ID "+client)
	e2e.WantText(t, printed, "FOREIGN      entra-clusters-application: application with the client ID "+client, "make recover STACK=dev ADOPT="+objectID)
	if strings.Count(printed, "FOREIGN") != 2 {
		t.Errorf("it names applications without a relation to the stack:\n%s", printed)
	}
	if printed := r.recover(t, 0, "WOULD ADOPT  entra-", "--plan", "--adopt", objectID); strings.Count(printed, "WOULD ADOPT") != 1 {
		t.Errorf("it adopts one application as several resources:\n%s", printed)
	}
	if printed := r.recover(t, 0, "ADOPT        entra-", "--adopt", objectID); strings.Count(printed, "ADOPT        entra-") != 1 {
		t.Errorf("it adopts one application as several resources:\n%s", printed)
	}
	e2e.Unset(t, r.Stack, "clusters")
	r.azure.Delete(spoke)
	r.azure.Delete(strings.Split(spoke, "/providers/")[0])
	r.wantComplete(t)
}

// TestRecoverStrayOfFormerConfiguration: an application that a failed up created for another
// domain or name is named before and after the next up, with the command that deletes it.
func TestRecoverStrayOfFormerConfiguration(t *testing.T) {
	t.Parallel()
	for key, c := range map[string]struct{ former, current, says string }{
		"domain":            {"old.example.com", "argocd.example.com", "web https://old.example.com/auth/callback is not in the stack"},
		"names.application": {"old", "argocd-prod", `its display name is "old"`},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			r := openRecoverable(t, "prod")
			e2e.Set(t, r.Stack, key, c.former)
			r.lose(t, azuresim.Application)
			stray := e2e.Only(t, r.azure, azuresim.Application)
			client := r.azure.Answers(azuresim.Application)[stray]["clientId"].StringValue()
			e2e.Set(t, r.Stack, key, c.current)
			printed := r.recover(t, 0, "FOREIGN      entra-application: application with the client ID "+client)
			e2e.WantText(t, printed, c.says)
			r.wantComplete(t)
			printed = r.recover(t, 0, "FOREIGN      entra-application: second application: application with the client ID "+client)
			e2e.WantText(t, printed, c.says, "delete it: az ad app delete --id "+client)
			r.azure.Delete(stray)
			if printed := r.recover(t, 0, "OK "); strings.Contains(printed, "FOREIGN") {
				t.Errorf("after the deletion:\n%s", printed)
			}
		})
	}
}

// TestRecoverUnrelated: applications of other stacks are not named, although they share the
// owner and the name, a redirect URI, or azuread's temporary name.
func TestRecoverUnrelated(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "prod")
	const callback = "https://argocd.example.com/auth/callback"
	for _, c := range []struct {
		name, uri, owner string
		used             bool
	}{
		{"argocd-prod", "https://other.example.com/auth/callback", r.azure.UserID("alice"), false},
		{"argocd-prod", "https://other.example.com/auth/callback", r.azure.Deployer(), true},
		{"other", callback, r.azure.UserID("alice"), false},
		{"other", callback, r.azure.Deployer(), true},
		{"other", "https://other.example.com/auth/callback", r.azure.Deployer(), false},
		{unfinished, "https://other.example.com/auth/callback", r.azure.Deployer(), false},
	} {
		id, client := register(t, r.azure, map[string]any{
			"displayName": c.name, "owners": []any{c.owner}, "web": map[string]any{"redirectUris": []any{c.uri}},
		})
		if c.used {
			principal, _ := e2e.New(t, r.azure, azuresim.ServicePrincipal, map[string]any{"clientId": client, "owners": []any{c.owner}})
			defer r.azure.Delete(principal)
		}
		defer r.azure.Delete(id)
	}
	for range 2 {
		if printed := r.recover(t, 0, "OK "); strings.Contains(printed, "FOREIGN") || strings.Contains(printed, "SKIPPED") {
			t.Errorf("it names applications of other stacks:\n%s", printed)
		}
		r.wantComplete(t)
	}
}

// TestRecoverRenamedCredential: Entra accepts one federated credential for a service account,
// also under another name. recover names the one that a failed up created before the name was
// changed, and the next up after its adoption replaces it.
func TestRecoverRenamedCredential(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	e2e.Set(t, r.Stack, "names.federatedCredential", "former")
	r.lose(t, azuresim.FederatedCredential)
	stray := e2e.Only(t, r.azure, azuresim.FederatedCredential)
	e2e.Set(t, r.Stack, "names.federatedCredential", "current")
	e2e.WantError(t, e2e.Err(r.Up(t.Context())), "issuer and subject must be unique", "up")
	printed := r.recover(t, 1, "MANUAL       entra-argocd-server: "+stray+" exists")
	e2e.WantText(t, printed, `its name is "former"`, "make recover STACK=dev ADOPT="+stray)
	r.recover(t, 0, "ADOPT        entra-argocd-server", "--adopt", stray)
	r.wantComplete(t)
	r.Replaced = 0
}
