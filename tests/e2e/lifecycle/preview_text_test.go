package lifecycle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestPreviewText checks that the CLI's preview shows who gains or loses access, and which settings
// change.
func TestPreviewText(t *testing.T) {
	t.Parallel()
	azure := azuresim.New()
	developers, admins := azure.GroupID("Developers"), azure.GroupID("Argo CD Admins")
	stack := e2e.OpenOn(t, azure, "dev")
	e2e.SetAll(t, stack, map[string]string{"roles[0].group": "Auditors", "roles[0].role": "readonly"})
	e2e.Succeed(t, stack.Up)
	file := filepath.Join(stack.Dir, "Pulumi.dev.yaml")
	before, err := os.ReadFile(file)
	e2e.NoError(t, err)
	for name, c := range map[string]struct {
		changes map[string]string
		want    []string
	}{
		"role added":   {map[string]string{"roles[1].group": "Developers", "roles[1].role": "readonly"}, []string{"~ access: { ~ groups: {", `+ Developers (` + developers + `): "readonly"`}},
		"role removed": {map[string]string{"roles": ""}, []string{`- Auditors (` + azure.GroupID("Auditors") + `): "readonly"`}},
		"another admin group": {map[string]string{"group": "Developers"}, []string{
			`- Argo CD Admins (` + admins + `): "admin"`, `+ Developers (` + developers + `): "admin"`,
		}},
		"high availability": {map[string]string{"highAvailability": "true", "cluster.nodeCount": "4"}, []string{`~ redis-ha.enabled: "false" => "true"`}},
		"another domain":    {map[string]string{"domain": "localhost:9443"}, []string{`[diff: ~configurationSettings]`, `~ global.domain: "localhost:9000" => "localhost:9443"`}},
	} {
		e2e.Write(t, file, string(before))
		e2e.SetAll(t, stack, c.changes)
		printed, err := stack.Command(t.Context(), "preview", "--non-interactive", "--color", "never")
		e2e.NoError(t, err)
		printed = strings.ReplaceAll(strings.Join(strings.Fields(printed), " "), " : ", ": ")
		for _, want := range c.want {
			if !strings.Contains(printed, want) {
				t.Errorf("%s: no line %s in:\n%s", name, want, printed)
			}
		}
	}
	e2e.Write(t, file, string(before))
}
