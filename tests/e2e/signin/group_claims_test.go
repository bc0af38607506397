package signin

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/verify"
)

// TestWithoutEntraP1 deploys the guide's stack in a tenant without Entra ID P1: Entra rejects the
// group assignment, the program names the keys to set, and then users sign in with the permissions
// of their groups.
func TestWithoutEntraP1(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	azure.WithoutPremium()
	port := e2e.Localhost(t, stack)
	_, err := stack.Up(t.Context())
	for _, says := range []string{
		"Groups are not available for assignment due to your Active Directory plan level.", "set groupClaims to security and requireAssignment to false",
	} {
		e2e.WantError(t, err, says, "up")
	}
	e2e.Set(t, stack, "groupClaims", "security")
	e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "pulumi config set requireAssignment false", "groupClaims security with required assignment")
	e2e.Set(t, stack, "requireAssignment", "false")
	e2e.Set(t, stack, "roles[0].group", "Developers")
	e2e.Set(t, stack, "roles[0].role", "readonly")
	_, err = stack.Preview(t.Context())
	warnings := strings.Join(stack.Last.Warnings, "\n")
	if err != nil || !strings.Contains(warnings, "everyone in the tenant can sign in and has the role in defaultRole. The tokens of users with more than 200 groups") ||
		strings.Contains(warnings, "requires Entra ID P1") {
		t.Errorf("the preview: %v: %s", err, warnings)
	}
	e2e.Succeed(t, stack.Up)

	internet := e2e.Connect(t, azure)
	server := e2e.Start(t, azure, internet, port)
	url := "https://" + server.Address
	for user, can := range map[string][]bool{"alice": {true, true}, "bob": {true, false}, "carol": {false, false}, "dave": {false, false}} {
		browser := e2e.Browse(t, internet, user)
		info, err := browser.SignIn(t.Context(), url)
		e2e.NoError(t, err)
		if (user == "dave") != (len(info.Groups) == 0) {
			t.Errorf("%s has groups %v", user, info.Groups)
		}
		for i, action := range []string{"get", "delete"} {
			if may, err := browser.CanI(t.Context(), url, action, "applications", "default/any"); err != nil || may != can[i] {
				t.Errorf("%s, %s: %v, %v", user, action, may, err)
			}
		}
	}
	if printed := e2e.Run(t, e2e.Login(t, stack, internet, "alice"), "account", "can-i", "delete", "applications", "default/any"); printed != "yes" {
		t.Errorf("alice with the CLI: %s", printed)
	}
	e2e.Verified(t, "verify", e2e.Verify(t, stack, internet))
	e2e.Verified(t, "verify --azure", e2e.VerifyAzure(t, stack, azure, internet))
}

// TestManyGroups checks that nested groups count and that Argo CD gets all of 200 groups. Of 201 it
// gets none, so the user has no role: Argo CD does not follow Entra's link to the groups.
func TestManyGroups(t *testing.T) {
	t.Parallel()
	stack, azure, internet, port := e2e.OnLocalhost(t)
	nested := azure.AddGroup("On call", azure.UserID("dave"))
	admins := azure.AddGroup("Platform", nested)
	e2e.Set(t, stack, "group", admins)
	withSecurityGroups(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"update": 3, "delete": 1, "same": e2e.DevResources - 4})
	url := "https://" + e2e.Start(t, azure, internet, port).Address
	signIn := func() (groups []string, may bool) {
		t.Helper()
		browser := e2e.Browse(t, internet, "dave")
		info, err := browser.SignIn(t.Context(), url)
		e2e.NoError(t, err)
		if may, err = browser.CanI(t.Context(), url, "delete", "applications", "default/any"); err != nil {
			t.Fatal(err)
		}
		return info.Groups, may
	}
	if groups, may := signIn(); !may || len(groups) != 2 || !slices.Contains(groups, admins) || !slices.Contains(groups, nested) {
		t.Errorf("in a nested group: %v, %v", groups, may)
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

// TestGroupClaimsSwitch switches from assigned groups to all security groups and back, in a
// protected stack with a pipeline: in place and without a change of roles.
func TestGroupClaimsSwitch(t *testing.T) {
	t.Parallel()
	stack, azure, internet, release := withPipeline(t)
	url := e2e.Output(t, stack, "argocdUrl")
	roles := func(when string) {
		t.Helper()
		wantUsers(t, internet, url, "alice", "bob", "carol")
		token, err := release.token(t.Context(), e2e.Output(t, stack, "pipelineScope"))
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		wantPermissions(t, when+": the pipeline", byToken(t, internet, token), "carol") // the same role
		e2e.Verified(t, when+": verify --azure", e2e.VerifyAzure(t, stack, azure, internet))
	}
	const refused = "AADSTS50105"
	dave := func(when, refusal string) {
		t.Helper()
		browser := e2e.Browse(t, internet, "dave")
		_, err := browser.SignIn(t.Context(), url)
		e2e.WantError(t, err, refusal, "%s: dave, without a group", when)
		if err == nil {
			wantPermissions(t, "dave, without a group", inBrowser(t, browser, url), noUser)
		}
	}
	roles("assigned")
	dave("assigned", refused)

	withSecurityGroups(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"update": 2, "delete": 4, "same": e2e.ProdResources + 1 - 6})
	roles("security")
	dave("security", "")

	e2e.Set(t, stack, "groupClaims", "assigned")
	e2e.Unset(t, stack, "requireAssignment")
	e2e.Want(t, stack.Up, map[string]int{"update": 2, "create": 4, "same": e2e.ProdResources + 1 - 6})
	roles("assigned again")
	dave("assigned again", refused)
}

// TestGroupClaimsDrift checks that verify finds manual changes of a stack with all security groups
// in tokens.
func TestGroupClaimsDrift(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	withSecurityGroups(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources - 1})
	verifier := e2e.NewAzureVerifier(t, stack, azure, e2e.Connect(t, azure), e2e.AzurePermissions...)
	if checks := verifier.Run(t); verify.Failed(checks) {
		t.Errorf("failed: %v: %+v", e2e.Failed(checks), checks)
	}
	undo := e2e.Break(t, azure, azuresim.Application, e2e.Remove("groupMembershipClaims"))
	e2e.Failing(t, "groups claim", "groupMembershipClaims is , not SecurityGroup", verifier.Run(t))
	undo()
	undo = e2e.Assign(t, azure, azure.GroupID("Argo CD Admins"))
	e2e.Failing(t, "assignments", `group "Argo CD Admins"`, verifier.Run(t))
	undo()
}
