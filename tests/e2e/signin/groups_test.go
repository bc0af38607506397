package signin

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestGroupByID checks that a group configured by object ID keeps its access when it is renamed,
// and that another group with its former name gets none.
func TestGroupByID(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	admins := azure.GroupID("Argo CD Admins")
	e2e.Set(t, stack, "group", strings.ToUpper(admins))
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})

	other := azure.ReuseGroupName("Argo CD Admins", "Platform", "dave@contoso.example")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources})
	if !hasAccess(t, azure, "Platform") || hasAccess(t, azure, "Argo CD Admins") {
		t.Errorf("%s has no access, or %s has", admins, other)
	}
	// By name, the program would use the other group.
	e2e.Set(t, stack, "group", "Argo CD Admins")
	e2e.Want(t, stack.Preview, map[string]int{"create": 1, "update": 1, "delete": 1, "same": e2e.DevResources - 2})
	e2e.Set(t, stack, "group", admins)
}

// TestGroupWarnings checks that preview and up recommend object IDs in place of names, and name
// groups whose members are not managed by owners alone.
func TestGroupWarnings(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	admins, engineers := azure.GroupID("Argo CD Admins"), azure.GroupID("Engineers")
	const dynamic = `The group "Engineers" (%s) is dynamic: the rule user.department -eq "Engineering" chooses its members`
	for _, c := range []struct {
		changes map[string]string
		warns   []string
	}{
		{nil, []string{"pulumi config set group " + admins + "  # Argo CD Admins"}},
		{map[string]string{"group": admins}, nil},
		{map[string]string{"roles[0].group": "Engineers", "roles[0].role": "readonly", "cluster.adminGroups[0]": "Engineers"}, []string{
			"pulumi config set --path 'roles[0].group' " + engineers + "  # Engineers",
			"pulumi config set --path 'cluster.adminGroups[0]' " + engineers + "  # Engineers",
			fmt.Sprintf(dynamic, engineers),
		}},
		{map[string]string{"roles[0].group": engineers, "cluster.adminGroups[0]": engineers}, []string{fmt.Sprintf(dynamic, engineers)}},
	} {
		e2e.SetAll(t, stack, c.changes)
		for _, operation := range []func(context.Context) (map[string]int, error){stack.Preview, stack.Up} {
			e2e.Succeed(t, operation)
			printed := strings.Join(stack.Last.Warnings, "\n")
			for _, warning := range c.warns {
				if strings.Count(printed, warning) != 1 {
					t.Errorf("%v: %q is printed %d times: %s", c.changes, warning, strings.Count(printed, warning), printed)
				}
			}
			if len(c.warns) == 0 && printed != "" {
				t.Errorf("%v: unexpected warning: %s", c.changes, printed)
			}
		}
	}
}

// TestThrottledLookups checks that a deployment waits while Microsoft Graph throttles its provider.
// After five minutes without an answer the program fails before it deploys, with one message for
// all groups, and stops the lookups.
func TestThrottledLookups(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	const groups = 40
	roles := []string{"config", "set-all", "--path"}
	for i := range groups {
		roles = append(roles,
			"--plaintext", fmt.Sprintf("roles[%d].group=%s", i, azure.AddGroup(fmt.Sprintf("Team %02d", i))),
			"--plaintext", fmt.Sprintf("roles[%d].role=readonly", i))
	}
	e2e.NoError(t, e2e.Err(stack.Command(t.Context(), roles...)))
	throttle := func(wait time.Duration, times int) {
		azure.Inject(azuresim.Fault{
			Verb: "invoke", Type: "azuread:index/getGroup:getGroup", RetryAfter: wait, Times: times,
			Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "Too many requests."},
		})
	}
	for what, wait := range map[string]time.Duration{"asked nine times more": time.Second, "five minutes are over": 2 * time.Minute} {
		const many = 1000
		throttle(wait, many)
		_, err := stack.Up(t.Context())
		if err == nil || strings.Count(err.Error(), "Microsoft Graph is throttling") != 1 || !strings.Contains(err.Error(), `argocd-on-aks:group "Argo CD Admins" cannot be looked up: Microsoft Graph is throttling`) {
			t.Errorf("%s: %v", what, err)
		}
		if asked := many - azure.PendingFaults()[0].Times; asked > 110 {
			t.Errorf("%s: %d requests", what, asked)
		}
		azure.ClearFaults()
	}
	if done := azure.Operations(); len(done) > 0 {
		t.Errorf("completed while Graph throttles: %v", done)
	}
	throttle(17*time.Second, 9) // no lookup fails, even if one request gets all responses
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources + groups - 1, "same": 1})
}

// TestLookupGroup looks up groups with unusual names from a test program. Each lookup finds exactly
// the group of that name.
func TestLookupGroup(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	berlin := azure.GroupID(`Bob's "on call", Berlin`)
	for group, id := range map[string]string{
		`Bob's "on call", Berlin`:                     berlin,
		strings.ToUpper(berlin):                       berlin,
		"Nobody' or displayName eq 'Argo CD Admins":   "",
		"Nobody'' or displayName eq ''Argo CD Admins": "",
	} {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			stack := e2e.OpenProgram(t, azure, func(ctx *pulumi.Context) error {
				found, err := entra.LookupGroup(ctx, group)
				ctx.Export("id", pulumi.String(found))
				return err
			}, e2e.Root(t), "dev")
			_, err := stack.Up(t.Context())
			if found := e2e.Output(t, stack, "id"); id != "" && (err != nil || found != id) {
				t.Errorf("%s, %v; want %s", found, err, id)
			}
			if id == "" && (err == nil || !strings.Contains(err.Error(), "no group found")) {
				t.Errorf("got %v, want no group found", err)
			}
		})
	}
}
