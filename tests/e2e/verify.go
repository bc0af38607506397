package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	verifyazure "github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/verify"
)

// OutputsJSON returns the output of `pulumi stack output --json`.
func OutputsJSON(t *testing.T, stack *engine.Stack) []byte {
	t.Helper()
	values, err := stack.Values(t.Context())
	NoError(t, err)
	text, err := json.Marshal(values)
	NoError(t, err)
	return text
}

// Outputs returns the stack's outputs as verify reads them.
func Outputs(t *testing.T, stack *engine.Stack) verify.Outputs {
	t.Helper()
	outputs, err := verify.ParseOutputs(bytes.NewReader(OutputsJSON(t, stack)))
	NoError(t, err)
	return outputs
}

// Verify runs the checks of verify on a stack.
func Verify(t *testing.T, stack *engine.Stack, internet *azuresim.Internet) []verify.Check {
	t.Helper()
	checks := verify.Run(t.Context(), internet.Transport(), verify.Patience, Outputs(t, stack))
	CheckOutput(t, checks)
	return checks
}

// AzurePermissions are the permissions that verify --azure needs.
var AzurePermissions = []string{"Application.Read.All", "Directory.Read.All", "Reader", "Policy.Read.All", "Application.ReadWrite.OwnedBy"}

// AzureVerifier runs the checks of verify --azure as a caller in an Azure.
type AzureVerifier struct {
	azure  *azuresim.Azure
	Caller string
	Client *http.Client
	// Deployers are the deploying identities that the caller names.
	Deployers []string
	// State is the stack's state that the checks compare with.
	State   []byte
	history []byte
	// Printed is the output of all checks.
	Printed bytes.Buffer
}

// NewAzureVerifier returns a new caller with some permissions.
func NewAzureVerifier(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet, rights ...string) *AzureVerifier {
	t.Helper()
	verifier := &AzureVerifier{azure: azure, Caller: azure.AddCaller(rights...), Client: &http.Client{Transport: internet.Transport()}}
	verifier.Reload(t, stack)
	return verifier
}

// Reload reads the stack's state and history again.
func (i *AzureVerifier) Reload(t *testing.T, stack *engine.Stack) {
	t.Helper()
	state, err := stack.ExportJSON(t.Context())
	NoError(t, err)
	history, err := stack.Command(t.Context(), "stack", "history", "--json")
	NoError(t, err)
	i.State, i.history = state, []byte(history)
}

// GetToken implements azcore.TokenCredential.
func (i *AzureVerifier) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := i.azure.CallerToken(i.Caller, strings.TrimSuffix(options.Scopes[0], "/.default"))
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, err
}

// Run runs the checks.
func (i *AzureVerifier) Run(t *testing.T) []verify.Check {
	t.Helper()
	deployed, err := verifyazure.ParseState(bytes.NewReader(i.State))
	NoError(t, err)
	NoError(t, deployed.ReadHistory(bytes.NewReader(i.history)))
	deployed.Deployers = i.Deployers
	client, err := verifyazure.NewClient(t.Context(), deployed, i, i.Client)
	NoError(t, err)
	checks := verifyazure.Run(t.Context(), client, deployed)
	NoError(t, verify.Print(&i.Printed, checks))
	CheckOutput(t, checks)
	return checks
}

// VerifyAzure runs the checks of verify --azure with all permissions that they need.
func VerifyAzure(t *testing.T, stack *engine.Stack, azure *azuresim.Azure, internet *azuresim.Internet) []verify.Check {
	t.Helper()
	return NewAzureVerifier(t, stack, azure, internet, AzurePermissions...).Run(t)
}

// Failed returns the names of the checks that are not OK, without skipped checks.
func Failed(checks []verify.Check) (names []string) {
	for _, check := range checks {
		if !check.OK && !check.Skipped {
			names = append(names, check.Name)
		}
	}
	return names
}

// Verified checks that no check failed.
func Verified(t *testing.T, what string, checks []verify.Check) {
	t.Helper()
	if verify.Failed(checks) {
		t.Errorf("%s: failed: %v: %+v", what, Failed(checks), checks)
	}
}

// Failing checks that the check with this name failed with a text.
func Failing(t *testing.T, name, text string, checks []verify.Check) {
	t.Helper()
	for _, check := range checks {
		if check.Name == name && !check.OK && strings.Contains(check.Detail, text) {
			return
		}
	}
	t.Errorf("no failed check %q with %q in %+v", name, text, checks)
}

// OnlyFailing checks that the check with this name failed with a text, and that it is the only cause:
// each other check that did not pass is skipped or inconclusive, and names one that did not pass.
func OnlyFailing(t *testing.T, name, text string, checks []verify.Check) {
	t.Helper()
	Failing(t, name, text, checks)
	for _, check := range checks {
		named := func(c verify.Check) bool {
			return !c.OK && strings.Contains(check.Detail+check.Fix, strconv.Quote(c.Name))
		}
		if check.Name != name && !check.OK && !(check.Unseen && slices.ContainsFunc(checks, named)) {
			t.Errorf("%s: also failed: %+v", name, check)
		}
	}
}
