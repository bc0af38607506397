package provider

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestProvider checks that a YAML program creates the same resources as the Go program with
// the same configuration. The Go program takes over the state and finds no changes.
func TestProvider(t *testing.T) {
	t.Parallel()
	t.Run("dev", func(t *testing.T) {
		t.Parallel()
		inYAML, azure := openYAML(t, e2e.Root(t)+"/examples/yaml", "dev")
		inGo := e2e.OpenOn(t, azure, "dev")
		e2e.Set(t, inGo, "group", adminsID)
		sameInBoth(t, inYAML, inGo, e2e.DevResources)
	})
	t.Run("prod", func(t *testing.T) {
		t.Parallel()
		inYAML, azure, release := openProd(t)
		inGo := e2e.OpenOn(t, azure, "prod")
		for key, value := range map[string]string{
			"additionalDomains[0]": "argocd.corp.example", "azureDevOps": "true",
			"containerRegistry": azure.AddRegistry("contoso"), "clusters[0]": e2e.SpokeID(azure, "orders"), "requireAssignment": "false", "preConsent": "false", "protect": "false",
			`extraSettings["controller.metrics.enabled"]`: "true",
			"pipelines[0].name":                           "release", "pipelines[0].principalId": release, "pipelines[0].role": "deployer",
			"accounts[0].name": "legacy-ci", "accounts[0].role": "deployer",
			"bootstrap.repoUrl": "https://github.com/contoso/platform", "bootstrap.path": "clusters/prod", "bootstrap.revision": "main",
			"bootstrap.name": "platform", "bootstrap.project": "platform",
		} {
			e2e.Set(t, inGo, key, value)
		}
		e2e.SetSecret(t, inGo, `secretSettings["configs.secret.githubSecret"]`)
		// A role on the spoke, a pipeline, and no consent.
		sameInBoth(t, inYAML, inGo, e2e.ProdResources+e2e.RegistryResources+e2e.ClustersResources+1+1-1)
		if got, want := e2e.Output(t, inYAML, "bootstrapManifest"), e2e.Output(t, inGo, "bootstrapManifest"); got == "" || got != want {
			t.Errorf("bootstrap manifest in YAML %s, in Go %s", got, want)
		}
		if state := e2e.Exported(t, inYAML); strings.Contains(state, e2e.WebhookSecret) {
			t.Errorf("the state contains the secret setting: %s", state)
		}
	})
}

// openProd opens a YAML program with the settings of Pulumi.prod.yaml, a registry, a spoke
// cluster, a secret and a pipeline. It returns the pipeline's object ID.
func openProd(t *testing.T) (stack *engine.Stack, azure *azuresim.Azure, release string) {
	t.Helper()
	azure = azuresim.New()
	spoke := e2e.AddSpoke(t, azure, "orders", false)
	stack = e2e.OpenProgram(t, azure, nil, "testdata/yaml", "prod")
	release = azure.AddWorkload("release", "https://ci.example", "main").ObjectID
	e2e.Set(t, stack, "registry", azure.AddRegistry("contoso"))
	e2e.Set(t, stack, "spoke", spoke)
	e2e.Set(t, stack, "release", release)
	e2e.SetSecret(t, stack, "token")
	return stack, azure, release
}

// TestProviderProtects checks that a destroy of a protected stack deletes nothing, including
// unprotected resources that grant access.
func TestProviderProtects(t *testing.T) {
	t.Parallel()
	stack, azure, _ := openProd(t)
	e2e.Set(t, stack, "protect", "true")
	e2e.Succeed(t, stack.Up)
	before := azure.IDs()
	e2e.WantError(t, e2e.Err(stack.Destroy(t.Context())), "protect", "destroy")
	e2e.SameObjects(t, azure, before, "after the rejected destroy")
}

// TestProviderInvalidSecrets checks that an invalid secret setting with a known value is
// rejected before the first resource is created.
func TestProviderInvalidSecrets(t *testing.T) {
	t.Parallel()
	stack, azure, _ := openProd(t)
	before := azure.IDs()
	e2e.NoError(t, stack.SetSecret(t.Context(), "token", "{x"))
	const message = `has a problem: input secretSettings "configs.secret.githubSecret" has a value that begins with {`
	e2e.WantError(t, e2e.Err(stack.Preview(t.Context())), message, "preview")
	e2e.SameObjects(t, azure, before, "after the rejected preview")
}

// TestProviderInvalidInputs checks that an invalid input creates no resource, and that the error
// contains the name of the input.
func TestProviderInvalidInputs(t *testing.T) {
	t.Parallel()
	for key, c := range map[string]struct{ value, message string }{
		"domain": {"https://localhost", `resource 'entra' has a problem: input instances[0].domain "https://localhost" has a scheme`},
		"region": {"West US 3", `resource 'aks' has a problem: input region "West US 3" is not a valid region name; use westus3`},
		"group":  {"Argo CD Admins", `resource 'entra' has a problem: input groupObjectIds[0] "Argo CD Admins" is not a valid object ID`},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			stack, azure := openYAML(t, e2e.Root(t)+"/examples/yaml", "dev")
			e2e.Set(t, stack, key, c.value)
			e2e.WantError(t, e2e.Err(stack.Preview(t.Context())), c.message, "preview")
			e2e.Nothing(t, azure)
		})
	}
}
