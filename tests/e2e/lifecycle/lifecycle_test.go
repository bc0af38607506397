package lifecycle

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

func TestLifecycleOfDev(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	e2e.Want(t, stack.Preview, map[string]int{"create": e2e.DevResources})
	if ids := azure.IDs(); len(ids) > 0 {
		t.Fatalf("preview created %v", ids)
	}
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources})
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources})

	e2e.Set(t, stack, "domain", "localhost:9443")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 2, "update": 2})
	for _, app := range azure.Inputs(azuresim.Application) {
		uris := app["web"].ObjectValue()["redirectUris"].ArrayValue()
		if len(uris) != 1 || uris[0].StringValue() != "https://localhost:9443/auth/callback" {
			t.Errorf("redirect URIs after the change: %v", uris)
		}
	}

	e2e.Set(t, stack, "region", "westeurope")
	got := e2e.Succeed(t, stack.Up)
	if got["update"] != 1 {
		t.Errorf("region change: got %v, want the group, cluster and extension replaced and the credential updated", got)
	}
	replaced(t, stack, 3)

	e2e.Want(t, stack.Destroy, map[string]int{"delete": e2e.DevResources})
	e2e.Nothing(t, azure)
	for _, operation := range azure.Operations() {
		if operation.Verb == "delete" && operation.Type == azuresim.ArgoExtension {
			t.Error("the extension was deleted separately, want deletion with its cluster")
		}
	}
}

func TestLifecycleOfProd(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "prod")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})
	if n := len(azure.Inputs(azuresim.AppRoleAssignment)); n != 4 {
		t.Errorf("%d groups assigned, want 4", n)
	}
	before := azure.IDs()
	e2e.WantError(t, e2e.Err(stack.Destroy(t.Context())), "protect", "destroy of a protected stack")
	e2e.SameObjects(t, azure, before, "after the refused destroy")
	e2e.Set(t, stack, "protect", "false")
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.ProdResources})
	e2e.Want(t, stack.Destroy, map[string]int{"delete": e2e.ProdResources})
	e2e.Nothing(t, azure)
}

// TestDrift changes resources outside Pulumi. refresh finds the changes, up reverts them.
func TestDrift(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	e2e.Break(t, azure, azuresim.Application, e2e.Remove("groupMembershipClaims"))
	azure.Remove(azuresim.DelegatedGrant)
	got := e2e.Succeed(t, stack.Refresh)
	if got["update"] != 1 || got["delete"] != 1 {
		t.Errorf("refresh: got %v, want one update and one delete", got)
	}
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources - 2, "update": 1, "create": 1})
	for _, app := range azure.Inputs(azuresim.Application) {
		if claims := app["groupMembershipClaims"]; !claims.IsArray() || len(claims.ArrayValue()) != 1 {
			t.Errorf("groupMembershipClaims after up: %v", claims)
		}
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Deploy(t, "dev")
	outputs, err := stack.Values(t.Context())
	e2e.NoError(t, err)
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

// noSecrets searches the exported state for secrets.
func noSecrets(t *testing.T, stack *engine.Stack) {
	t.Helper()
	state, err := stack.Export(t.Context())
	e2e.NoError(t, err)
	var deployment struct {
		Resources []struct {
			URN             string
			Inputs, Outputs json.RawMessage
		}
	}
	e2e.NoError(t, json.Unmarshal(state.Deployment, &deployment))
	if len(deployment.Resources) < e2e.DevResources {
		t.Fatalf("state has %d resources", len(deployment.Resources))
	}
	// The azuread provider records properties that are not set as null.
	secret := regexp.MustCompile(`(?i)clientSecret|"[^"]*(password|\.secret\.|[._-]token)[^"]*": *[^n ]|kubeconfig|BEGIN [A-Z ]*PRIVATE KEY`)
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
	for name, c := range map[string]struct {
		key, value string
		want       []string
	}{
		"unknown group":         {"group", "Missing", []string{`argocd-on-aks:group "Missing": `, "No group found matching specified filter"}},
		"ambiguous group":       {"group", "Twins", []string{"More than one group found matching specified filter"}},
		"distribution group":    {"group", "Newsletter", []string{"not a security group"}},
		"public group":          {"group", "All Hands", []string{`argocd-on-aks:group "All Hands" is a public Microsoft 365 group`}},
		"public cluster admins": {"cluster.adminGroups[0]", "All Hands", []string{`argocd-on-aks:cluster.adminGroups[0] "All Hands" is a public Microsoft 365 group`}},
		"unknown region":        {"region", "atlantis", []string{"LocationNotAvailableForResourceGroup"}},
		"malformed domain":      {"domain", "https://localhost:9000", []string{`argocd-on-aks:domain "https://localhost:9000" has a scheme`}},
		"wrong type":            {"protect", "maybe", []string{"protect"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, azure := e2e.Open(t, "dev")
			e2e.Set(t, stack, c.key, c.value)
			_, err := stack.Up(t.Context())
			e2e.WantText(t, fmt.Sprint(err), c.want...)
			if name == "unknown region" {
				return // Azure rejects the region; the application has none
			}
			e2e.Nothing(t, azure)
		})
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	for _, key := range []string{"region", "group"} {
		e2e.Unset(t, stack, key)
	}
	e2e.Set(t, stack, "domain", "*.example.com")
	_, err := stack.Preview(t.Context())
	for _, want := range []string{
		`argocd-on-aks:region is required; for example: pulumi config set argocd-on-aks:region "westus3"`,
		`argocd-on-aks:group is required; for example: pulumi config set argocd-on-aks:group "Argo CD Admins"`,
		`argocd-on-aks:domain "*.example.com" is a wildcard; use a host or host:port such as argocd.example.com or localhost:9000`,
	} {
		e2e.WantError(t, err, want, "preview")
	}
	e2e.Nothing(t, azure)
}

// TestFailedLogin checks that the problems of the configuration are printed if the login fails,
// which ends the program at its first lookup.
func TestFailedLogin(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	const reason = "failed to load Azure credentials"
	azure.Inject(azuresim.Fault{Verb: "login", Type: "pulumi:providers:azuread", Err: errors.New(reason)})
	e2e.Set(t, stack, "domain", "*.example.com")
	err := e2e.Err(stack.Preview(t.Context()))
	e2e.WantError(t, err, `argocd-on-aks:domain "*.example.com" is a wildcard`, "preview")
	e2e.WantError(t, err, reason, "preview")
}

// TestFailureAndRetry fails one request with throttling. The other resources stay, and the next up
// creates the rest.
func TestFailureAndRetry(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	azure.Inject(azuresim.Fault{Verb: "create", Type: azuresim.ArgoExtension, Err: &azuresim.Error{Status: 429, Code: "TooManyRequests", Message: "try later"}})
	e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "TooManyRequests", "up")
	if unmet := azure.PendingFaults(); len(unmet) > 0 {
		t.Errorf("no request matched %+v", unmet)
	}
	got := e2e.Succeed(t, stack.Up)
	if got["create"] == 0 || len(azure.Inputs(azuresim.ArgoExtension)) != 1 || len(azure.Inputs(azuresim.Cluster)) != 1 {
		t.Errorf("second up: %v", got)
	}
}
