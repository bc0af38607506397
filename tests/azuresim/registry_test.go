package azuresim_test

import (
	"maps"
	"testing"

	"argocd-on-aks/tests/azuresim"
)

func TestRegistryRefusals(t *testing.T) {
	t.Parallel()
	in := signedUp(t)
	registry := in.AddRegistry("contoso")
	role := "/subscriptions/" + in.SubscriptionID + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
	assignment := properties{"scope": registry, "principalId": in.principal, "principalType": "ServicePrincipal", "roleDefinitionId": role}
	for _, c := range []struct {
		key, value, code string
	}{
		{"scope", registry + "x", "ResourceNotFound"},
		{"principalId", "none", "PrincipalNotFound"},
		{"roleDefinitionId", role[:len(role)-1], "RoleDefinitionDoesNotExist"},
		{"roleDefinitionId", "AcrPull", "RoleDefinitionDoesNotExist"},
	} {
		wrong := maps.Clone(assignment)
		wrong[c.key] = c.value
		_, _, err := in.Create(azuresim.RoleAssignment, wrong)
		refused(t, err, c.code, c.value)
	}
	create(t, in.Azure, azuresim.RoleAssignment, assignment)
	refused(t, in.Pull("no token", registry), "UNAUTHORIZED", "")
}
