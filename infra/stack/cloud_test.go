package stack

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestCloudFromEnvironment: without a stack setting, both providers take their cloud from
// ARM_ENVIRONMENT.
func TestCloudFromEnvironment(t *testing.T) {
	t.Setenv("ARM_ENVIRONMENT", "usgovernment")
	refused(t, map[string]string{"azuread:environment": "public"}, `argocd-on-aks:cloud is "public" but azure-native:environment (or ARM_ENVIRONMENT) is "usgovernment"`)
	for _, config := range []map[string]string{
		{"cloud": "usgovernment"},
		{"azuread:environment": "public", "azure-native:environment": "public"},
	} {
		if err := (&mocks.Recorder{}).Run(walkthrough(config), Deploy); err != nil {
			t.Error(err)
		}
	}
}
