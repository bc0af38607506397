package gitops

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/OWNER/argocd-on-aks/tests/cluster"
)

var applications = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}

// WaitFor waits until an Application has a sync and a health status, such as Synced and
// Healthy, and no operation in progress.
func WaitFor(ctx context.Context, c *cluster.Cluster, name, sync, health string) error {
	return c.Until(ctx, applications, "argocd", name, func(application map[string]any) bool {
		phase := text(application, "status", "operationState", "phase")
		return text(application, "status", "sync", "status") == sync && text(application, "status", "health", "status") == health &&
			application["operation"] == nil && phase != "Running"
	})
}

func text(object map[string]any, path ...string) string {
	value, _, _ := unstructured.NestedString(object, path...)
	return value
}
