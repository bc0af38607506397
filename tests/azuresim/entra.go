package azuresim

import (
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/directory"
)

// ReadLag is how far Microsoft Graph's replicas are behind, in reads.
type ReadLag = directory.ReadLag

// SetReadLag sets how many requests to Microsoft Graph do not find the objects of a type that
// are created, or do not show the changes that are made, from now on.
func (a *Azure) SetReadLag(token string, lag ReadLag) {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.SetReadLag(token, lag)
}

// Miss makes the next requests to Microsoft Graph not find the existing objects of a type.
func (a *Azure) Miss(token string, reads int) {
	a.store.Lock()
	defer a.store.Unlock()
	a.directory.Miss(token, reads)
}

// administrator lists the Graph permissions of the administrator in docs/automation.md, who
// deploys a stack for the first time.
var administrator = []string{
	"Application.ReadWrite.All", "Application.Read.All", "Group.Read.All",
	"DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
}

// DeployerEnv returns the variables with which the azuread plugin signs in as the identity
// that runs Pulumi, without a secret: it exchanges a token of Pulumi Deployments. It also
// gives the identity DeployerPermissions.
// https://www.pulumi.com/registry/packages/azuread/installation-configuration
func (a *Azure) DeployerEnv() []string {
	a.store.Lock()
	defer a.store.Unlock()
	deployer := a.directory.DeployerWorkload()
	a.rest.Grant(deployer.ObjectID, a.DeployerPermissions...)
	token, err := a.signin.LongAssertion(deployer.Issuer, deployer.Subject, directory.TokenExchangeAudience)
	if err != nil {
		panic(err) // only for unsupported keys
	}
	return []string{
		"ARM_USE_OIDC=true", "ARM_USE_CLI=false", "ARM_ENVIRONMENT=public",
		"ARM_TENANT_ID=" + a.TenantID, "ARM_SUBSCRIPTION_ID=" + a.SubscriptionID, "ARM_CLIENT_ID=" + deployer.ClientID, "ARM_OIDC_TOKEN=" + token,
	}
}
