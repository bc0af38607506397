package azuresim_test

import (
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// TestWithoutEntraP1 checks that a tenant without Entra ID P1 rejects the assignment of
// groups and accepts that of users and workloads.
func TestWithoutEntraP1(t *testing.T) {
	t.Parallel()
	in := newTenant(t)
	assign := func(principal string) error {
		_, _, err := in.Create(azuresim.AppRoleAssignment, properties{
			"appRoleId": "00000000-0000-0000-0000-000000000000", "principalObjectId": principal, "resourceObjectId": in.principal,
		})
		return err
	}
	refused(t, assign(in.GroupID("Developers")), "", "")
	in.WithoutPremium()
	refused(t, assign(in.GroupID("Auditors")), "Authorization_RequestDenied", "Groups are not available for assignment due to your Active Directory plan level.")
	refused(t, assign(in.UserID("alice")), "", "")
	refused(t, assign(in.AddWorkload("release", "https://ci.example", "main").ObjectID), "", "")
}
