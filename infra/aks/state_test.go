package aks

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestStateWarnings: a spoke that does not run and an operation in progress are no errors.
func TestStateWarnings(t *testing.T) {
	t.Parallel()
	state := func(power, operation string) object {
		return object{"powerState": object{"code": power}, "provisioningState": operation}
	}
	const stopped = "is stopped; run az aks start --resource-group spokes --name Orders"
	const failed = "is in the state Failed after its last operation; run az aks operation show-latest --resource-group spokes --name Orders for the reason, " +
		"and az aks update --resource-group spokes --name Orders to reconcile the cluster"
	for _, c := range []struct {
		state            object
		spoke, installed string
	}{
		{nil, "", ""},
		{state("Running", "Succeeded"), "", ""},
		{state("Running", "Canceled"), "", ""},
		{state("Running", "Upgrading"), "", "is in the state Upgrading; until that operation ends, AKS rejects others with OperationNotAllowed"},
		{state("Stopped", "Succeeded"), stopped, "-"},
		{state("Running", "Stopping"), stopped, "-"},
		{state("Running", "Failed"), failed, "-"},
	} {
		recorded := &mocks.Recorder{Spoke: mocks.SpokeCluster(c.state), Kubeconfig: mocks.Kubeconfig(), Existing: mocks.ExistingCluster(c.state)}
		recorded.Accepted(t, nil, func(ctx *pulumi.Context) error {
			spoke, err := LookupSpokeCluster(ctx, mocks.SpokeID)
			if err != nil {
				return err
			}
			if spoke.Warning != c.spoke {
				t.Errorf("%v: a spoke %q", c.state, spoke.Warning)
			}
			found, err := LookupAksCluster(ctx, mocks.ClusterID)
			if (err != nil) != (c.installed == "-") || err == nil && found.Warning != c.installed {
				t.Errorf("%v: Argo CD's cluster %+v, %v", c.state, found, err)
			}
			return nil
		})
	}
}

// TestArmOnly: only the pools that can run Argo CD's pods count.
func TestArmOnly(t *testing.T) {
	t.Parallel()
	pool := func(size string, taints ...any) object {
		return mocks.With(mocks.NodePool(1, taints...), object{"vmSize": size})
	}
	const arm, amd64, taint = "Standard_D2ps_v6", "Standard_D2s_v5", "CriticalAddonsOnly=true:NoSchedule"
	for _, c := range []struct {
		pools []any
		want  bool
	}{
		{[]any{pool(arm)}, true}, {[]any{pool(amd64, taint), pool(arm)}, true}, {[]any{pool(amd64), pool(arm)}, false},
		{[]any{pool(arm, taint), pool(amd64)}, false}, {[]any{pool(arm, taint)}, false}, {nil, false},
	} {
		recorded := &mocks.Recorder{Existing: mocks.ExistingCluster(object{"agentPoolProfiles": c.pools})}
		recorded.Accepted(t, nil, func(ctx *pulumi.Context) error {
			found, err := LookupAksCluster(ctx, mocks.ClusterID)
			if err == nil && found.ArmOnly != c.want {
				t.Errorf("%v: Arm only %v", c.pools, found.ArmOnly)
			}
			return err
		})
	}
}
