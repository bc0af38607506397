package signin

import (
	"context"
	"net/http"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// The CI system of another team, and the subjects of its runs. Older repositories have subjects
// without IDs: https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects.
const (
	ci       = "https://token.actions.githubusercontent.com"
	ciRun    = "repo:contoso@5544123/shop@821093847:ref:refs/heads/main"
	ciOldRun = "repo:contoso/shop:ref:refs/heads/main"
	ciPulls  = "repo:contoso@5544123/shop@821093847:pull_request"
	exchange = "api://AzureADTokenExchange"
)

// pipeline is a workload identity with a pipeline run.
type pipeline struct {
	azuresim.Workload
	azure    *azuresim.Azure
	internet *azuresim.Internet
	issuer   string
	subject  string
	audience string
}

func newPipeline(azure *azuresim.Azure, internet *azuresim.Internet, name string) pipeline {
	return pipeline{azure.AddWorkload(name, ci, ciRun), azure, internet, ci, ciRun, exchange}
}

// token signs in with the Azure SDK and the token of the run.
func (p pipeline) token(ctx context.Context, scope string) (string, error) {
	assertion := func(context.Context) (string, error) { return p.azure.Assertion(p.issuer, p.subject, p.audience) }
	credential, err := azidentity.NewClientAssertionCredential(p.azure.TenantID, p.ClientID, assertion, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions:            azcore.ClientOptions{Transport: &http.Client{Transport: p.internet.Transport()}, Retry: policy.RetryOptions{MaxRetries: -1}},
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		return "", err
	}
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	return token.Token, err
}

// configure assigns a role in a stack to a pipeline.
func (p pipeline) configure(t *testing.T, stack *engine.Stack, role string) {
	t.Helper()
	for field, value := range map[string]string{"name": p.Name, "principalId": p.ObjectID, "role": role} {
		e2e.Set(t, stack, "pipelines[0]."+field, value)
	}
}

// withPipeline deploys prod with a pipeline for releases, and runs its Argo CD.
func withPipeline(t *testing.T) (*engine.Stack, *azuresim.Azure, *azuresim.Internet, pipeline) {
	t.Helper()
	stack, azure := e2e.Open(t, "prod")
	internet := e2e.Connect(t, azure)
	release := newPipeline(azure, internet, "release")
	release.configure(t, stack, "deployer")
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.ProdResources + 1})
	e2e.Expose(t, azure, internet, e2e.Start(t, azure, internet, e2e.FreePort(t)), e2e.ProdController)
	return stack, azure, internet, release
}
