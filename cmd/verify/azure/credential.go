package azure

import (
	"errors"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// NewCredential is the caller's own sign-in to the stack's tenant: workload
// identity where its environment variables are set, as in a pod, else `az login`.
// There is deliberately no client secret or password among them, unlike in
// DefaultAzureCredential: who has one signs in with az first. An `az login
// --identity` does not do, as az refuses it a tenant (azure-cli-core, _profile.py),
// and without one a guest's token would be for another directory.
func NewCredential(s *Stack, transport policy.Transporter) (azcore.TokenCredential, error) {
	home, err := cloudOf(s.EntraIssuerURL)
	if err != nil {
		return nil, err
	}
	var chain []azcore.TokenCredential
	workload, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: "https://" + home.LoginHost() + "/"}, Transport: transport, Retry: retries},
		TenantID:      s.TenantID,
	})
	if err == nil { // the environment has what it needs
		chain = append(chain, workload)
	}
	az, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: s.TenantID})
	if err != nil {
		return nil, fmt.Errorf("az login: %w", err)
	}
	credential, err := azidentity.NewChainedTokenCredential(append(chain, az), nil)
	if err != nil {
		return nil, errors.Join(errors.New("no sign-in to Azure"), err)
	}
	return credential, nil
}
