// Package chart is Argo CD's own Helm chart, rendered by Helm's own engine.
package chart

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	helm "helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

// Err is the chart's own refusal of values: the installation would fail.
var Err = errors.New("the chart does not take it")

// Chart is Argo CD's, or some of its templates.
type Chart struct{ chart *helm.Chart }

// AllTemplates are all but the custom resources, which are the same whatever the
// settings.
func AllTemplates(name string) bool { return !strings.HasPrefix(name, "templates/crds/") }

// Load returns some of the chart's templates, from the module that the go.mod in
// folder pins.
func Load(folder string, keep func(name string) bool) (*Chart, error) {
	download := exec.Command("go", "mod", "download", "-json")
	download.Dir = folder
	output, err := download.Output()
	var module struct{ Dir, Error string }
	if decoded := json.Unmarshal(output, &module); decoded != nil || module.Error != "" {
		return nil, fmt.Errorf("argo-helm: %w: %s", errors.Join(err, decoded), module.Error)
	}
	argo, err := loader.LoadDir(filepath.Join(module.Dir, "charts", "argo-cd"))
	if err != nil {
		return nil, err
	}
	argo.Templates = slices.DeleteFunc(argo.Templates, func(f *helm.File) bool { return !keep(f.Name) })
	// redis-ha is a chart of its own, of which this one needs a name.
	redis := &helm.Chart{
		Metadata:  &helm.Metadata{APIVersion: "v2", Name: "redis-ha", Version: "4.38.0"},
		Templates: []*helm.File{{Name: "templates/_helpers.tpl", Data: []byte(`{{- define "redis-ha.fullname" -}}argocd-redis-ha{{- end -}}`)}},
	}
	argo.AddDependency(redis)
	return &Chart{chart: argo}, nil
}

// Render returns the chart's objects with these values, for a namespace.
func (c *Chart) Render(values map[string]any, namespace string) ([]map[string]any, error) {
	capabilities := *chartutil.DefaultCapabilities
	capabilities.KubeVersion = chartutil.KubeVersion{Version: "v1.35.0", Major: "1", Minor: "35"}
	full, err := chartutil.ToRenderValues(c.chart, values, chartutil.ReleaseOptions{Name: "argocd", Namespace: namespace, IsInstall: true}, &capabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(c.chart, full)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", Err, err)
	}
	var objects []map[string]any
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for document := range strings.SplitSeq("\n"+files[name], "\n---") {
			var object map[string]any
			if strings.HasSuffix(name, ".txt") {
				continue
			}
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				return nil, fmt.Errorf("%w: %s: %w", Err, name, err)
			}
			if len(object) > 0 {
				objects = append(objects, object)
			}
		}
	}
	return objects, nil
}
