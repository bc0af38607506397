package signin

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestPipelines checks that a pipeline without a stored secret has the permissions of its role, and
// that the permissions of users do not change.
func TestPipelines(t *testing.T) {
	t.Parallel()
	stack, azure, internet, release := withPipeline(t)
	scope := e2e.Output(t, stack, "pipelineScope")
	token, err := release.token(t.Context(), scope)
	e2e.NoError(t, err)
	if info, err := withToken(t, internet, token, "account", "get-user-info"); err != nil ||
		!strings.Contains(info, "Username: "+release.ObjectID) || !strings.Contains(info, "Groups: argocd-pipeline:release") {
		t.Errorf("user info: %v: %s", err, info)
	}
	wantPermissions(t, "the pipeline", byToken(t, internet, token), "carol") // the same role
	wantUsers(t, internet, e2e.Output(t, stack, "argocdUrl"), "alice", "bob", "carol")
	e2e.Verified(t, "verify --azure", e2e.VerifyAzure(t, stack, azure, internet))
}

// TestPipelineRefusals checks that Entra issues no token without an assignment or for another run,
// and that Argo CD rejects tokens for other audiences.
func TestPipelineRefusals(t *testing.T) {
	t.Parallel()
	stack, azure, internet, release := withPipeline(t)
	scope := e2e.Output(t, stack, "pipelineScope")
	for name, c := range map[string]struct {
		change func(*pipeline)
		scope  string
		want   string
	}{
		"itself":                  {func(*pipeline) {}, scope, ""},
		"itself, by client ID":    {func(*pipeline) {}, e2e.Output(t, stack, "clientId") + "/.default", ""},
		"not assigned":            {func(p *pipeline) { p.Workload = azure.AddWorkload("other", ci, ciRun) }, scope, "AADSTS501051"},
		"a pull request":          {func(p *pipeline) { p.subject = ciPulls }, scope, "AADSTS700213"},
		"an older repository":     {func(p *pipeline) { p.subject = ciOldRun }, scope, "AADSTS700213"},
		"another issuer":          {func(p *pipeline) { p.issuer = "https://ci.example" }, scope, "AADSTS700211"},
		"another audience":        {func(p *pipeline) { p.audience = "https://github.com/contoso" }, scope, "AADSTS700212"},
		"another application":     {func(*pipeline) {}, "api://" + azure.TenantID + "/other/.default", "AADSTS500011"},
		"not for all permissions": {func(*pipeline) {}, strings.TrimSuffix(scope, ".default") + "read", "AADSTS1002012"},
	} {
		t.Run(name, func(t *testing.T) {
			p := release
			c.change(&p)
			if _, err := p.token(t.Context(), c.scope); (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	refused := func(what, scope string) {
		t.Helper()
		token, err := release.token(t.Context(), scope)
		e2e.NoError(t, err)
		e2e.WantError(t, e2e.Err(withToken(t, internet, token, "account", "can-i", "get", "applications", "*")), "failed to verify the token", "%s", what)
	}
	refused("for Azure", "https://management.azure.com/.default")
	defer e2e.Break(t, azure, azuresim.Application, e2e.Remove("api"))()
	refused("of version 1", scope)
	refused("of version 1, by client ID", e2e.Output(t, stack, "clientId")+"/.default")
}

// TestPipelineLifecycle changes the role of a pipeline and removes it, in a protected stack. A new
// role changes only Argo CD. A removed pipeline loses its access.
func TestPipelineLifecycle(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	internet := e2e.Connect(t, azure)
	release, audit := newPipeline(azure, internet, "release"), newPipeline(azure, internet, "audit")
	release.configure(t, stack, "deployer")
	e2e.Want(t, stack.Up, map[string]int{"create": 1, "update": 2, "same": e2e.ProdResources - 2})
	release.configure(t, stack, "readonly")
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "same": e2e.ProdResources})
	scope := e2e.Output(t, stack, "pipelineScope")
	if _, err := release.token(t.Context(), scope); err != nil {
		t.Error(err)
	}

	audit.configure(t, stack, "readonly") // replaces the other
	e2e.Want(t, stack.Up, map[string]int{"create": 1, "delete": 1, "update": 2, "same": e2e.ProdResources - 2})
	if _, err := audit.token(t.Context(), scope); err != nil {
		t.Error(err)
	}
	e2e.WantError(t, e2e.Err(release.token(t.Context(), scope)), "AADSTS501051", "a removed pipeline")
	e2e.Unset(t, stack, "pipelines")
	e2e.Want(t, stack.Up, map[string]int{"delete": 1, "update": 2, "same": e2e.ProdResources - 2})
	e2e.WantError(t, e2e.Err(audit.token(t.Context(), scope)), "AADSTS500011", "without pipelines")
}

// TestPipelineInOpenTenant checks that workload identities have the default role if the whole
// tenant can sign in.
func TestPipelineInOpenTenant(t *testing.T) {
	t.Parallel()
	stack, azure, internet, _ := withPipeline(t)
	e2e.Set(t, stack, "requireAssignment", "false")
	e2e.Want(t, stack.Up, map[string]int{"update": 1, "same": e2e.ProdResources})
	other := newPipeline(azure, internet, "other")
	token, err := other.token(t.Context(), e2e.Output(t, stack, "pipelineScope"))
	e2e.NoError(t, err)
	wantPermissions(t, "the pipeline", byToken(t, internet, token), noUser)
}

// TestPipelineNameCollisions checks that a group, a user and a mail address with the value of a
// pipeline's app role get no permission, and that Entra assigns the app role to no user.
func TestPipelineNameCollisions(t *testing.T) {
	t.Parallel()
	stack, azure, internet, release := withPipeline(t)
	const value = "argocd-pipeline:release"
	url := e2e.Output(t, stack, "argocdUrl")
	azure.ReuseGroupName("Developers", value)
	user := azure.AddUser(value)
	defer e2e.Assign(t, azure, user)()
	for name, as := range map[string]string{"bob@contoso.example": "bob", value: noUser} {
		browser, err := argocd.NewBrowser(internet, name)
		e2e.NoError(t, err)
		e2e.WantError(t, e2e.Err(browser.SignIn(t.Context(), url)), "", "sign-in")
		wantPermissions(t, name, inBrowser(t, browser, url), as)
	}
	var role string
	for _, assignment := range azure.Inputs(azuresim.AppRoleAssignment) {
		if assignment["principalObjectId"].StringValue() == release.ObjectID {
			role = assignment["appRoleId"].StringValue()
		}
	}
	for _, principal := range []string{user, azure.GroupID(value)} {
		_, _, err := azure.Create(azuresim.AppRoleAssignment, map[string]any{
			"appRoleId": role, "principalObjectId": principal, "resourceObjectId": e2e.Only(t, azure, azuresim.ServicePrincipal),
		})
		e2e.WantError(t, err, "was not found on application", "a pipeline's app role for %s", principal)
	}
}

// TestPipelineDrift checks that verify finds an additional app role. Argo CD has built-in roles for
// some values.
func TestPipelineDrift(t *testing.T) {
	t.Parallel()
	stack, azure, internet, release := withPipeline(t)
	verifier := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
	undo := e2e.Break(t, azure, azuresim.Application, func(in resource.PropertyMap) {
		added := resource.NewPropertyValue(map[string]any{
			"id": "00000000-0000-0000-0000-00000000000a", "value": "admin", "displayName": "x", "description": "x", "allowedMemberTypes": []any{"Application"},
		})
		in["appRoles"] = resource.NewArrayProperty(append(in["appRoles"].ArrayValue(), added))
	})
	e2e.Failing(t, "assignments", "app role admin (00000000-0000-0000-0000-00000000000a) for Application is not in the stack", verifier.Run(t))
	undo()
	for id, assignment := range azure.Inputs(azuresim.AppRoleAssignment) {
		if assignment["principalObjectId"].StringValue() == release.ObjectID {
			azure.Delete(id)
		}
	}
	e2e.Failing(t, "assignments", "1 of 1 pipelines are not assigned", verifier.Run(t))
	e2e.Succeed(t, stack.Refresh)
	// The update is explained at TestRefreshOfUserPool.
	e2e.Want(t, stack.Up, map[string]int{"create": 1, "update": 1, "same": e2e.ProdResources - 1})
}

// TestPipelineCommands runs the commands of docs/security.md for all CI systems.
func TestPipelineCommands(t *testing.T) {
	t.Parallel()
	stack, azure, internet, release := withPipeline(t)
	assertion, err := azure.Assertion(ci, ciRun, exchange)
	e2e.NoError(t, err)
	script := e2e.Block(t, e2e.Read(t, "docs/security.md"), "### Get a token", "```sh\n")
	script = strings.ReplaceAll(script, "app sync shop/cart", "account can-i sync applications shop/cart")
	run := exec.CommandContext(t.Context(), "sh", "-euc", script)
	run.Env = append(append(os.Environ(), internet.Env()...), "CURL_CA_BUNDLE="+internet.CAFile, "HOME="+t.TempDir(),
		"TENANT="+azure.TenantID, "CLIENT="+release.ClientID, "SCOPE="+e2e.Output(t, stack, "pipelineScope"), "ASSERTION="+assertion, "ARGOCD_SERVER="+internet.Address)
	if printed, err := run.CombinedOutput(); err != nil || strings.TrimSpace(string(printed)) != "yes" {
		t.Errorf("%v: %s", err, printed)
	}
}
