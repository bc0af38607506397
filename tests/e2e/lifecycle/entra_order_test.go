package lifecycle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
)

// TestRemovedAssignment removes a group between two others, and adds a second application:
// nothing else changes.
func TestRemovedAssignment(t *testing.T) {
	t.Parallel()
	stack, azure := e2e.Open(t, "dev")
	for i := range 3 {
		e2e.Set(t, stack, fmt.Sprintf("roles[%d].group", i), azure.AddGroup(fmt.Sprintf("Team %d", i)))
		e2e.Set(t, stack, fmt.Sprintf("roles[%d].role", i), "readonly")
	}
	e2e.Want(t, stack.Up, map[string]int{"create": e2e.DevResources + 3})
	e2e.Unset(t, stack, "roles[1]")
	e2e.Want(t, stack.Up, map[string]int{"delete": 1, "update": 1, "same": e2e.DevResources + 1})
	e2e.Set(t, stack, "azureDevOps", "true")
	e2e.Want(t, stack.Up, map[string]int{"create": 3, "update": 1, "same": e2e.DevResources + 1})
	e2e.Unset(t, stack, "azureDevOps")
	e2e.Want(t, stack.Up, map[string]int{"delete": 3, "update": 1, "same": e2e.DevResources + 1})
}

// TestTwoEntraApps: EntraApps that depend on each other are created one after another.
func TestTwoEntraApps(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{true, false} {
		azure := azuresim.New()
		stack := e2e.OpenProgram(t, azure, func(ctx *pulumi.Context) error {
			var opts []pulumi.ResourceOption
			for i, name := range []string{"shop", "orders"} {
				app, err := entra.NewEntraApp(ctx, name, &entra.EntraAppArgs{
					DisplayName: name, GroupObjectIDs: []string{azure.GroupID("Argo CD Admins")},
					Instances: []entra.ArgoInstance{{Name: name, Domain: "argocd.example.com", Issuer: pulumi.Sprintf("https://issuer.example.com/%d", i)}},
				}, opts...)
				if err != nil {
					return err
				}
				if ordered {
					opts = []pulumi.ResourceOption{pulumi.DependsOn([]pulumi.Resource{app})}
				}
			}
			return nil
		}, e2e.Root(t), "dev")
		_, err := stack.Up(t.Context())
		if ordered && err != nil || !ordered && !strings.Contains(fmt.Sprint(err), "-application does not wait for ") {
			t.Errorf("ordered: %t: %v", ordered, err)
		}
	}
}
