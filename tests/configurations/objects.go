package configurations

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/strvals"

	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// namespace is the release namespace, which the subject of the federated credential contains.
const namespace = "argocd"

// signInTemplates matches the templates for sign-in. Fuzzing renders only these.
var signInTemplates = regexp.MustCompile(`^templates/(_|argocd-configs/argocd-(cm|rbac-cm|cmd-params-cm|secret)\.|argocd-(repo-)?server/(deployment|serviceaccount)\.)`).MatchString

// apis are the APIs of the chart's optional objects, which the cluster serves.
var apis = []string{
	"autoscaling.k8s.io/v1", "cert-manager.io/v1", "cloud.google.com/v1", "gateway.networking.k8s.io/v1", "monitoring.coreos.com/v1", "networking.gke.io/v1",
	"route.openshift.io/v1",
}

// expand parses the settings with Helm's parser. The order in which the extension applies them is
// unknown, so it must not matter.
func expand(settings map[string]string) (map[string]any, error) {
	keys := slices.Sorted(maps.Keys(settings))
	values, err := parse(keys, settings)
	if err != nil {
		return nil, err
	}
	slices.Reverse(keys)
	other, err := parse(keys, settings)
	if err == nil && !reflect.DeepEqual(values, other) {
		err = errors.New("the order of the settings matters")
	}
	return values, err
}

func parse(keys []string, settings map[string]string) (map[string]any, error) {
	values := map[string]any{}
	for _, key := range keys {
		escaped := strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(settings[key])
		if err := strvals.ParseInto(key+"="+escaped, values); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return values, nil
}

// object is a Kubernetes object.
type object map[string]any

// at returns the value at a path, or nil.
func (o object) at(names ...string) any {
	var value any = map[string]any(o)
	for _, name := range names {
		below, _ := value.(map[string]any)
		value = below[name]
	}
	return value
}

func (o object) text(names ...string) string {
	text, _ := o.at(names...).(string)
	return text
}

func (o object) id() string { return o.text("kind") + " " + o.text("metadata", "name") }

// render returns all objects of the chart with these settings.
func render(argo *chart.Chart, settings map[string]string) ([]object, error) {
	values, err := expand(settings)
	if err != nil {
		return nil, fmt.Errorf("helm: %w", err)
	}
	rendered, err := argo.Render(values, namespace, apis...)
	if err != nil {
		return nil, err
	}
	objects := make([]object, len(rendered))
	for i, o := range rendered {
		objects[i] = o
	}
	return objects, nil
}
