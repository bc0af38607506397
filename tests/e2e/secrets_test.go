package e2e

import (
	"fmt"
	"strings"
	"testing"


	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

const webhookSecret = "correct-horse-battery-staple"

// setSecret does what `pulumi config set --secret --path` does.
func setSecret(t *testing.T, stack *engine.Stack, key string) {
	t.Helper()
	err := stack.SetSecret(t.Context(), key, webhookSecret)
	if err != nil {
		t.Fatal(err)
	}
}

// TestSecretSettings: a secret setting reaches Argo CD, and is in no state, output
// or answer of Azure, whatever the engine prints; nor is it in what it prints, up
// to the verbosity at which it prints every property that passes
// (https://www.pulumi.com/docs/support/debugging/logging/ warns of it).
func TestSecretSettings(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	setSecret(t, stack, `secretSettings["configs.secret.githubSecret"]`)
	var log, all strings.Builder
	verbose, everything := logging(8), logging(11)
	if err := stack.Print(t.Context(), &log, append(verbose, "up", "--yes")...); err != nil {
		t.Fatal(err)
	}
	stack.Deployed = true

	configs, _ := installed(t, azure).Values["configs"].(map[string]any)
	secret, _ := configs["secret"].(map[string]any)
	if secret["githubSecret"] != webhookSecret {
		t.Errorf("argo CD is told %v", secret)
	}
	if err := stack.Print(t.Context(), &all, append(everything, "refresh", "--yes")...); err != nil {
		t.Error(err)
	}
	if err := stack.Print(t.Context(), &log, append(verbose, "preview", "--diff")...); err != nil {
		t.Error(err)
	}
	want(t, stack.Up, map[string]int{"same": devResources})
	state := exported(t, stack)
	for where, text := range map[string]string{
		"state": state, "outputs": string(outputsJSON(t, stack)), "Azure's answer": answers(t, azure, azuresim.ArgoExtension), "log": log.String(),
	} {
		if strings.Contains(text, webhookSecret) {
			t.Errorf("the %s has the secret", where)
		}
	}
	if !strings.Contains(state, "configurationProtectedSettings") || log.Len() < 100_000 || all.Len() < 100_000 {
		t.Errorf("state without the protected settings, or logs of %d and %d bytes", log.Len(), all.Len())
	}
}

// logging has a command print all that it does, its plugins too.
func logging(level int) []string {
	return []string{"--logtostderr", "--logflow", "--debug", fmt.Sprintf("-v=%d", level)}
}

// exported is what `pulumi stack export` prints.
func exported(t *testing.T, stack *engine.Stack) string {
	t.Helper()
	state, err := stack.Command(t.Context(), "stack", "export")
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// TestSecretsElsewhere: a secret value of any other key would be in plain text,
// and so would a secret setting that is not encrypted.
func TestSecretsElsewhere(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	setSecret(t, stack, `extraSettings["configs.secret.githubSecret"]`)
	setSecret(t, stack, "name")
	set(t, stack, `secretSettings["notifications.secret.items.token"]`, webhookSecret)
	_, err := stack.Up(t.Context())
	if err == nil || strings.Contains(err.Error(), webhookSecret) {
		t.Fatalf("got %v", err)
	}
	for _, problem := range []string{"argocd-on-aks:extraSettings is a secret", "argocd-on-aks:name is a secret", "argocd-on-aks:secretSettings is not encrypted"} {
		if !strings.Contains(err.Error(), problem) {
			t.Errorf("no %q in %v", problem, err)
		}
	}
	nothingIn(t, azure)
}
