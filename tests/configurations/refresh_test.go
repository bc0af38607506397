package configurations

import (
	"reflect"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/util/settings"
)

// TestNothingToRefresh checks that the tested Argo CD cannot renew sessions on the server. From 3.3
// on it can, but the request fails with Entra's workload identity, because it has no client
// assertion (https://github.com/argoproj/argo-cd/issues/29298).
func TestNothingToRefresh(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[settings.OIDCConfig]()) {
		if strings.Contains(strings.ToLower(field.Name), "refresh") {
			t.Errorf(`Argo CD's oidc.config has the field %q (%s): it can renew sessions now.
Is https://github.com/argoproj/argo-cd/issues/29298 fixed in that version?
If so: set the field and ask for offline_access in infra/chart/oidc.go, once the extension brings that version;
update TestSessionEnds and docs/security.md, Sessions: the session continues then.
If not: leave it unset, update docs/security.md, and let this test pass for that version.`, field.Name, field.Tag)
		}
	}
}
