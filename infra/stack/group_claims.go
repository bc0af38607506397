package stack

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/entra"
)

// securityWarning returns the consequences of groupClaims security.
func (c *Config) securityWarning() string {
	if c.App.GroupClaims != entra.GroupClaimsSecurity {
		return ""
	}
	return "With groupClaims security, everyone in the tenant can sign in and has the role in defaultRole. " +
		"The tokens of users with more than 200 groups contain no groups, so these users have no other role."
}

// logPremium logs, at the first deployment, the license that assigning groups requires, which
// the program cannot look up. An error hook of the assignments (pulumi.ResourceHooks, OnError)
// could log it for a failed assignment only, but it would change every state to version 4,
// which CLIs before v3.183 cannot read (ApplyFeatures in pkg/resource/stack/deployment.go of
// Pulumi).
func (c *Config) logPremium(ctx *pulumi.Context, cluster *deployedCluster) error {
	if c.App.GroupClaims != "" || !cluster.isNew {
		return nil
	}
	if err := ctx.Log.Info("Assigning groups to the application requires Entra ID P1. If Entra rejects an assignment because of the tenant's plan, "+
		"set groupClaims to security and requireAssignment to false.", nil); err != nil {
		return fmt.Errorf("groupClaims: %w", err)
	}
	return nil
}
