package directory

import "github.com/OWNER/argocd-on-aks/tests/azuresim/internal/guid"

// TokenExchangeAudience is the audience of the tokens that Entra exchanges.
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation
const TokenExchangeAudience = "api://AzureADTokenExchange"

// DeployerWorkload returns the identity that runs Pulumi as a workload, which signs in
// without a secret.
func (s *Service) DeployerWorkload() Workload {
	objectID := s.Deployer()
	for _, workload := range s.workloads {
		if workload.ObjectID == objectID {
			return workload
		}
	}
	deployer := Workload{
		ClientID: guid.Of("client of " + objectID), ObjectID: objectID,
		Issuer: "https://api.pulumi.com/oidc", Subject: "pulumi:deploy:" + objectID,
	}
	s.workloads = append(s.workloads, deployer)
	return deployer
}
