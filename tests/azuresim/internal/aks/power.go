package aks

import "github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"

// CheckPower rejects operations on a stopped cluster, which AKS allows to start or delete only:
// https://learn.microsoft.com/azure/aks/start-stop-cluster. The text is AKS's for another operation:
// https://github.com/MicrosoftDocs/azure-docs/issues/85161. The code is inferred.
func (s *Service) CheckPower(cluster *store.Object) error {
	answer := s.Answer(cluster)
	return store.RefuseIf(answer.Text("powerState.code") == "Stopped", 400, "OperationNotAllowed",
		"managed cluster is in Provisioning State(%s) and Power State(Stopped), the operation cannot be performed", answer.Text("provisioningState"))
}

// CheckReady rejects extensions on a cluster that does not run, is being deleted or whose last
// operation failed. Inferred from https://github.com/Azure/AKS/issues/821 for the last two.
func (s *Service) CheckReady(cluster *store.Object) error {
	state := s.Answer(cluster).Text("provisioningState")
	return store.First(s.CheckPower(cluster), store.RefuseIf(state == "Deleting" || state == "Failed", 409, "OperationNotAllowed",
		"Operation is not allowed while cluster is in the state %s.", state))
}
