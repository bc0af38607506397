package entra

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestRegistrationOrder: applications and principals are created one after another, then
// consent and assignments, and credentials after all of them.
func TestRegistrationOrder(t *testing.T) {
	t.Parallel()
	recorded := (&mocks.Recorder{}).Accepted(t, nil, func(ctx *pulumi.Context) error {
		_, err := NewEntraApp(ctx, "entra", &EntraAppArgs{
			DisplayName: "argocd",
			Instances: []ArgoInstance{
				{Name: "west", Domain: "west.example.com", Issuer: pulumi.String(mocks.IssuerURL + "west")},
				{Name: "north", Domain: "north.example.com", Issuer: pulumi.String(mocks.IssuerURL + "north")},
			},
			GroupObjectIDs:    []string{mocks.AdminsID, mocks.AuditorsID},
			Groups:            map[string]pulumi.StringInput{"developers": pulumi.String(mocks.DevelopersID)},
			ContainerRegistry: pulumi.String(mocks.RegistryID),
			Clusters:          []azure.ClusterID{mocks.SpokeID},
			Pipelines:         []Pipeline{{Name: "shop", PrincipalID: mocks.ReleasersID}},
		})
		return err
	})
	chain := []string{
		"entra-application", "entra-principal", "entra-registry-application", "entra-registry-principal",
		"entra-clusters-application", "entra-clusters-principal", "entra-consent",
		"entra-group-" + mocks.AdminsID, "entra-group-" + mocks.AuditorsID, "entra-group-developers", "entra-pipeline-shop",
	}
	waits := func(name, other string) bool {
		return slices.ContainsFunc(recorded.Named(t, name).DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::"+other) })
	}
	for i, name := range chain[1:] {
		if !waits(name, chain[i]) {
			t.Errorf("%s does not wait for %s, only for %q", name, chain[i], recorded.Named(t, name).DependsOn)
		}
	}
	last, credentials := chain[len(chain)-1], recorded.All(mocks.Credential)
	for _, credential := range credentials {
		if !waits(credential.Name, last) {
			t.Errorf("%s does not wait for %s, only for %q", credential.Name, last, credential.DependsOn)
		}
		for _, other := range credentials {
			if waits(credential.Name, other.Name) {
				t.Errorf("%s waits for %s", credential.Name, other.Name)
			}
		}
	}
	if chained := len(recorded.All(mocks.Application)) + len(recorded.All(mocks.Principal)) + len(recorded.All(mocks.Grant)) + len(recorded.All(mocks.Assignment)); chained != len(chain) || len(credentials) != 8 {
		t.Errorf("%d resources in the chain and %d credentials, want %d and 8", chained, len(credentials), len(chain))
	}
}

// TestIgnoredChanges: up keeps the owners of the creation, and a principal's description, of
// which the provider can leave a temporary value in the state.
func TestIgnoredChanges(t *testing.T) {
	t.Parallel()
	recorded := (&mocks.Recorder{}).Accepted(t, nil, func(ctx *pulumi.Context) error {
		_, err := NewEntraApp(ctx, "entra", &EntraAppArgs{
			DisplayName: "argocd", AzureDevOps: true, GroupObjectIDs: []string{mocks.AdminsID},
			Instances: []ArgoInstance{{Name: "a", Domain: "argocd.example.com", Issuer: pulumi.String(mocks.IssuerURL)}},
		})
		return err
	})
	for token, want := range map[string][]string{
		mocks.Application: {"owners"}, mocks.Principal: {"owners", "description"}, mocks.Credential: nil, mocks.Grant: nil, mocks.Assignment: nil,
	} {
		for _, r := range recorded.All(token) {
			if !slices.Equal(r.IgnoreChanges, want) {
				t.Errorf("%s ignores changes of %q, want %q", r.Name, r.IgnoreChanges, want)
			}
		}
	}
}
