package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/argocd"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestWithoutPremium takes the guide's walkthrough in a tenant without Entra ID P1:
// Entra refuses the group, the program says what to set, and with that users sign
// in and have what their groups have.
func TestWithoutPremium(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	azure.WithoutPremium()
	port := freePort(t)
	set(t, stack, "domain", fmt.Sprintf("localhost:%d", port))
	_, err := stack.Up(t.Context())
	for _, says := range []string{
		"Groups are not available for assignment due to your Active Directory plan level.", "set groupClaims to security and requireAssignment to false",
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Fatalf("up prints no %q: %v", says, err)
		}
	}
	set(t, stack, "groupClaims", "security")
	if _, err := stack.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "pulumi config set requireAssignment false") {
		t.Fatalf("security for who is assigned: %v", err)
	}
	set(t, stack, "requireAssignment", "false")
	set(t, stack, "roles[0].group", "Developers")
	set(t, stack, "roles[0].role", "readonly")
	_, err = stack.Preview(t.Context())
	warnings := strings.Join(stack.Last.Warnings, "\n")
	if err != nil || !strings.Contains(warnings, "everyone in the tenant can sign in, with what defaultRole gives, and who is in more than 200 groups") ||
		strings.Contains(warnings, "takes Entra ID P1") {
		t.Errorf("the preview: %v: %s", err, warnings)
	}
	if _, err := stack.Up(t.Context()); err != nil {
		t.Fatal(err)
	}

	internet := connect(t, azure)
	server := start(t, azure, internet, port)
	url := "https://" + server.Address
	for user, can := range map[string][]bool{"alice": {true, true}, "bob": {true, false}, "carol": {false, false}, "dave": {false, false}} {
		browser := browse(t, internet, user)
		info, err := browser.SignIn(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if (user == "dave") != (len(info.Groups) == 0) {
			t.Errorf("%s has groups %v", user, info.Groups)
		}
		for i, action := range []string{"get", "delete"} {
			if may, err := browser.CanI(t.Context(), url, action, "applications", "default/any"); err != nil || may != can[i] {
				t.Errorf("%s, %s: %v, %v", user, action, may, err)
			}
		}
	}
	cli := argocd.NewCLI(internet, t.TempDir())
	if err := cli.Login(t.Context(), output(t, stack, "loginCommand"), browse(t, internet, "alice")); err != nil {
		t.Fatal(err)
	}
	if printed := run(t, cli, "account", "can-i", "delete", "applications", "default/any"); printed != "yes" {
		t.Errorf("alice by the CLI: %s", printed)
	}
	judged(t, stack, azure, internet)
}

// judged wants both verify commands to find nothing.
func judged(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet) {
	t.Helper()
	command := filepath.Join(t.TempDir(), "verify")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", command, "github.com/OWNER/argocd-on-aks/cmd/verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if checks, code := runVerify(t, command, stack, internet); code != 0 || verify.Failed(checks) {
		t.Errorf("verify, exit code %d: %v", code, failed(checks))
	}
	if checks := newInsider(t, stack, azure, internet, allRights...).look(t); verify.Failed(checks) {
		t.Errorf("verify --azure: %v: %+v", failed(checks), checks)
	}
}

// withSecurityGroups opens a stack to the tenant, with all security groups in tokens.
func withSecurityGroups(t *testing.T, stack *engine.Stack) {
	t.Helper()
	set(t, stack, "groupClaims", "security")
	set(t, stack, "requireAssignment", "false")
}

// TestManyGroups: groups in groups count. Of 200 groups Argo CD has all, of 201 none,
// and so no role: it does not look where Entra says that they are.
func TestManyGroups(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := onLocalhost(t)
	nested := azure.AddGroup("On call", azure.UserID("dave"))
	admins := azure.AddGroup("Platform", nested)
	set(t, stack, "group", admins)
	withSecurityGroups(t, stack)
	want(t, stack.Up, map[string]int{"update": 3, "delete": 1, "same": devResources - 4})
	url := "https://" + start(t, azure, internet, port).Address
	signIn := func() (groups []string, may bool) {
		t.Helper()
		browser := browse(t, internet, "dave")
		info, err := browser.SignIn(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if may, err = browser.CanI(t.Context(), url, "delete", "applications", "default/any"); err != nil {
			t.Fatal(err)
		}
		return info.Groups, may
	}
	if groups, may := signIn(); !may || len(groups) != 2 || !slices.Contains(groups, admins) || !slices.Contains(groups, nested) {
		t.Errorf("in a group of a group: %v, %v", groups, may)
	}
	for i := range 198 {
		azure.AddGroup(fmt.Sprint("Project ", i), azure.UserID("dave"))
	}
	if groups, may := signIn(); !may || len(groups) != 200 {
		t.Errorf("in 200 groups: %d, %v", len(groups), may)
	}
	azure.AddGroup("One more", azure.UserID("dave"))
	if groups, may := signIn(); may || len(groups) > 0 {
		t.Errorf("in 201 groups: %v, %v", groups, may)
	}
}

// TestGroupClaimsSwitch goes from assigned groups to all security groups and back,
// in a protected stack with a pipeline: in place, with nobody's role changed.
func TestGroupClaimsSwitch(t *testing.T) {
	t.Parallel()
	stack, azure, internet, release := withPipeline(t)
	url := output(t, stack, "argocdUrl")
	roles := func(when string) {
		t.Helper()
		for i, user := range []string{"alice", "bob", "carol"} {
			browser := browse(t, internet, user)
			if _, err := browser.SignIn(t.Context(), url); err != nil {
				t.Fatalf("%s: %v", when, err)
			}
			for _, c := range may {
				want := []bool{c.alice, c.bob, c.carol}[i]
				if got, err := browser.CanI(t.Context(), url, c.action, c.resource, strings.TrimPrefix(c.object, "https://")); err != nil || got != want {
					t.Errorf("%s: %s, %s %s %s: got %v, %v; want %v", when, user, c.action, c.resource, c.object, got, err, want)
				}
			}
		}
		token, err := release.token(t.Context(), output(t, stack, "pipelineScope"))
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		for _, c := range may { // carol has the pipeline's role
			yes := map[bool]string{true: "yes", false: "no"}[c.carol]
			if got, err := withToken(t, internet, token, "account", "can-i", c.action, c.resource, c.object); err != nil || got != yes {
				t.Errorf("%s: release, %s %s %s: got %s, %v; want %s", when, c.action, c.resource, c.object, got, err, yes)
			}
		}
		if checks := newInsider(t, stack, azure, internet, allRights...).look(t); verify.Failed(checks) {
			t.Errorf("%s: verify --azure: %v: %+v", when, failed(checks), checks)
		}
	}
	dave := func() error {
		browser := browse(t, internet, "dave")
		if _, err := browser.SignIn(t.Context(), url); err != nil {
			return err
		}
		for _, c := range may {
			if got, err := browser.CanI(t.Context(), url, c.action, c.resource, strings.TrimPrefix(c.object, "https://")); err != nil || got {
				t.Errorf("dave, in no group, %s %s %s: %v, %v", c.action, c.resource, c.object, got, err)
			}
		}
		return nil
	}
	roles("assigned")
	if err := dave(); err == nil || !strings.Contains(err.Error(), "AADSTS50105") {
		t.Errorf("assigned: dave signs in: %v", err)
	}

	withSecurityGroups(t, stack)
	want(t, stack.Up, map[string]int{"update": 2, "delete": 4, "same": prodResources + 1 - 6})
	roles("security")
	if err := dave(); err != nil {
		t.Errorf("security: dave does not sign in: %v", err)
	}

	set(t, stack, "groupClaims", "assigned")
	unset(t, stack, "requireAssignment")
	want(t, stack.Up, map[string]int{"update": 2, "create": 4, "same": prodResources + 1 - 6})
	roles("assigned again")
	if err := dave(); err == nil || !strings.Contains(err.Error(), "AADSTS50105") {
		t.Errorf("assigned again: dave signs in: %v", err)
	}
}

// TestGroupClaimsDrift: what somebody has changed of a stack with all security
// groups in tokens is found.
func TestGroupClaimsDrift(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	withSecurityGroups(t, stack)
	want(t, stack.Up, map[string]int{"create": devResources - 1})
	inside := newInsider(t, stack, azure, connect(t, azure), allRights...)
	if checks := inside.look(t); verify.Failed(checks) {
		t.Errorf("failed: %v: %+v", failed(checks), checks)
	}
	undo := breakIt(t, azure, azuresim.Application, remove("groupMembershipClaims"))
	failing(t, "groups claim", "groupMembershipClaims is , not SecurityGroup")(inside.look(t), 1)
	undo()
	undo = assigned(t, azure, azure.GroupID("Argo CD Admins"))
	failing(t, "assignments", `group "Argo CD Admins"`)(inside.look(t), 1)
	undo()
}
