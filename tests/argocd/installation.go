package argocd

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/chart"
	"github.com/OWNER/argocd-on-aks/tests/cluster"
)

// Installation is an extension on a cluster with a Kubernetes API.
type Installation struct {
	Cluster   *cluster.Cluster
	Internet  *azuresim.Internet
	Extension azuresim.Extension
	// Tests is the folder of this module, which has Argo CD's chart and custom resources.
	// Dir is the folder for files.
	Tests, Dir string
}

// Install creates the extension's objects: those of Argo CD's own chart with the
// extension's values, and the custom resource definitions of this Argo CD version.
func (i Installation) Install(ctx context.Context) error {
	definitions, err := customResources(i.Tests)
	if err != nil {
		return fmt.Errorf("custom resources of argo cd: %w", err)
	}
	argo, err := chart.Load(filepath.Join(i.Tests, "chart", "argo-helm"), chart.AllTemplates)
	if err != nil {
		return err
	}
	objects, err := argo.Render(i.Extension.Values, i.Extension.Namespace)
	if err != nil {
		return err
	}
	setPassword(objects)
	namespace := map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": i.Extension.Namespace}}
	if err := i.Cluster.Apply(ctx, append(definitions, namespace)...); err != nil {
		return err
	}
	if err := i.Cluster.Apply(ctx, objects...); err != nil {
		return err
	}
	for _, resource := range []string{"applications", "appprojects", "applicationsets"} {
		if err := i.Cluster.Serves(ctx, schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: resource}); err != nil {
			return err
		}
	}
	return nil
}

// setPassword sets the built-in admin's password in argocd-secret.
func setPassword(objects []map[string]any) {
	for _, o := range objects {
		if o["kind"] == "Secret" && child(o, "metadata")["name"] == "argocd-secret" {
			o["stringData"] = map[string]any{"admin.password": AdminPasswordHash, "admin.passwordMtime": "2026-01-01T00:00:00Z"}
		}
	}
}

// customResources returns the custom resource definitions of Argo CD's module.
func customResources(tests string) ([]map[string]any, error) {
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/argoproj/argo-cd/v3")
	list.Dir = tests
	module, err := list.Output()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(module)), "manifests", "crds", "*-crd.yaml"))
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var definition map[string]any
		if err := yaml.Unmarshal(content, &definition); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		all = append(all, definition)
	}
	return all, nil
}
