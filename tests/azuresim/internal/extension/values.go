package extension

import (
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/strvals"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
)

// expand returns the Helm values of all settings, typed as by `helm --set`: "false" becomes
// the boolean, since any non-empty string is true in the chart's conditions. Inferred from
// Microsoft's examples: global.ha.enabled=true for the Dapr extension, whose chart compares
// it with a boolean, and redis-ha.enabled=false for this one.
// https://learn.microsoft.com/azure/aks/dapr-settings
func expand(in property.Map) (map[string]any, error) {
	values := map[string]any{}
	for _, settings := range []property.Map{in.Map("configurationSettings"), in.Map("configurationProtectedSettings")} {
		for _, key := range slices.Sorted(maps.Keys(settings)) {
			escaped := strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(settings.Value(string(key)))
			if err := strvals.ParseInto(string(key)+"="+escaped, values); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

// invalidVariable returns an environment variable that is not a string, such as true or 2.
// Kubernetes rejects such a deployment.
func invalidVariable(values map[string]any) (name any, found bool) {
	for key, value := range values {
		if below, is := value.(map[string]any); is {
			if name, found = invalidVariable(below); found {
				return name, true
			}
		}
		if list, is := value.([]any); is && key == "env" {
			for _, entry := range list {
				variable, _ := entry.(map[string]any)
				if text, given := variable["value"]; given && !isText(text) {
					return variable["name"], true
				}
			}
		}
	}
	return nil, false
}

func isText(value any) bool {
	_, is := value.(string)
	return is
}
