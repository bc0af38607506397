package configurations

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// namespace is that of the release: the federated credential trusts it.
const namespace = "argocd"

// allTemplates are all but the big ones that are the same whatever the settings.
func allTemplates(name string) bool { return !strings.HasPrefix(name, "templates/crds/") }

// signInTemplates are those that sign users in, for when many are rendered.
var signInTemplates = regexp.MustCompile(`^templates/(_|argocd-configs/argocd-(cm|rbac-cm|cmd-params-cm|secret)\.|argocd-(repo-)?server/(deployment|serviceaccount)\.)`).MatchString

// loadChart returns Argo CD's own chart with some of its templates, from the
// module that chart/go.mod pins.
func loadChart(keep func(name string) bool) (*chart.Chart, error) {
	download := exec.Command("go", "mod", "download", "-json")
	download.Dir = "chart"
	output, err := download.Output()
	var module struct{ Dir, Error string }
	if decoded := json.Unmarshal(output, &module); decoded != nil || module.Error != "" {
		return nil, fmt.Errorf("argo-helm: %w: %s", errors.Join(err, decoded), module.Error)
	}
	argo, err := loader.LoadDir(filepath.Join(module.Dir, "charts", "argo-cd"))
	if err != nil {
		return nil, err
	}
	argo.Templates = slices.DeleteFunc(argo.Templates, func(f *chart.File) bool { return !keep(f.Name) })
	// redis-ha is a chart of its own, of which this one needs a name.
	redis := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: "v2", Name: "redis-ha", Version: "4.38.0"},
		Templates: []*chart.File{{Name: "templates/_helpers.tpl", Data: []byte(`{{- define "redis-ha.fullname" -}}argocd-redis-ha{{- end -}}`)}},
	}
	argo.AddDependency(redis)
	return argo, nil
}

// expand makes Helm values of settings, with Helm's own parser. In which order
// the extension applies them is not known, so that it must not matter.
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

// at is what stands below some names; nil where one is missing.
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

// errChart is the chart's own refusal of values: the installation would fail.
var errChart = errors.New("the chart does not take it")

// render returns all objects of the chart with these settings.
func render(argo *chart.Chart, settings map[string]string) ([]object, error) {
	values, err := expand(settings)
	if err != nil {
		return nil, fmt.Errorf("helm: %w", err)
	}
	capabilities := *chartutil.DefaultCapabilities
	capabilities.KubeVersion = chartutil.KubeVersion{Version: "v1.35.0", Major: "1", Minor: "35"}
	full, err := chartutil.ToRenderValues(argo, values, chartutil.ReleaseOptions{Name: "argocd", Namespace: namespace, IsInstall: true}, &capabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(argo, full)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errChart, err)
	}
	var objects []object
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for document := range strings.SplitSeq("\n"+files[name], "\n---") {
			var o object
			if strings.HasSuffix(name, ".txt") {
				continue
			}
			if err := yaml.Unmarshal([]byte(document), &o); err != nil {
				return nil, fmt.Errorf("%w: %s: %w", errChart, name, err)
			}
			if len(o) > 0 {
				objects = append(objects, o)
			}
		}
	}
	return objects, nil
}
