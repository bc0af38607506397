package lifecycle

import (
	"fmt"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestSecretSettings checks that a secret setting reaches Argo CD, and that state, outputs,
// responses of Azure and logs do not contain it. Higher log levels print every property:
// https://www.pulumi.com/docs/support/debugging/logging/
func TestSecretSettings(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	e2e.SetSecret(t, stack, `secretSettings["configs.secret.githubSecret"]`)
	var log, all strings.Builder
	verbose, everything := logging(8), logging(11)
	e2e.NoError(t, stack.Print(t.Context(), &log, append(verbose, "up", "--yes")...))
	stack.Deployed = true

	configs, _ := e2e.Installed(t, azure).Values["configs"].(map[string]any)
	secret, _ := configs["secret"].(map[string]any)
	if secret["githubSecret"] != e2e.WebhookSecret {
		t.Errorf("argo CD gets %v", secret)
	}
	if err := stack.Print(t.Context(), &all, append(everything, "refresh", "--yes")...); err != nil {
		t.Error(err)
	}
	if err := stack.Print(t.Context(), &log, append(verbose, "preview", "--diff")...); err != nil {
		t.Error(err)
	}
	e2e.Want(t, stack.Up, map[string]int{"same": e2e.DevResources})
	state := e2e.Exported(t, stack)
	for where, text := range map[string]string{
		"state": state, "outputs": string(e2e.OutputsJSON(t, stack)), "Azure's answer": answers(t, azure, azuresim.ArgoExtension), "log": log.String(),
	} {
		if strings.Contains(text, e2e.WebhookSecret) {
			t.Errorf("the %s contains the secret", where)
		}
	}
	if !strings.Contains(state, "configurationProtectedSettings") || log.Len() < 100_000 || all.Len() < 100_000 {
		t.Errorf("state without the protected settings, or logs of %d and %d bytes", log.Len(), all.Len())
	}
}

// logging returns the flags with which a command and its plugins log at a level.
func logging(level int) []string {
	return []string{"--logtostderr", "--logflow", "--debug", fmt.Sprintf("-v=%d", level)}
}

// TestSecretsElsewhere checks that the program rejects a secret value of any other key and an
// unencrypted secret setting, which would be stored in plain text.
func TestSecretsElsewhere(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	e2e.SetSecret(t, stack, `extraSettings["configs.secret.githubSecret"]`)
	e2e.SetSecret(t, stack, "name")
	e2e.Set(t, stack, `secretSettings["notifications.secret.items.token"]`, e2e.WebhookSecret)
	_, err := stack.Up(t.Context())
	if err == nil || strings.Contains(err.Error(), e2e.WebhookSecret) {
		t.Fatalf("got %v", err)
	}
	e2e.WantText(t, err.Error(), "argocd-on-aks:extraSettings must not be a secret", "argocd-on-aks:name must not be a secret", "argocd-on-aks:secretSettings must be a secret")
	e2e.Nothing(t, azure)
}
