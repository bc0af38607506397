package lifecycle

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// answers returns Azure's representation of the objects of a type as text.
func answers(t *testing.T, azure *azuresim.Azure, token string) string {
	t.Helper()
	var all []any
	for _, answer := range azure.Answers(token) {
		all = append(all, answer.Mappable())
	}
	text, err := json.Marshal(all)
	e2e.NoError(t, err)
	return string(text)
}

// platform is a program of another team with a cluster.
func platform(ctx *pulumi.Context) error {
	cluster, err := aks.NewAksCluster(ctx, "platform", &aks.AksClusterArgs{Name: "platform", Region: "westeurope"})
	if err != nil {
		return err
	}
	ctx.Export("id", cluster.Cluster.ID())
	return nil
}

// withPlatform returns a subscription with that cluster.
func withPlatform(t *testing.T) (*azuresim.Azure, *engine.Stack) {
	t.Helper()
	azure := azuresim.New()
	owner := e2e.OpenProgram(t, azure, platform, e2e.Root(t), "dev")
	e2e.Succeed(t, owner.Up)
	return azure, owner
}

// replaced checks the number of replacements since its last call.
func replaced(t *testing.T, stack *engine.Stack, count int) {
	t.Helper()
	if stack.Replaced != count {
		t.Errorf("%d resources replaced, want %d", stack.Replaced, count)
	}
	stack.Replaced = 0
}
