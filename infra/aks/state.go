package aks

import (
	"fmt"
	"slices"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"

	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// state is the power state of a cluster and the state of its last operation, which are
// independent: https://learn.microsoft.com/azure/aks/list-aks-clusters. Either can be missing.
type state struct{ power, operation string }

func stateOf(c *containerservice.LookupManagedClusterResult) state {
	return state{valueOf(c.PowerState.Code), c.ProvisioningState}
}

// stopsDeployment returns an error if AKS does not accept an extension. It accepts only start and
// delete on a stopped cluster (https://learn.microsoft.com/azure/aks/start-stop-cluster), and can
// reject operations after a failed one (https://github.com/Azure/AKS/issues/821). The extension
// requires a cluster that runs:
// https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd
func (s state) stopsDeployment(group, name string) error {
	return s.check(group, name, "Deleting", "Stopping", "Stopped", "Failed")
}

// check returns an error if the cluster is in one of the states.
func (s state) check(group, name string, states ...string) error {
	current := s.operation
	if s.power == "Stopped" && current != "Deleting" && current != "Starting" {
		current = "Stopped"
	}
	if !slices.Contains(states, current) {
		return nil
	}
	cluster := shell.Flag("--resource-group", group) + " " + shell.Flag("--name", name)
	switch current {
	case "Deleting":
		return fmt.Errorf("is being deleted (az aks show %s)", cluster)
	case "Failed":
		return fmt.Errorf("is in the state Failed after its last operation; "+
			"run az aks operation show-latest %[1]s for the reason, and az aks update %[1]s to reconcile the cluster", cluster)
	}
	return fmt.Errorf("is stopped; run az aks start %s", cluster)
}

// pendingOperation describes an operation in progress, or returns "". The operation may have
// ended before the deployment, so it is no error. AKS runs one operation at a time:
// https://aka.ms/aks-pending-operation
func (s state) pendingOperation() string {
	if slices.Contains([]string{"", "Succeeded", "Failed", "Canceled"}, s.operation) {
		return ""
	}
	return fmt.Sprintf("is in the state %s; until that operation ends, AKS rejects others with OperationNotAllowed", s.operation)
}
