package provider

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// TestProviderTypeScript deploys a TypeScript program with a group that it creates and a
// configuration secret.
func TestProviderTypeScript(t *testing.T) {
	t.Parallel()
	packages := typeScript(t)
	languages, stop, err := engine.ServeNode()
	e2e.NoError(t, err)
	e2e.AtEnd(t, stop)
	azure := azuresim.New()
	stack := e2e.OpenProgram(t, azure, nil, "testdata/typescript", "dev")
	stack.Env["PULUMI_DEBUG_LANGUAGES"] = languages
	compile(t, stack.Dir, packages, e2e.Read(t, "tests/e2e/provider/testdata/typescript/index.ts"))
	e2e.SetSecret(t, stack, "githubSecret")
	const group = 1
	e2e.Want(t, stack.Preview, map[string]int{"create": group + e2e.DevResources})
	e2e.Want(t, stack.Up, map[string]int{"create": group + e2e.DevResources})
	configs, _ := e2e.Installed(t, azure).Values["configs"].(map[string]any)
	if secret, _ := configs["secret"].(map[string]any); secret["githubSecret"] != e2e.WebhookSecret {
		t.Errorf("secret setting is %v", secret)
	}
	if strings.Contains(e2e.Exported(t, stack), e2e.WebhookSecret) {
		t.Error("the state contains the secret")
	}
}
