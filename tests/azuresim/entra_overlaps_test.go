package azuresim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestEntraOverlaps checks which operations of the azuread provider must wait for each other:
// applications and principals for one another, and consent and assignments for everything.
func TestEntraOverlaps(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second string
		want          string
	}{
		"two applications":             {azuresim.Application, azuresim.Application, "retry policy"},
		"two principals":               {azuresim.ServicePrincipal, azuresim.ServicePrincipal, "retry policy"},
		"application and principal":    {azuresim.Application, azuresim.ServicePrincipal, "retry policy"},
		"consent and application":      {azuresim.DelegatedGrant, azuresim.Application, "crashes"},
		"principal and assignment":     {azuresim.ServicePrincipal, azuresim.AppRoleAssignment, "crashes"},
		"consent and assignment":       {azuresim.DelegatedGrant, azuresim.AppRoleAssignment, "crashes"},
		"two assignments":              {azuresim.AppRoleAssignment, azuresim.AppRoleAssignment, "crashes"},
		"credential and assignment":    {azuresim.FederatedCredential, azuresim.AppRoleAssignment, "crashes"},
		"consent and credential":       {azuresim.DelegatedGrant, azuresim.FederatedCredential, "crashes"},
		"two credentials":              {azuresim.FederatedCredential, azuresim.FederatedCredential, ""},
		"application and credential":   {azuresim.Application, azuresim.FederatedCredential, ""},
		"assignment and a group":       {azuresim.AppRoleAssignment, azuresim.SecurityGroup, ""},
		"application and a group":      {azuresim.Application, azuresim.SecurityGroup, ""},
		"assignment and an Azure role": {azuresim.AppRoleAssignment, azuresim.RoleAssignment, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			overlaps := func(dependencies ...resource.URN) error {
				state, err := json.Marshal(apitype.DeploymentV3{Resources: []apitype.ResourceV3{
					{URN: "urn:pulumi:dev::p::t::first", Custom: true, ID: "1", Type: tokens.Type(c.first)},
					{URN: "urn:pulumi:dev::p::t::second", Custom: true, ID: "2", Type: tokens.Type(c.second), Dependencies: dependencies},
				}})
				if err != nil {
					t.Fatal(err)
				}
				return azuresim.New().Overlaps(state)
			}
			if err := overlaps(); (err != nil) != (c.want != "") || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("side by side: %v, want %q", err, c.want)
			}
			if err := overlaps("urn:pulumi:dev::p::t::first"); err != nil {
				t.Errorf("one after another: %v", err)
			}
		})
	}
}
