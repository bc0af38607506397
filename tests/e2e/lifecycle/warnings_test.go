package lifecycle

import (
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestWarnings checks that a preview warns about configuration that Azure accepts, and that up
// deploys it.
func TestWarnings(t *testing.T) {
	t.Parallel()
	stack, _ := e2e.Open(t, "dev")
	e2e.SetAll(t, stack, map[string]string{
		"domain": "localhost", "cluster.authorizedIpRanges[0]": "0.0.0.0/0", "cluster.authorizedIpRanges[1]": "10.0.0.0/8",
		"cluster.userPool.vmSize": "Standard_D2ps_v6",
	})
	e2e.Succeed(t, stack.Preview)
	warnings := strings.Join(stack.Last.Warnings, "\n")
	for _, want := range []string{
		`argocd-on-aks:domain "localhost" needs kubectl port-forward on port 443, which Linux allows for root only; use a port from 1024 on, such as localhost:9000`,
		`argocd-on-aks:cluster.authorizedIpRanges[0] "0.0.0.0/0" lets every address reach the Kubernetes API`,
		`argocd-on-aks:cluster.authorizedIpRanges[1] "10.0.0.0/8" is not a public range`,
		`argocd-on-aks:cluster.userPool.vmSize "Standard_D2ps_v6" has Arm processors, but Microsoft supports this extension only on clusters with linux/amd64 nodes; Argo CD's pods may not start`,
	} {
		if !strings.Contains(warnings, want) {
			t.Errorf("no warning %s in: %s", want, warnings)
		}
	}
	e2e.Succeed(t, stack.Up)

	quiet, _ := e2e.Open(t, "dev")
	e2e.Succeed(t, quiet.Preview)
	if warnings := strings.Join(quiet.Last.Warnings, "\n"); strings.Contains(warnings, "configuration of stack") {
		t.Errorf("warnings of a common configuration: %s", warnings)
	}
}

// TestTwoTenants checks that the program rejects providers in two tenants before it creates a
// resource.
func TestTwoTenants(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	const other = "00000000-0000-0000-0000-000000000001"
	e2e.NoError(t, stack.Set(t.Context(), "azure-native:tenantId", other))
	_, err := stack.Preview(t.Context())
	e2e.WantError(t, err, `azuread:tenantId "`+azure.TenantID+`" differs from the tenant "`+other+`" of azure-native; set both to the same tenant`, "preview")
}
