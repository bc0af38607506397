package configurations

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// TestWorkloadIdentityLabel shows why the program projects the token of the application controller
// itself: Helm's parser makes the label for the webhook of workload identity a boolean.
func TestWorkloadIdentityLabel(t *testing.T) {
	t.Parallel()
	objects, err := render(newChecker(t, chart.AllTemplates).chart, map[string]string{`controller.podLabels.azure\.workload\.identity/use`: "true"})
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
