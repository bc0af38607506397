package e2e

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

const adminsID = "237da8bd-fae0-4cbe-b77f-32c36673c4af"

// openYAML opens a stack of a program in YAML, which uses the components through
// their Pulumi package.
func openYAML(t *testing.T, folder, name string) (*engine.Stack, *azuresim.Azure) {
	t.Helper()
	azure := azuresim.New()
	return openProgram(t, azure, nil, folder, name), azure
}

// TestProvider: a program in YAML deploys what the Go program deploys with the
// same configuration. The Go program, which takes over its state, finds every
// resource under its own name, with its own inputs, and has nothing to do.
func TestProvider(t *testing.T) {
	t.Parallel()
	t.Run("dev", func(t *testing.T) {
		t.Parallel()
		inYAML, azure := openYAML(t, "../../examples/yaml", "dev")
		inGo := openOn(t, azure, "dev")
		set(t, inGo, "group", adminsID)
		sameInBoth(t, inYAML, inGo, devResources)
	})
	t.Run("prod", func(t *testing.T) {
		t.Parallel()
		inYAML, azure, release := openProd(t)
		inGo := openOn(t, azure, "prod")
		for key, value := range map[string]string{
			"additionalDomains[0]": "argocd.corp.example", "azureDevOps": "true",
			"containerRegistry": azure.AddRegistry("contoso"), "clusters[0]": orders(azure), "requireAssignment": "false", "preConsent": "false", "protect": "false",
			`extraSettings["controller.metrics.enabled"]`: "true",
			"pipelines[0].name":                           "release", "pipelines[0].principalId": release, "pipelines[0].role": "deployer",
			"accounts[0].name": "legacy-ci", "accounts[0].role": "deployer",
			"bootstrap.repoUrl": "https://github.com/contoso/platform", "bootstrap.path": "clusters/prod", "bootstrap.revision": "main",
			"bootstrap.name": "platform", "bootstrap.project": "platform",
		} {
			set(t, inGo, key, value)
		}
		setSecret(t, inGo, `secretSettings["configs.secret.githubSecret"]`)
		// A role on the spoke, a pipeline, and no consent.
		sameInBoth(t, inYAML, inGo, prodResources+registryResources+clustersResources+1+1-1)
		if got, want := output(t, inYAML, "bootstrapManifest"), output(t, inGo, "bootstrapManifest"); got == "" || got != want {
			t.Errorf("the first application is %s in YAML, in Go %s", got, want)
		}
		if state := exported(t, inYAML); strings.Contains(state, webhookSecret) {
			t.Errorf("the secret setting is in the state: %s", state)
		}
	})
}

// openProd opens what Pulumi.prod.yaml comes to, with a registry, a spoke cluster, a
// secret and a pipeline, whose object ID it returns.
func openProd(t *testing.T) (stack *engine.Stack, azure *azuresim.Azure, release string) {
	t.Helper()
	azure = azuresim.New()
	spoke := addSpoke(t, azure, "orders", false)
	stack = openProgram(t, azure, nil, "testdata/yaml", "prod")
	release = azure.AddWorkload("release", ci, ciRun).ObjectID
	set(t, stack, "registry", azure.AddRegistry("contoso"))
	set(t, stack, "spoke", spoke)
	set(t, stack, "release", release)
	setSecret(t, stack, "token")
	return stack, azure, release
}

func sameInBoth(t *testing.T, inYAML, inGo *engine.Stack, count int) {
	t.Helper()
	want(t, inYAML.Preview, map[string]int{"create": count})
	want(t, inYAML.Up, map[string]int{"create": count})
	state, err := inYAML.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := inGo.Import(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	want(t, inGo.Up, map[string]int{"same": count})
	inGo.Deployed = false // its resources are inYAML's to destroy
	yamls, gos := inputs(t, inYAML), inputs(t, inGo)
	for urn, in := range gos {
		if got := yamls[urn]; !reflect.DeepEqual(got, in) {
			t.Errorf("%s: %v, want %v", urn, got, in)
		}
	}
	if len(yamls) != count-1 || len(gos) != count-1 {
		t.Errorf("%d resources in YAML, %d in Go, want %d", len(yamls), len(gos), count-1)
	}
}

// inputs are those of a stack's resources, but for providers and the stack itself,
// by URN.
func inputs(t *testing.T, stack *engine.Stack) map[string]map[string]any {
	t.Helper()
	state, err := stack.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(state.Deployment, &deployment); err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]any{}
	for _, r := range deployment.Resources {
		if r.Type.Package() != "pulumi" {
			for _, value := range r.Inputs {
				withoutCiphertext(value)
			}
			all[string(r.URN)] = r.Inputs
		}
	}
	return all
}

// withoutCiphertext takes away what each encryption has of its own.
func withoutCiphertext(value any) {
	if object, is := value.(map[string]any); is {
		delete(object, "ciphertext")
		for _, inner := range object {
			withoutCiphertext(inner)
		}
	}
}

// TestProviderProtects: a destroy of a protected stack leaves everything, also what
// gives access and is not protected, though the program cannot name it.
func TestProviderProtects(t *testing.T) {
	t.Parallel()
	stack, azure, _ := openProd(t)
	set(t, stack, "protect", "true")
	if _, err := stack.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := azure.IDs()
	if _, err := stack.Destroy(t.Context()); err == nil || !strings.Contains(err.Error(), "protect") {
		t.Errorf("got %v, want a refusal", err)
	}
	if after := azure.IDs(); !slices.Equal(after, before) {
		t.Errorf("the refused destroy left %v of %v", after, before)
	}
}

// TestProviderRefuses: what the components refuse, nothing is created of, and the
// message names the input as the program does.
func TestProviderRefuses(t *testing.T) {
	t.Parallel()
	for key, c := range map[string]struct{ value, message string }{
		"domain": {"https://localhost", `resource 'entra' has a problem: input instances[0].domain "https://localhost" has a scheme`},
		"region": {"West US 3", `resource 'aks' has a problem: input region "West US 3" is not a valid region name; use westus3`},
		"group":  {"Argo CD Admins", `resource 'entra' has a problem: input groupObjectIds[0] "Argo CD Admins" is not an object ID`},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			stack, azure := openYAML(t, "../../examples/yaml", "dev")
			set(t, stack, key, c.value)
			if _, err := stack.Preview(t.Context()); err == nil || !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %v, want %q", err, c.message)
			}
			nothingIn(t, azure)
		})
	}
}
