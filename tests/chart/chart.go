// Package chart renders Argo CD's own Helm chart with Helm's own engine.
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

// Err is the chart's rejection of values, with which an installation would fail.
var Err = errors.New("the chart rejects the values")

// Chart is Argo CD's chart, or some of its templates.
type Chart struct {
	// without is the chart for redis-ha.enabled false, with the one for true: Helm omits a
	// dependency whose condition is false.
	without, with *helm.Chart
}

// AllTemplates matches all templates except custom resource definitions, which do not
// depend on values.
func AllTemplates(name string) bool { return !strings.HasPrefix(name, "templates/crds/") }

// Load returns some templates of the chart and of its dependency redis-ha, from the modules
// in folder's go.mod.
func Load(folder string, keep func(name string) bool) (*Chart, error) {
	argoHelm, err := download(folder, "github.com/argoproj/argo-helm")
	if err != nil {
		return nil, err
	}
	charts, err := download(folder, "github.com/DandyDeveloper/charts")
	if err != nil {
		return nil, err
	}
	without, err := load(filepath.Join(argoHelm, "charts", "argo-cd"), keep)
	if err != nil {
		return nil, err
	}
	redis, err := load(filepath.Join(charts, "charts", "redis-ha"), keep)
	if err != nil {
		return nil, err
	}
	if wanted := without.Metadata.Dependencies[0]; wanted.Name != redis.Name() || wanted.Version != redis.Metadata.Version {
		return nil, fmt.Errorf("argo-helm requires %s %s, but go.mod has %s %s", wanted.Name, wanted.Version, redis.Name(), redis.Metadata.Version)
	}
	with := *without
	with.AddDependency(redis)
	return &Chart{without, &with}, nil
}

// Values returns the default values of the chart and of redis-ha.
func (c *Chart) Values() (map[string]any, error) {
	return chartutil.CoalesceValues(c.with, map[string]any{})
}

// download returns the folder of a module that folder's go.mod pins.
func download(folder, module string) (string, error) {
	command := exec.Command("go", "mod", "download", "-json", module)
	command.Dir = folder
	output, err := command.Output()
	var found struct{ Dir, Error string }
	if decoded := json.Unmarshal(output, &found); decoded != nil || found.Error != "" {
		return "", fmt.Errorf("%s: %w: %s", module, errors.Join(err, decoded), found.Error)
	}
	return found.Dir, nil
}

// load reads a chart without its Helm tests.
func load(folder string, keep func(name string) bool) (*helm.Chart, error) {
	chart, err := loader.LoadDir(folder)
	if err != nil {
		return nil, err
	}
	chart.Templates = slices.DeleteFunc(chart.Templates, func(f *helm.File) bool {
		return !keep(f.Name) || strings.HasPrefix(f.Name, "templates/tests/")
	})
	return chart, nil
}

// Render returns the chart's objects for a namespace of a cluster that serves these APIs in
// addition to Kubernetes' own, such as monitoring.coreos.com/v1.
func (c *Chart) Render(values map[string]any, namespace string, apis ...string) ([]map[string]any, error) {
	chart := c.without
	if redis, _ := values["redis-ha"].(map[string]any); redis["enabled"] == true {
		chart = c.with
	}
	capabilities := *chartutil.DefaultCapabilities
	capabilities.APIVersions = slices.Concat(capabilities.APIVersions, apis)
	capabilities.KubeVersion = chartutil.KubeVersion{Version: "v1.35.0", Major: "1", Minor: "35"}
	full, err := chartutil.ToRenderValues(chart, values, chartutil.ReleaseOptions{Name: "argocd", Namespace: namespace, IsInstall: true}, &capabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(chart, full)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", Err, err)
	}
	var objects []map[string]any
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, ".txt") {
			continue
		}
		for _, document := range documents(files[name]) {
			var object map[string]any
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if len(object) > 0 {
				objects = append(objects, object)
			}
		}
	}
	return objects, nil
}

// documents splits a YAML file.
func documents(file string) []string { return strings.Split("\n"+file, "\n---") }
