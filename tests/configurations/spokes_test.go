package configurations

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// TestWorkloadIdentityLabel shows why the program projects the application controller's
// token itself: what would have the webhook of workload identity do it is no label once
// Helm has read it.
func TestWorkloadIdentityLabel(t *testing.T) {
	t.Parallel()
	objects, err := render(convene(t, chart.AllTemplates).chart, map[string]string{`controller.podLabels.azure\.workload\.identity/use`: "true"})
	if err != nil {
		t.Fatal(err)
	}
	controller, err := one(objects, "StatefulSet argocd-application-controller")
	if err != nil {
		t.Fatal(err)
	}
	labels, _ := controller.at("spec", "template", "metadata", "labels").(map[string]any)
	if label := labels["azure.workload.identity/use"]; label != true {
		t.Errorf("the label is %#v", label)
	}
}
