// Package e2e deploys the shipped stacks with the real Pulumi engine onto the
// simulated Azure.
package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// open opens a shipped stack on an Azure of its own.
func open(t *testing.T, name string) (*engine.Stack, *azuresim.Azure) {
	t.Helper()
	azure := azuresim.New()
	return openOn(t, azure, name), azure
}

// openOn opens a shipped stack on an Azure that others use as well.
func openOn(t *testing.T, azure *azuresim.Azure, name string) *engine.Stack {
	t.Helper()
	return openProgram(t, azure, program.Deploy, "../..", name)
}

// openProgram opens a stack of the program whose Pulumi.yaml is in folder.
func openProgram(t *testing.T, azure *azuresim.Azure, program pulumi.RunFunc, folder, name string) *engine.Stack {
	t.Helper()
	stack, err := engine.Open(context.Background(), azure, program, folder, t.TempDir(), name, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	before := azure.IDs()
	t.Cleanup(func() {
		if !t.Failed() {
			leave(t, stack, azure, before)
		}
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	})
	return stack
}

// leave ends every scenario: nothing was replaced that the test does not know
// of, another up changes nothing, and destroy leaves only what was there before.
func leave(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, before []string) {
	t.Helper()
	if stack.Replaced > 0 {
		t.Errorf("%d resources were replaced, which nobody expected", stack.Replaced)
	}
	if stack.Deployed {
		ctx := context.WithoutCancel(t.Context())
		got, err := stack.Up(ctx)
		if err != nil || len(got) != 1 || got["same"] == 0 {
			t.Errorf("up again: %v, %v", got, err)
		}
		if protected, err := stack.Protected(); protected || err != nil {
			err := errors.Join(err, stack.Set(ctx, "protect", "false"))
			if _, upErr := stack.Up(ctx); err != nil || upErr != nil {
				t.Error(err, upErr)
			}
		}
		if _, err := stack.Destroy(ctx); err != nil {
			t.Error(err)
		}
		for _, id := range azure.IDs() {
			if !slices.Contains(before, id) {
				t.Errorf("destroy left %s", id)
			}
		}
	}
}

// nothingIn wants an Azure without any object of a stack.
func nothingIn(t *testing.T, azure *azuresim.Azure) {
	t.Helper()
	if ids := azure.IDs(); len(ids) > 0 {
		t.Errorf("Azure has %v", ids)
	}
}

// replaced wants this many replacements since the last one that was expected.
func replaced(t *testing.T, stack *engine.Stack, count int) {
	t.Helper()
	if stack.Replaced != count {
		t.Errorf("%d resources replaced, want %d", stack.Replaced, count)
	}
	stack.Replaced = 0
}

func set(t *testing.T, stack *engine.Stack, key, value string) {
	t.Helper()
	if err := stack.Set(t.Context(), key, value); err != nil {
		t.Fatal(err)
	}
}

// want runs one command of the engine and checks its count of operations.
func want(t *testing.T, command func(context.Context) (map[string]int, error), counts map[string]int) {
	t.Helper()
	got, err := command(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, counts) {
		t.Fatalf("operations: got %v, want %v", got, counts)
	}
}

// The dev stack has the stack, three components and eight resources.
const devResources = 12

// The prod stack has three more groups, a user pool and two maintenance
// configurations.
const prodResources = devResources + 6

func TestLifecycleOfDev(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Preview, map[string]int{"create": devResources})
	if ids := azure.IDs(); len(ids) > 0 {
		t.Fatalf("preview created %v", ids)
	}
	want(t, stack.Up, map[string]int{"create": devResources})
	want(t, stack.Up, map[string]int{"same": devResources})

	set(t, stack, "domain", "localhost:9443")
	want(t, stack.Up, map[string]int{"same": devResources - 2, "update": 2})
	for _, app := range azure.Inputs(azuresim.Application) {
		uris := app["web"].ObjectValue()["redirectUris"].ArrayValue()
		if len(uris) != 1 || uris[0].StringValue() != "https://localhost:9443/auth/callback" {
			t.Errorf("redirect URIs after the change: %v", uris)
		}
	}

	set(t, stack, "region", "westeurope")
	got, err := stack.Up(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got["update"] != 1 {
		t.Errorf("region change: got %v, want the group, cluster and extension replaced and the credential updated", got)
	}
	replaced(t, stack, 3)

	want(t, stack.Destroy, map[string]int{"delete": devResources})
	nothingIn(t, azure)
	for _, operation := range azure.Operations() {
		if operation.Verb == "delete" && operation.Type == azuresim.ArgoExtension {
			t.Error("the extension was deleted on its own: its cluster takes it along")
		}
	}
}

func TestLifecycleOfProd(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "prod")
	want(t, stack.Up, map[string]int{"create": prodResources})
	want(t, stack.Up, map[string]int{"same": prodResources})
	if n := len(azure.Inputs(azuresim.AppRoleAssignment)); n != 4 {
		t.Errorf("%d groups assigned, want 4", n)
	}
	before := azure.IDs()
	if _, err := stack.Destroy(t.Context()); err == nil || !strings.Contains(err.Error(), "protect") {
		t.Errorf("destroy of a protected stack: %v", err)
	}
	if !slices.Equal(before, azure.IDs()) {
		t.Error("destroy of a protected stack deleted something")
	}
	set(t, stack, "protect", "false")
	want(t, stack.Up, map[string]int{"same": prodResources})
	want(t, stack.Destroy, map[string]int{"delete": prodResources})
	nothingIn(t, azure)
}

// TestDrift changes things behind Pulumi's back: refresh sees it, up repairs it.
func TestDrift(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	err := azure.Change(azuresim.Application, func(inputs resource.PropertyMap) { delete(inputs, "groupMembershipClaims") })
	if err != nil {
		t.Fatal(err)
	}
	azure.Remove(azuresim.DelegatedGrant)
	got, err := stack.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got["update"] != 1 || got["delete"] != 1 {
		t.Errorf("refresh: got %v, want one update and one delete", got)
	}
	want(t, stack.Up, map[string]int{"same": devResources - 2, "update": 1, "create": 1})
	for _, app := range azure.Inputs(azuresim.Application) {
		if claims := app["groupMembershipClaims"]; !claims.IsArray() || len(claims.ArrayValue()) != 1 {
			t.Errorf("groupMembershipClaims after the repair: %v", claims)
		}
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	want(t, stack.Up, map[string]int{"create": devResources})
	outputs, err := stack.Values(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{
		"resourceGroupName":     "argocd-dev",
		"clusterName":           "argocd-dev",
		"tenantId":              azure.TenantID,
		"argocdUrl":             "https://localhost:9000",
		"getCredentialsCommand": "az aks get-credentials --resource-group argocd-dev --name argocd-dev",
		"portForwardCommand":    "kubectl port-forward svc/argocd-server -n argocd 9000:443",
		"loginCommand":          "argocd login localhost:9000 --sso --insecure",
	} {
		if outputs[key] != value {
			t.Errorf("output %s: got %v, want %s", key, outputs[key], value)
		}
	}
	for _, key := range []string{"oidcIssuerUrl", "clientId", "redirectUris", "readme"} {
		if outputs[key] == nil {
			t.Errorf("no output %s", key)
		}
	}
	for _, c := range azure.Inputs(azuresim.FederatedCredential) {
		if issuer := c["issuer"].StringValue(); issuer != outputs["oidcIssuerUrl"] {
			t.Errorf("federated issuer %q is not the cluster's %q", issuer, outputs["oidcIssuerUrl"])
		}
	}
	noSecrets(t, stack)
}

// noSecrets searches the exported state for anything that could be one.
func noSecrets(t *testing.T, stack *engine.Stack) {
	t.Helper()
	state, err := stack.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var deployment struct {
		Resources []struct {
			URN             string
			Inputs, Outputs json.RawMessage
		}
	}
	if err := json.Unmarshal(state.Deployment, &deployment); err != nil {
		t.Fatal(err)
	}
	if len(deployment.Resources) < devResources {
		t.Fatalf("state has %d resources", len(deployment.Resources))
	}
	secret := regexp.MustCompile(`(?i)clientSecret|"[^"]*(password|\.secret\.|[._-]token)[^"]*":|kubeconfig|BEGIN [A-Z ]*PRIVATE KEY`)
	for _, r := range deployment.Resources {
		for _, properties := range []json.RawMessage{r.Inputs, r.Outputs} {
			if found := secret.Find(properties); found != nil {
				t.Errorf("state of %s holds %s", r.URN, found)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ key, value, want string }{
		"no such group":        {"group", "Nobody", `argocd-on-aks:group "Nobody": invocation of`},
		"two groups of a name": {"group", "Twins", "more than one group"},
		"not for security":     {"group", "Newsletter", "not a security group"},
		"everyone may join":    {"group", "All Hands", `argocd-on-aks:group "All Hands" is a public Microsoft 365 group`},
		"may join the cluster": {"cluster.adminGroups[0]", "All Hands", `argocd-on-aks:cluster.adminGroups[0] "All Hands" is a public Microsoft 365 group`},
		"no such region":       {"region", "atlantis", "LocationNotAvailableForResourceGroup"},
		"malformed domain":     {"domain", "https://localhost:9000", `argocd-on-aks:domain "https://localhost:9000" has a scheme`},
		"wrong type":           {"protect", "maybe", "protect"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, azure := open(t, "dev")
			set(t, stack, c.key, c.value)
			_, err := stack.Up(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if name == "no such region" {
				return // only Azure knows its regions, and the app needs none
			}
			nothingIn(t, azure)
		})
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	for _, key := range []string{"region", "group"} {
		unset(t, stack, key)
	}
	set(t, stack, "domain", "*.example.com")
	_, err := stack.Preview(t.Context())
	for _, want := range []string{
		`argocd-on-aks:region is required; for example: pulumi config set argocd-on-aks:region "westus3"`,
		`argocd-on-aks:group is required; for example: pulumi config set argocd-on-aks:group "Argo CD Admins"`,
		`argocd-on-aks:domain "*.example.com" is a wildcard; use a host or host:port such as argocd.example.com or localhost:9000`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	nothingIn(t, azure)
}

// TestFailureAndRetry has Azure throttle one request: the rest is kept, and the
// next up finishes the job.
func TestFailureAndRetry(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	azure.Inject(azuresim.Fault{Verb: "create", Type: azuresim.ArgoExtension, Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "try later"}})
	if _, err := stack.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "TooManyRequests") {
		t.Fatalf("got %v, want Azure's refusal", err)
	}
	if unmet := azure.Unmet(); len(unmet) > 0 {
		t.Errorf("nothing met %+v", unmet)
	}
	got, err := stack.Up(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got["create"] == 0 || len(azure.Inputs(azuresim.ArgoExtension)) != 1 || len(azure.Inputs(azuresim.Cluster)) != 1 {
		t.Errorf("second up: %v", got)
	}
}
