package stack

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/entra"
)

// logGroupClaims says what groupClaims means for who can sign in, and, to who has
// not set it, what a tenant needs that the program cannot look up. A hook on the
// assignments (pulumi.ResourceHooks, OnError) would say it only where one is refused,
// but states with hooks are of version 4, which CLIs before v3.183 do not read
// (ApplyFeatures in pkg/resource/stack/deployment.go of Pulumi), and all would be.
func (c *Config) logGroupClaims(ctx *pulumi.Context) error {
	say, text := ctx.Log.Info, ""
	switch c.App.GroupClaims {
	case entra.GroupClaimsSecurity:
		say, text = ctx.Log.Warn, "groupClaims is security: everyone in the tenant can sign in, with what defaultRole gives, "+
			"and who is in more than 200 groups has no groups in the token, and so no role by them."
	case "":
		text = "Groups are assigned to the application, which takes Entra ID P1. Where Entra refuses it because of the tenant's plan, " +
			"set groupClaims to security and requireAssignment to false; set it to assigned to have this line go."
	default:
		return nil
	}
	if err := say(text, nil); err != nil {
		return fmt.Errorf("groupClaims: %w", err)
	}
	return nil
}
