package signin

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// permission is a request to Argo CD with the users of prod who are permitted.
type permission struct {
	action, resource, object string
	alice, bob, carol        bool
}

var permissions = []permission{
	{"get", "applications", "shop/cart", true, true, true},
	{"get", "applications", "bank/ledger", true, true, false},
	{"sync", "applications", "shop/cart", true, false, true},
	{"sync", "applications", "bank/ledger", true, false, false},
	{"delete", "applications", "shop/cart", true, false, false},
	{"create", "projects", "new", true, false, false},
	{"update", "clusters", "https://kubernetes.default.svc", true, false, false},
	{"get", "clusters", "https://kubernetes.default.svc", true, true, false},
	{"create", "exec", "shop/cart", true, false, false},
	{"update", "accounts", "admin", true, false, false},
}

// of reports whether a user has the permission. Erin, an auditor, has the permissions of bob, a
// developer.
func (p permission) of(user string) bool {
	return map[string]bool{"alice": p.alice, "bob": p.bob, "carol": p.carol, "erin": p.bob}[user]
}

// asker reports whether Argo CD permits a request of its user.
type asker func(permission) (bool, error)

// inBrowser asks as the signed-in user of a browser.
func inBrowser(t *testing.T, browser *argocd.Browser, url string) asker {
	return func(p permission) (bool, error) {
		return browser.CanI(t.Context(), url, p.action, p.resource, strings.TrimPrefix(p.object, "https://"))
	}
}

// inCLI asks as the signed-in user of an argocd CLI, with additional arguments such as a token.
func inCLI(t *testing.T, cli *argocd.CLI, more ...string) asker {
	return func(p permission) (bool, error) {
		printed, err := cli.Run(t.Context(), append([]string{"account", "can-i", p.action, p.resource, p.object}, more...)...)
		if err == nil && printed != "yes" && printed != "no" {
			err = errors.New(printed)
		}
		return printed == "yes", err
	}
}

// byToken asks as the bearer of a token.
func byToken(t *testing.T, internet *azuresim.Internet, token string) asker {
	return inCLI(t, argocd.NewCLI(internet, t.TempDir()), bearer(internet, token)...)
}

// bearer returns the arguments of an argocd command that uses a token.
func bearer(internet *azuresim.Internet, token string) []string {
	return []string{"--server", internet.Address, "--grpc-web", "--auth-token", token}
}

// wantPermissions checks that an asker has exactly the permissions of a user of prod.
func wantPermissions(t *testing.T, name string, ask asker, user string) {
	t.Helper()
	for _, p := range permissions {
		if got, err := ask(p); err != nil || got != p.of(user) {
			t.Errorf("%s, %s %s %s: got %v, %v; want %v", name, p.action, p.resource, p.object, got, err, p.of(user))
		}
	}
}

// noUser has no permissions.
const noUser = "noUser"

// wantUsers signs users of prod in at a URL and checks their permissions.
func wantUsers(t *testing.T, internet *azuresim.Internet, url string, users ...string) {
	t.Helper()
	for _, user := range users {
		browser := e2e.Browse(t, internet, user)
		if _, err := browser.SignIn(t.Context(), url); err != nil {
			t.Fatalf("%s: %v", user, err)
		}
		wantPermissions(t, user+" at "+url, inBrowser(t, browser, url), user)
	}
}

// withToken runs an argocd command with a token instead of a session.
func withToken(t *testing.T, internet *azuresim.Internet, token string, args ...string) (string, error) {
	t.Helper()
	return argocd.NewCLI(internet, t.TempDir()).Run(t.Context(), append(args, bearer(internet, token)...)...)
}

// withSecurityGroups configures sign-in for the whole tenant, with all security groups in tokens.
func withSecurityGroups(t *testing.T, stack *engine.Stack) {
	t.Helper()
	e2e.Set(t, stack, "groupClaims", "security")
	e2e.Set(t, stack, "requireAssignment", "false")
}

// hasAccess reports whether a group can sign in and has a role. It fails if only one is true.
func hasAccess(t *testing.T, azure *azuresim.Azure, name string) bool {
	t.Helper()
	id := azure.GroupID(name)
	assigned, role := false, false
	for _, assignment := range azure.Inputs(azuresim.AppRoleAssignment) {
		assigned = assigned || assignment["principalObjectId"].StringValue() == id
	}
	for _, extension := range azure.Inputs(azuresim.ArgoExtension) {
		role = strings.Contains(extension["configurationSettings"].ObjectValue()[`configs.rbac.policy\.csv`].StringValue(), id)
	}
	if assigned != role {
		t.Errorf("%s can sign in: %v, has a role: %v", name, assigned, role)
	}
	return assigned
}

// signIn signs alice in to the Argo CD that a new server runs.
func signIn(t *testing.T, azure *azuresim.Azure, port int) {
	t.Helper()
	internet := e2e.Connect(t, azure)
	e2e.WantError(t, e2e.Web(t.Context(), azure, internet, e2e.Start(t, azure, internet, port)), "", "sign-in")
}

// limit is the timeout of a request.
const limit = 2 * time.Second

// missed checks that exactly these checks fail and name the cause, such as a host. Argo CD's
// response does not name the host if it cannot reach Entra.
func missed(t *testing.T, host string, want []string, checks []verify.Check) {
	t.Helper()
	names := e2e.Failed(checks)
	for _, check := range checks {
		if check.OK || check.Skipped {
			continue
		}
		if check.Name != "workload identity" && !strings.Contains(check.Detail, host) {
			t.Errorf("no %s in %+v", host, check)
		}
	}
	slices.Sort(names)
	if want = slices.Sorted(slices.Values(want)); !slices.Equal(names, want) {
		t.Errorf("failed: %q, want %q: %+v", names, want, checks)
	}
}

// recipe returns the first block of a language below a heading of a page in docs.
func recipe(t *testing.T, page, heading, fence string) string {
	t.Helper()
	return e2e.Block(t, recipeSection(t, page, heading), "\n", fence+"\n")
}

// recipeSection returns the text below a heading of a page in docs, with its subsections.
func recipeSection(t *testing.T, page, heading string) string {
	t.Helper()
	_, section, found := strings.Cut(e2e.Read(t, "docs/"+page), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("docs/%s has no heading %q", page, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

// deployRecipe deploys a shipped stack with a block of the page, and returns the objects that
// Argo CD's chart renders on a cluster that serves these additional APIs.
func deployRecipe(t *testing.T, name, block string, apis ...string) (*azuresim.Azure, e2e.Objects) {
	t.Helper()
	stack, azure := e2e.Open(t, name)
	e2e.Paste(t, stack, block)
	e2e.Succeed(t, stack.Up)
	return azure, e2e.Rendered(t, azure, apis...)
}
