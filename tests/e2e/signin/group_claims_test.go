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

// TestWithoutPremium takes the guide's walkthrough in a tenant without Entra ID P1:
// Entra refuses the group, the program says what to set, and with that users sign
// in and have what their groups have.
func TestWithoutPremium(t *testing.T) {
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
	e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "pulumi config set requireAssignment false", "security for who is assigned")
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
		t.Errorf("alice by the CLI: %s", printed)
	}
	e2e.Verified(t, "verify", e2e.Verify(t, stack, internet))
	e2e.Verified(t, "verify --azure", e2e.VerifyInside(t, stack, azure, internet))
}

// TestManyGroups: groups in groups count. Of 200 groups Argo CD has all, of 201 none,
// and so no role: it does not look where Entra says that they are.
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
	url := e2e.Output(t, stack, "argocdUrl")
	roles := func(when string) {
		t.Helper()
		wantUsers(t, internet, url, "alice", "bob", "carol")
		token, err := release.token(t.Context(), e2e.Output(t, stack, "pipelineScope"))
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		wantPermissions(t, when+": the pipeline", byToken(t, internet, token), "carol") // has the same role
		e2e.Verified(t, when+": verify --azure", e2e.VerifyInside(t, stack, azure, internet))
	}
	const refused = "AADSTS50105"
	dave := func(when, refusal string) {
		t.Helper()
		browser := e2e.Browse(t, internet, "dave")
		_, err := browser.SignIn(t.Context(), url)
		e2e.WantError(t, err, refusal, "%s: dave, in no group", when)
		if err == nil {
			wantPermissions(t, "dave, in no group", inBrowser(t, browser, url), nobody)
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

// TestGroupClaimsDrift: what somebody has changed of a stack with all security
// groups in tokens is found.
func TestGroupClaimsDrift(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	withSecurityGroups(t, stack)
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources - 1})
	inside := e2e.NewInsider(t, stack, azure, e2e.Connect(t, azure), e2e.AllRights...)
	if checks := inside.Look(t); verify.Failed(checks) {
		t.Errorf("failed: %v: %+v", e2e.Failed(checks), checks)
	}
	undo := e2e.Break(t, azure, azuresim.Application, e2e.Remove("groupMembershipClaims"))
	e2e.Failing(t, "groups claim", "groupMembershipClaims is , not SecurityGroup", inside.Look(t))
	undo()
	undo = e2e.Assign(t, azure, azure.GroupID("Argo CD Admins"))
	e2e.Failing(t, "assignments", `group "Argo CD Admins"`, inside.Look(t))
	undo()
}
