package components

import (
	"reflect"
	"testing"
)

// TestInputNames: messages name what programs in other languages write; what is no
// input keeps the name that it has.
func TestInputNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args       reflect.Type
		path, want string
	}{
		{reflect.TypeFor[AksClusterArgs](), "Location", "region"},
		{reflect.TypeFor[AksClusterArgs](), "UserPool.VMSize", "userPool.vmSize"},
		{reflect.TypeFor[AksClusterArgs](), "UserPool.Zones[0]", "userPool.zones[0]"},
		{reflect.TypeFor[EntraAppArgs](), "GroupObjectIDs[1]", "groupObjectIds[1]"},
		{reflect.TypeFor[EntraAppArgs](), "ContainerRegistryID", "containerRegistry"},
		{reflect.TypeFor[ArgoExtensionArgs](), "Version", "extensionVersion"},
		{reflect.TypeFor[ArgoExtensionArgs](), "Nothing.Here", "Nothing.Here"},
		{reflect.TypeFor[ArgoExtensionArgs](), "Version.Major", "Version.Major"},
	} {
		if got := inputName(c.args, c.path); got != c.want {
			t.Errorf("%s: got %s, want %s", c.path, got, c.want)
		}
	}
}
