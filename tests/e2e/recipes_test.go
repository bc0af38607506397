package e2e

import (
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"argocd-on-aks/tests/azuresim"
)

// TestLimitsRecipe deploys the settings of docs/production.md for clusters that
// want requests and limits: Helm reads each of them as text, and each part has
// all four.
func TestLimitsRecipe(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../docs/production.md")
	if err != nil {
		t.Fatal(err)
	}
	_, recipe, found := strings.Cut(string(document), "## Clusters that want requests and limits")
	_, recipe, _ = strings.Cut(recipe, "```yaml\n")
	recipe, _, _ = strings.Cut(recipe, "```")
	var config struct {
		Settings map[string]string `yaml:"argocd-on-aks:extraSettings"`
	}
	if err := yaml.Unmarshal([]byte(recipe), &config); err != nil || !found || len(config.Settings) < 20 {
		t.Fatalf("the recipe: %v, %v", err, config.Settings)
	}
	stack, azure := open(t, "dev")
	for key, value := range config.Settings {
		set(t, stack, `extraSettings["`+key+`"]`, value)
	}
	want(t, stack.Up, map[string]int{"create": devResources})
	for _, part := range []string{"controller", "server", "repoServer", "applicationSet", "redis", "redisSecretInit"} {
		resources, _ := installed(t, azure).Values[part].(map[string]any)["resources"].(map[string]any)
		for _, kind := range []string{"requests", "limits"} {
			amounts, _ := resources[kind].(map[string]any)
			if amounts["cpu"] == nil || amounts["memory"] == nil {
				t.Errorf("%s has no %s: %v", part, kind, resources)
			}
		}
	}
	if n := len(azure.Inputs(azuresim.ArgoExtension)); n != 1 {
		t.Errorf("%d extensions", n)
	}
}
