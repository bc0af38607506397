package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argocd-on-aks/tests/azuresim"
	"argocd-on-aks/tests/engine"
)

// openOutputs opens testdata/outputs, with replacements in the program's text.
func openOutputs(t *testing.T, oldnew ...string) (*engine.Stack, *azuresim.Azure) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.dev.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata/outputs", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), []byte(strings.NewReplacer(oldnew...).Replace(string(text))), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	stack, azure := openYAML(t, folder, "dev")
	set(t, stack, "registry", azure.AddRegistry("contoso"))
	setSecret(t, stack, "token")
	return stack, azure
}

// TestProviderOutputs: inputs can be a group that the program creates, a secret of its
// configuration, and the ID of a registry that a preview does not know.
func TestProviderOutputs(t *testing.T) {
	t.Parallel()
	stack, azure := openOutputs(t)
	const group = 1
	want(t, stack.Preview, map[string]int{"create": group + devResources + registryResources})
	want(t, stack.Up, map[string]int{"create": group + devResources + registryResources})
	platform, in := output(t, stack, "group"), map[string]map[string]any{}
	for urn, inputs := range inputs(t, stack) {
		in[urn[strings.LastIndex(urn, "::")+2:]] = inputs
	}
	if got := in["entra-group-platform"]["principalObjectId"]; got != platform {
		t.Errorf("assigned is %v, want %s", got, platform)
	}
	settings, _ := in["argocd-extension"]["configurationSettings"].(map[string]any)
	if got, want := settings[`configs.rbac.policy\.csv`], `g, "`+platform+`", role:admin`; !strings.Contains(got.(string), want) {
		t.Errorf("policy %s, want %s", got, want)
	}
	configs, _ := installed(t, azure).Values["configs"].(map[string]any)
	if secret, _ := configs["secret"].(map[string]any); secret["githubSecret"] != webhookSecret {
		t.Errorf("argo CD is told %v", secret)
	}
	if strings.Contains(exported(t, stack), webhookSecret) {
		t.Error("the state has the secret")
	}
}
