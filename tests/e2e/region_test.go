package e2e

import (
	"strings"
	"testing"
)

// TestRegionWarning: a preview says once that it does not know the region, and
// goes on: only Azure knows all of its regions.
func TestRegionWarning(t *testing.T) {
	t.Parallel()
	stack, azure := open(t, "dev")
	set(t, stack, "group", azure.GroupID("Argo CD Admins"))
	for region, warning := range map[string]string{
		"westus3":       "",
		"westeurop":     `argocd-on-aks:region "westeurop" is no region of the cloud public that this release knows; did you mean westeurope?`,
		"usgovvirginia": `argocd-on-aks:region "usgovvirginia" is a region of the cloud usgovernment, and this is public`,
	} {
		set(t, stack, "region", region)
		preview, err := stack.Stack.Preview(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, printed, _ := strings.Cut(preview.StdOut, "\nDiagnostics:") // before, it is progress
		if warning == "" && strings.Contains(printed, "warning") || warning != "" && strings.Count(printed, warning) != 1 {
			t.Errorf("%s: %s", region, printed)
		}
		if preview.ChangeSummary["create"] != devResources {
			t.Errorf("%s: %v", region, preview.ChangeSummary)
		}
	}
}
