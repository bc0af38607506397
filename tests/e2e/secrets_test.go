package e2e

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/debug"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

const webhookSecret = "correct-horse-battery-staple"

// setSecret does what `pulumi config set --secret --path` does.
func setSecret(t *testing.T, stack *engine.Stack, key string) {
	t.Helper()
	err := stack.SetConfigWithOptions(t.Context(), key, auto.ConfigValue{Value: webhookSecret, Secret: true}, &auto.ConfigOptions{Path: strings.ContainsAny(key, ".[")})
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
	result, err := stack.Stack.Up(t.Context(), optup.DebugLogging(verbose), optup.ProgressStreams(&log), optup.ErrorProgressStreams(&log))
	if err != nil {
		t.Fatal(err)
	}
	stack.Deployed = true
	if got := (*result.Summary.ResourceChanges)["create"]; got != devResources {
		t.Errorf("%d created", got)
	}

	configs, _ := installed(t, azure).Values["configs"].(map[string]any)
	secret, _ := configs["secret"].(map[string]any)
	if secret["githubSecret"] != webhookSecret {
		t.Errorf("argo CD is told %v", secret)
	}
	if _, err := stack.Stack.Refresh(t.Context(), optrefresh.DebugLogging(everything), optrefresh.ProgressStreams(&all), optrefresh.ErrorProgressStreams(&all)); err != nil {
		t.Error(err)
	}
	if _, err := stack.Stack.Preview(t.Context(), optpreview.Diff(), optpreview.DebugLogging(verbose), optpreview.ProgressStreams(&log), optpreview.ErrorProgressStreams(&log)); err != nil {
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

func logging(level uint) debug.LoggingOptions {
	return debug.LoggingOptions{LogToStdErr: true, FlowToPlugins: true, Debug: true, LogLevel: &level}
}

// exported is what `pulumi stack export` prints. The automation API would have it
// show the secrets.
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
