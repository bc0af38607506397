package commands

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// deployerVerifier runs verify --azure as the deploying identity.
func deployerVerifier(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet) *e2e.AzureVerifier {
	t.Helper()
	verifier := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
	verifier.Caller = azure.SignInDeployer(e2e.AzurePermissions...)
	return verifier
}

// TestVerifyAzure checks that the intended checks, and no others, find each breakage and manual
// change, and that verify prints no part of a secret.
func TestVerifyAzure(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	verifier := e2e.NewAzureVerifier(t, stack, azure, e2e.Connect(t, azure), e2e.AzurePermissions...)
	if checks := verifier.Run(t); verify.Failed(checks) || len(checks) != 18 {
		t.Errorf("%d checks, failed: %v: %+v", len(checks), e2e.Failed(checks), checks)
	}
	changes := drift
	for _, b := range e2e.Breakages {
		changes = append(changes, manualChange{b.Name, changed(b.Object, b.Change), b.AzureChecks, b.AzureDetail})
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			undo := c.do(t, azure)
			checks := verifier.Run(t)
			undo()
			got := e2e.Failed(checks)
			if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(c.by))) {
				t.Errorf("found by %q, want %q", got, c.by)
			}
			e2e.Failing(t, c.by[0], c.detail, checks)
		})
	}
	if checks := verifier.Run(t); verify.Failed(checks) {
		t.Errorf("after all changes are reverted, these checks fail: %v", e2e.Failed(checks))
	}
	if printed := verifier.Printed.String(); strings.Contains(printed, "Qx~") || !strings.Contains(printed, `"for testing"`) {
		t.Errorf("verify prints the hint of a client secret, or not its name:\n%s", printed)
	}
}

// TestVerifyAzureOK checks that no check fails on the deployments of the program.
func TestVerifyAzureOK(t *testing.T) {
	t.Parallel()
	well := func(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet, what string) {
		t.Helper()
		e2e.Succeed(t, stack.Up)
		if checks := e2e.VerifyAzure(t, stack, azure, internet); verify.Failed(checks) {
			t.Errorf("%s: failed: %v: %+v", what, e2e.Failed(checks), checks)
		}
	}
	t.Run("prod", func(t *testing.T) {
		stack, azure := e2e.Open(t, "prod")
		well(t, stack, azure, e2e.Connect(t, azure), "prod")
	})
	t.Run("one change after another", func(t *testing.T) {
		azure := azuresim.New()
		spoke := e2e.AddSpoke(t, azure, "orders", false)
		stack, internet := e2e.OpenOn(t, azure, "dev"), e2e.Connect(t, azure)
		for _, change := range []struct{ key, value string }{
			{"containerRegistry", azure.AddRegistry("contoso")}, {"clusters[0]", spoke}, {"containerRegistry", ""}, {"clusters", ""},
			{"preConsent", "false"}, {"requireAssignment", "false"}, {"defaultRole", "readonly"}, {"extensionVersion", "1.0.3"},
			{`extraSettings["server.replicas"]`, "3"},
		} {
			e2e.NoError(t, stack.Set(t.Context(), change.key, change.value))
			well(t, stack, azure, internet, change.key)
		}
		// From docs/automation.md.
		grant := map[string]any{
			"servicePrincipalObjectId": e2e.Only(t, azure, azuresim.ServicePrincipal), "resourceServicePrincipalObjectId": azure.GraphPrincipal(),
			"claimValues": []any{"openid", "profile", "email", "User.Read"},
		}
		defer e2e.Create(t, azure, azuresim.DelegatedGrant, grant)()
		well(t, stack, azure, internet, "a consent outside the stack")
	})
}

// TestVerifyAzureAfterRefresh checks which manual changes verify --azure still finds after a
// refresh wrote them to the state: those that differ from outputs, and those that are never valid.
func TestVerifyAzureAfterRefresh(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	internet := e2e.Connect(t, azure)
	for _, b := range e2e.Breakages {
		if b.Object == azuresim.FederatedCredential || b.Object == azuresim.DelegatedGrant {
			e2e.Break(t, azure, b.Object, b.Change)
		}
	}
	e2e.Break(t, azure, azuresim.Application, e2e.SetList("web", "redirectUris", "https://localhost/auth/callback"))
	e2e.Break(t, azure, azuresim.ArgoExtension, e2e.Setting(`configs.params.server\.disable\.auth`, "true"))
	e2e.Break(t, azure, azuresim.Application, offered(map[string]any{"requestedAccessTokenVersion": 2}))
	owner(azuresim.Application)(t, azure)
	e2e.Succeed(t, stack.Refresh)
	wanted := []string{"stack state", "federated credentials", "owners", "exposed API", "redirect URIs", "consent", "ways around sign-in"}
	found := e2e.Failed(e2e.VerifyAzure(t, stack, azure, internet))
	if !slices.Equal(found, wanted) {
		t.Errorf("after a refresh, found by %q, want %q", found, wanted)
	}
	e2e.Succeed(t, stack.Up)
	// The program does not change owners.
	if found := e2e.Failed(e2e.VerifyAzure(t, stack, azure, internet)); !slices.Equal(found, []string{"owners"}) {
		t.Errorf("after the up that reverts the others: %q", found)
	}
	e2e.Break(t, azure, azuresim.Application, func(in resource.PropertyMap) { in["owners"] = e2e.List(azure.Deployer()) })
	if found := e2e.Failed(e2e.VerifyAzure(t, stack, azure, internet)); len(found) > 0 {
		t.Errorf("after the up that reverts it: %q", found)
	}
}

// TestVerifyAzureHistory checks that after a complete up the state has the inputs of the program,
// and that verify --azure warns after any other operation of the real CLI.
func TestVerifyAzureHistory(t *testing.T) {
	t.Parallel()
	r := openRecoverable(t, "dev")
	r.wantComplete(t)
	verifier := e2e.NewAzureVerifier(t, r.Stack, r.azure, e2e.Connect(t, r.azure), e2e.AzurePermissions...)
	const (
		up, refresh, destroy = "up --yes --skip-preview", "refresh --yes --skip-preview", "destroy --yes --skip-preview"
		fine                 = "written by pulumi up at "
	)
	for _, c := range []struct{ command, says string }{
		{"refresh --preview-only", fine}, {"preview --refresh", fine},
		{refresh, `was "refresh"; `}, {"preview", `was "refresh"; `},
		{up + " --target **entra-consent", "was an update of some resources only"},
		{up, fine},
		{refresh + " --target **argocd-extension", `was "refresh"; `},
		{up + " --refresh", fine},
		{"config set domain *", fine}, {up, `was "update" with the result "failed"`},
		{"config set domain localhost:9000", `"failed"`}, {up, fine},
		{destroy + " --target **entra-argocd-server", `was "destroy"`}, {up, fine},
	} {
		command := exec.CommandContext(t.Context(), "pulumi", append(strings.Fields(c.command), "--non-interactive", "--stack", r.Name)...)
		command.Dir, command.Env = r.Dir, r.env
		if output, err := command.CombinedOutput(); err != nil && !strings.Contains(c.says, "failed") {
			t.Fatalf("%s: %v\n%s", c.command, err, output)
		}
		verifier.Reload(t, r.Stack)
		check, trusted := verifier.Run(t)[0], c.says == fine
		if check.Name != "stack state" || check.OK != trusted || check.Unseen == trusted || !strings.Contains(check.Detail, c.says) {
			t.Errorf("after %s: %+v", c.command, check)
		}
		if !trusted && !strings.Contains(check.Fix, "pulumi preview --expect-no-changes") {
			t.Errorf("after %s, to do: %s", c.command, check.Fix)
		}
	}
}

// TestVerifyAzureOwners checks that only the deploying identity is accepted as the owner. Another
// caller gets a warning unless it names the deploying identity.
func TestVerifyAzureOwners(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	internet := e2e.Connect(t, azure)
	deployer, other := deployerVerifier(t, stack, azure, internet), e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
	named := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
	named.Deployers = []string{azure.Deployer()}
	wrong := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
	wrong.Deployers = []string{other.Caller}
	const fine, warns, fails = "ok", "warning", "failed"
	wants := func(verifier *e2e.AzureVerifier, result, says string) {
		t.Helper()
		for _, check := range verifier.Run(t) {
			got := map[bool]string{true: fine, false: fails}[check.OK]
			if check.Warning {
				got = warns
			}
			if check.Name == "owners" && (got != result || !strings.Contains(check.Detail, says)) {
				t.Errorf("%s, want %s with %q: %+v", got, result, says, check)
			}
		}
	}
	wants(deployer, fine, azure.Deployer())
	wants(named, fine, azure.Deployer())
	wants(other, warns, azure.Deployer()+" owns the application but is not the signed-in identity")
	wants(wrong, fails, azure.Deployer()+" owns the application")
	// An adoption or a refresh writes another owner to the state.
	for _, c := range []struct {
		token   string
		results map[*e2e.AzureVerifier]string
	}{
		{azuresim.Application, map[*e2e.AzureVerifier]string{deployer: fails, named: fails, other: fails, wrong: fails}},
		{azuresim.ServicePrincipal, map[*e2e.AzureVerifier]string{deployer: warns, named: fails, other: warns, wrong: fails}},
	} {
		defer e2e.Break(t, azure, c.token, func(in resource.PropertyMap) { in["owners"] = e2e.List(azure.UserID("alice")) })()
		e2e.Succeed(t, stack.Refresh)
		for verifier, result := range c.results {
			verifier.Reload(t, stack)
			wants(verifier, result, `user "alice"`)
		}
	}
}

// TestVerifyAzureLookAlikes checks that verify --azure names an application of the same name that
// is in use, and that it reads a limited number of them.
func TestVerifyAzureLookAlikes(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	verifier := deployerVerifier(t, stack, azure, e2e.Connect(t, azure))
	own := azure.Inputs(azuresim.Application)[e2e.Only(t, azure, azuresim.Application)]
	register := func() (clientID string) {
		inputs := own.Copy()
		inputs["owners"] = e2e.List(azure.UserID("alice"))
		id, properties := e2e.New(t, azure, azuresim.Application, inputs.Mappable())
		t.Cleanup(func() { azure.Delete(id) })
		return properties["clientId"].StringValue()
	}
	warns := func(says ...string) {
		t.Helper()
		checks := verifier.Run(t)
		last := checks[len(checks)-1]
		for _, text := range says {
			if last.Name != "second application" || !last.OK || !last.Warning || !strings.Contains(last.Detail, text) {
				t.Errorf("no warning with %q as the last check: %+v", text, last)
			}
		}
		if verify.Failed(checks) {
			t.Errorf("failed: %q", e2e.Failed(checks))
		}
	}
	used := register()
	e2e.New(t, azure, azuresim.ServicePrincipal, map[string]any{"clientId": used})
	warns(used, "which is in use: it has a service principal", `user "alice"`)
	for range 30 {
		register()
	}
	warns("31 of them, of which 11 were skipped")
}

// TestVerifyAzurePipelines checks that with pipelines the application exposes exactly the API that
// they need.
func TestVerifyAzurePipelines(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	stack, internet := e2e.OpenOn(t, azure, "dev"), e2e.Connect(t, azure)
	addPipeline(t, stack, azure)
	e2e.Succeed(t, stack.Up)
	verifier := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
	if checks := verifier.Run(t); verify.Failed(checks) {
		t.Errorf("failed: %q: %+v", e2e.Failed(checks), checks)
	}
	for says, change := range map[string]func(resource.PropertyMap){
		"requestedAccessTokenVersion is 1, not 2": offered(map[string]any{"requestedAccessTokenVersion": 1}),
		"api://elsewhere is not in the stack": func(in resource.PropertyMap) {
			in["identifierUris"] = resource.NewArrayProperty(append(in["identifierUris"].ArrayValue(), resource.NewStringProperty("api://elsewhere")))
		},
		"is missing": func(in resource.PropertyMap) { delete(in, "identifierUris") },
	} {
		undo := e2e.Break(t, azure, azuresim.Application, change)
		e2e.Failing(t, "exposed API", says, verifier.Run(t))
		undo()
	}
}

// TestVerifyAzureMissingPermissions checks that a check without read permission is neither OK nor
// failed, and names the missing permission.
func TestVerifyAzureMissingPermissions(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	internet := e2e.Connect(t, azure)
	inEntra := []string{"federated credentials", "client secrets", "owners", "accounts", "exposed API", "second application", "redirect URIs", "directory permissions", "policies", "groups claim", "assignments", "consent"}
	inAzure := []string{"Azure roles", "extension", "extension settings", "ways around sign-in", "cluster"}
	for name, c := range map[string]struct{ rights, unseen []string }{
		"nothing":                  {nil, slices.Concat(inEntra, inAzure)},
		"Azure alone":              {[]string{"Reader"}, inEntra},
		"Entra alone":              {slices.Concat(e2e.AzurePermissions[:2], e2e.AzurePermissions[3:]), inAzure},
		"applications, no consent": {[]string{"Application.Read.All", "Reader"}, []string{"directory permissions", "policies", "consent"}},
		"no federated credentials": {[]string{"Directory.Read.All", "Reader"}, []string{"federated credentials", "policies"}},
		"no policies":              {e2e.AzurePermissions[:3], []string{"policies"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, check := range e2e.NewAzureVerifier(t, stack, azure, internet, c.rights...).Run(t) {
				unseen := slices.Contains(c.unseen, check.Name)
				if check.Unseen != unseen || check.OK == unseen {
					t.Errorf("unseen %v: %+v", unseen, check)
				}
				if unseen && !(strings.Contains(check.Detail, "not permitted") && strings.HasPrefix(check.Fix, "run it with the ")) {
					t.Errorf("%s does not name the missing permission: %+v", check.Name, check)
				}
			}
		})
	}
	t.Run("no application", func(t *testing.T) {
		verifier := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
		verifier.State = bytes.ReplaceAll(verifier.State, []byte(`"clientId": "`), []byte(`"clientId": "0`))
		absent(t, verifier, "application", "Entra has no application with the client ID 0")
	})
	t.Run("no cluster", func(t *testing.T) {
		verifier := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
		verifier.State = bytes.ReplaceAll(verifier.State, []byte("managedClusters/argocd-dev"), []byte("managedClusters/argocd-gone"))
		absent(t, verifier, "cluster", "managedClusters/argocd-gone")
	})
	t.Run("no extension", func(t *testing.T) {
		verifier := e2e.NewAzureVerifier(t, stack, azure, internet, e2e.AzurePermissions...)
		verifier.State = bytes.ReplaceAll(verifier.State, []byte("Microsoft.KubernetesConfiguration/extensions/argocd"), []byte("Microsoft.KubernetesConfiguration/extensions/gone"))
		absent(t, verifier, "extension", "extensions/gone")
	})
}

// absent checks that one check reports an object that does not exist, and that those on the object
// are skipped.
func absent(t *testing.T, verifier *e2e.AzureVerifier, name, detail string) {
	t.Helper()
	checks := verifier.Run(t)
	e2e.OnlyFailing(t, name, detail, checks)
	if !slices.ContainsFunc(checks, func(c verify.Check) bool { return c.Skipped }) {
		t.Errorf("no check is skipped: %+v", checks)
	}
}

// TestVerifyAzureCommand runs the command with az for the sign-in and pulumi for outputs and state.
func TestVerifyAzureCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	command := e2e.Build(t, "github.com/OWNER/argocd-on-aks/cmd/verify")
	stack, azure, internet, port := e2e.OnLocalhost(t)
	e2e.Start(t, azure, internet, port)
	az := azLogin(t, azure, dir, e2e.AzurePermissions...)
	verify := func(tenant string) (stdout string, code int) {
		run := exec.CommandContext(t.Context(), command, "--azure", "--stack", "dev", "--wait", "0s")
		run.Dir = stack.Dir
		run.Env = append(slices.Concat(os.Environ(), internet.Env(), az), "TENANT="+tenant)
		run.Env = append(run.Env, stack.Environ()...)
		var stderr bytes.Buffer
		run.Stderr = &stderr
		output, err := run.Output()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return string(output) + stderr.String(), run.ProcessState.ExitCode()
	}
	if printed, code := verify(azure.TenantID); code != 0 || strings.Count(printed, "\n") < 8+16 || !strings.Contains(printed, "ways around sign-in") {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	if printed, code := verify("another"); code != 2 || !strings.Contains(printed, "run `az login --tenant "+azure.TenantID) {
		t.Errorf("not signed in: exit code %d:\n%s", code, printed)
	}
	undo := secret(azuresim.Application, "for testing", false)(t, azure)
	if printed, code := verify(azure.TenantID); code != 1 || !strings.Contains(printed, "FAILED   client secrets") {
		t.Errorf("a client secret: exit code %d:\n%s", code, printed)
	}
	undo()
	azLogin(t, azure, dir, "Application.Read.All", "Reader")
	if printed, code := verify(azure.TenantID); code != 3 || strings.Contains(printed, "FAILED") || !strings.Contains(printed, "UNKNOWN  consent") {
		t.Errorf("without permission to read consent: exit code %d:\n%s", code, printed)
	}
}
