package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// Rendered renders Argo CD's chart with the values of the installed extension, for a cluster
// that serves these additional APIs.
func Rendered(t *testing.T, azure *azuresim.Azure, apis ...string) Objects {
	t.Helper()
	argo, err := chart.Load(filepath.Join(Root(t), "tests/chart/argo-helm"), chart.AllTemplates)
	NoError(t, err)
	extension := Installed(t, azure)
	all, err := argo.Render(extension.Values, extension.Namespace, apis...)
	NoError(t, err)
	return all
}

// Objects are the rendered objects of the chart.
type Objects []map[string]any

// As decodes the objects of a kind as Kubernetes does, and rejects unknown fields.
func As[T any](t *testing.T, all Objects, kind string) []T {
	t.Helper()
	var found []T
	for _, object := range all {
		if object["kind"] != kind {
			continue
		}
		content, err := json.Marshal(object)
		NoError(t, err)
		decoder := json.NewDecoder(strings.NewReader(string(content)))
		decoder.DisallowUnknownFields()
		var typed T
		if err := decoder.Decode(&typed); err != nil {
			t.Fatalf("%s: %v: %s", kind, err, content)
		}
		found = append(found, typed)
	}
	return found
}

// Pods returns the pod templates of all workloads, by kind and name of the workload.
func Pods(t *testing.T, all Objects) map[string]corev1.PodTemplateSpec {
	t.Helper()
	found := map[string]corev1.PodTemplateSpec{}
	for _, o := range As[appsv1.Deployment](t, all, "Deployment") {
		found["Deployment "+o.Name] = o.Spec.Template
	}
	for _, o := range As[appsv1.StatefulSet](t, all, "StatefulSet") {
		found["StatefulSet "+o.Name] = o.Spec.Template
	}
	for _, o := range As[batchv1.Job](t, all, "Job") {
		found["Job "+o.Name] = o.Spec.Template
	}
	for _, kind := range []string{"Pod", "DaemonSet", "CronJob", "ReplicaSet"} {
		if others := As[map[string]any](t, all, kind); len(others) > 0 {
			t.Fatalf("the chart has a %s, which this function does not handle: %v", kind, others)
		}
	}
	return found
}
