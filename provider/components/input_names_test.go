package components

import (
	"reflect"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/entra"
)

// TestInputNames checks the conversion of argument names to input names. Paths that are not
// inputs stay unchanged.
func TestInputNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args       reflect.Type
		path, want string
	}{
		{reflect.TypeFor[aks.AksClusterArgs](), "Region", "region"},
		{reflect.TypeFor[aks.AksClusterArgs](), "MaxCount", "maxCount"},
		{reflect.TypeFor[aks.AksClusterArgs](), "UserPool.VMSize", "userPool.vmSize"},
		{reflect.TypeFor[aks.AksClusterArgs](), "UserPool.Zones[0]", "userPool.zones[0]"},
		{reflect.TypeFor[entra.EntraAppArgs](), "GroupObjectIDs[1]", "groupObjectIds[1]"},
		{reflect.TypeFor[argo.ArgoExtensionArgs](), "Ingress.TLSSecret", "ingress.tlsSecret"},
		{reflect.TypeFor[entra.EntraAppArgs](), `Groups["platform"]`, `groups["platform"]`},
		{reflect.TypeFor[argo.ArgoExtensionArgs](), "Roles[0].Group", "roles[0].group"},
		{reflect.TypeFor[argo.ArgoExtensionArgs](), "Nothing.Here", "Nothing.Here"},
		{reflect.TypeFor[argo.ArgoExtensionArgs](), "SignIn", "SignIn"},
	} {
		if got := inputName(c.args, c.path); got != c.want {
			t.Errorf("%s: got %s, want %s", c.path, got, c.want)
		}
	}
}
