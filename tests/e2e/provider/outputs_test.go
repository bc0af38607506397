package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// openOutputs opens testdata/outputs with replacements in the program's source.
func openOutputs(t *testing.T, oldnew ...string) (*engine.Stack, *azuresim.Azure) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.dev.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata/outputs", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), []byte(strings.NewReplacer(oldnew...).Replace(string(text))), 0o600)
		}
		e2e.NoError(t, err)
	}
	stack, azure := openYAML(t, folder, "dev")
	e2e.Set(t, stack, "registry", azure.AddRegistry("contoso"))
	e2e.SetSecret(t, stack, "token")
	return stack, azure
}

// TestProviderOutputs checks that inputs accept a group that the program creates, a
// configuration secret and a registry ID that is unknown in a preview.
func TestProviderOutputs(t *testing.T) {
	t.Parallel()
	stack, azure := openOutputs(t)
	const group = 1
	e2e.Want(t, stack.Preview, map[string]int{"create": group + e2e.DevResources + e2e.RegistryResources})
	e2e.Want(t, stack.Up, map[string]int{"create": group + e2e.DevResources + e2e.RegistryResources})
	platform, in := e2e.Output(t, stack, "group"), map[string]map[string]any{}
	for urn, inputs := range inputs(t, stack) {
		in[urn[strings.LastIndex(urn, "::")+2:]] = inputs
	}
	if got := in["entra-group-platform"]["principalObjectId"]; got != platform {
		t.Errorf("assigned group %v, want %s", got, platform)
	}
	settings, _ := in["argocd-extension"]["configurationSettings"].(map[string]any)
	if got, want := settings[`configs.rbac.policy\.csv`], `g, "`+platform+`", role:admin`; !strings.Contains(got.(string), want) {
		t.Errorf("policy %s, want %s", got, want)
	}
	configs, _ := e2e.Installed(t, azure).Values["configs"].(map[string]any)
	if secret, _ := configs["secret"].(map[string]any); secret["githubSecret"] != e2e.WebhookSecret {
		t.Errorf("secret setting is %v", secret)
	}
	if strings.Contains(e2e.Exported(t, stack), e2e.WebhookSecret) {
		t.Error("the state contains the secret")
	}
}

// TestProviderInvalidOutputs checks that an invalid output fails the deployment, and that
// the error contains the name of the input.
func TestProviderInvalidOutputs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ input, invalid, message string }{
		"group":    {`groups: {platform: "${platform.objectId}"}`, `groups: {platform: "${aks.clusterName}"}`, `groups["platform"] "argocd-dev" is not a valid object ID`},
		"registry": {"fn::select: [0,", "fn::select: [1,", `containerRegistry "argocd-dev" is not a valid container registry ID`},
		"role":     {`roles: [{group: "${platform.objectId}"`, `roles: [{group: "${aks.clusterName}"`, `roles[0].group "argocd-dev" is not a valid object ID`},
		"secret":   {`Secret: "${token}"`, `Secret: "{${aks.clusterName}"`, `secretSettings "configs.secret.githubSecret" has a value that begins with {`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, _ := openOutputs(t, c.input, c.invalid)
			if _, err := stack.Preview(t.Context()); err != nil {
				t.Errorf("preview: %v", err)
			}
			e2e.WantError(t, e2e.Err(stack.Up(t.Context())), "has a problem: input "+c.message, "up")
		})
	}
	t.Run("administrators", func(t *testing.T) {
		t.Parallel()
		stack, _ := openOutputs(t, `adminGroups: ["${platform.objectId}"]`, `adminGroups: ["${platform.displayName}"]`)
		const message = `has a problem: input adminGroups[0] "Platform" is not a valid object ID`
		e2e.WantError(t, e2e.Err(stack.Preview(t.Context())), message, "preview")
	})
}
