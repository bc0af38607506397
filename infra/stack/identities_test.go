package stack

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// identities returns the service accounts that each application trusts, and the roles of each
// service principal as "<role definition> on <scope>".
func identities(recorded *mocks.Recorder) map[string][]string {
	found := map[string][]string{}
	for _, credential := range recorded.All(mocks.Credential) {
		application := credential.Inputs["applicationId"].StringValue()
		found[application] = append(found[application], credential.Inputs["subject"].StringValue())
	}
	for _, assignment := range recorded.All(mocks.RoleAssignment) {
		principal, definition := assignment.Inputs["principalId"].StringValue(), assignment.Inputs["roleDefinitionId"].StringValue()
		found[principal] = append(found[principal], definition[strings.LastIndex(definition, "/")+1:]+" on "+assignment.Inputs["scope"].StringValue())
	}
	return found
}

// wantIdentities checks the trusted service accounts and roles against SECURITY.md.
func wantIdentities(t *testing.T, recorded *mocks.Recorder, want map[string][]string) {
	t.Helper()
	got := identities(recorded)
	for _, name := range slices.Sorted(maps.Keys(got)) {
		for _, right := range got[name] {
			if !slices.Contains(want[name], right) {
				t.Errorf("%s: unexpected %s", name, right)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		for _, right := range want[name] {
			if !slices.Contains(got[name], right) {
				t.Errorf("%s: missing %s", name, right)
			}
		}
	}
}

const (
	account = "system:serviceaccount:argocd:"
	acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
	admin   = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"
)

// TestIdentities: each component of Argo CD signs in only as its applications, and these have
// only the roles that they need, in every configuration.
func TestIdentities(t *testing.T) {
	t.Parallel()
	users, registry, clusters := "entra-application-id", "entra-registry-application-id", "entra-clusters-application-id"
	for name, c := range map[string]struct {
		config map[string]string
		want   map[string][]string
	}{
		"none":         {nil, map[string][]string{}},
		"registry":     {map[string]string{"containerRegistry": mocks.RegistryID}, map[string][]string{registry: {account + "argocd-repo-server"}, "registry-principal-object": {acrPull + " on " + mocks.RegistryID}}},
		"Azure DevOps": {map[string]string{"azureDevOps": "true"}, map[string][]string{registry: {account + "argocd-repo-server"}}},
		"clusters": {map[string]string{"clusters": spokes}, map[string][]string{
			clusters: {account + "argocd-server", account + "argocd-application-controller"}, "clusters-principal-object": {admin + " on " + mocks.SpokeID},
		}},
		"all": {map[string]string{"containerRegistry": mocks.RegistryID, "azureDevOps": "true", "clusters": spokes}, map[string][]string{
			registry: {account + "argocd-repo-server"}, "registry-principal-object": {acrPull + " on " + mocks.RegistryID},
			clusters: {account + "argocd-server", account + "argocd-application-controller"}, "clusters-principal-object": {admin + " on " + mocks.SpokeID},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := withSpoke()
			exports(t, recorded, c.config)
			c.want[users] = []string{account + "argocd-server"}
			wantIdentities(t, recorded, c.want)
		})
	}
}
