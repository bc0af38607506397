package identities

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// The applications of a dev stack: that of the users, repo-server's, and that of spokes.
const (
	usersApp    = "argocd-dev"
	chartsApp   = "argocd-dev-argocd-repo-server"
	clustersApp = "argocd-dev-argocd-clusters"
)

// builtIn are Azure's built-in roles that the program assigns.
var builtIn = map[string]string{
	"7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
	"b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": clusterAdmin,
}

const clusterAdmin = "Azure Kubernetes Service RBAC Cluster Admin"

// up deploys, however many operations that takes.
func up(t *testing.T, stack *engine.Stack) {
	t.Helper()
	e2e.Succeed(t, stack.Up)
}

// identity is what an application is for: the service accounts in Argo CD's namespace that
// it trusts, and its roles in Azure, each as "<role> on <resource ID>".
type identity struct{ trusts, roles []string }

// wantIdentities compares all applications in the tenant, by display name. It counts
// nothing that Pulumi did, so that its failure names the claim of SECURITY.md.
func wantIdentities(t *testing.T, azure *azuresim.Azure, want map[string]identity) {
	t.Helper()
	got, names := map[string]identity{}, map[string]string{}
	for id, application := range azure.Answers(azuresim.Application) {
		name := application["displayName"].StringValue()
		names[id], names[application["clientId"].StringValue()], got[name] = name, name, identity{}
	}
	for _, credential := range azure.Inputs(azuresim.FederatedCredential) {
		name := names[credential["applicationId"].StringValue()]
		subject := strings.TrimPrefix(credential["subject"].StringValue(), "system:serviceaccount:argocd:")
		got[name] = identity{append(got[name].trusts, subject), got[name].roles}
	}
	for _, principal := range azure.Answers(azuresim.ServicePrincipal) {
		names[principal["objectId"].StringValue()] = names[principal["clientId"].StringValue()]
	}
	for _, assignment := range azure.Inputs(azuresim.RoleAssignment) {
		name, definition := names[assignment["principalId"].StringValue()], assignment["roleDefinitionId"].StringValue()
		role := builtIn[definition[strings.LastIndex(definition, "/")+1:]] + " on " + assignment["scope"].StringValue()
		got[name] = identity{got[name].trusts, append(got[name].roles, role)}
	}
	beyond(t, got, want, "the application %s trusts the service account %s", "the application %s has the role %s")
	beyond(t, want, got, "the application %s does not trust the service account %s", "the application %s does not have the role %s")
}

// beyond reports the trust and the roles of identities that others do not have.
func beyond(t *testing.T, identities, others map[string]identity, trusts, roles string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(identities)) {
		for _, account := range identities[name].trusts {
			if !slices.Contains(others[name].trusts, account) {
				t.Errorf(trusts, name, account)
			}
		}
		for _, role := range identities[name].roles {
			if !slices.Contains(others[name].roles, role) {
				t.Errorf(roles, name, role)
			}
		}
	}
}
