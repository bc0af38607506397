package azure

import (
	"errors"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// NewCredential returns the caller's credential for the stack's tenant: workload identity if
// its environment variables are set, as in a pod, otherwise az login. Unlike
// DefaultAzureCredential, it supports no client secret or password; sign in with az first.
// az login --identity is not supported, because az rejects a tenant with it (azure-cli-core,
// _profile.py), and without a tenant the token of a guest would be for another directory.
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
	if err == nil { // the environment variables are set
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
