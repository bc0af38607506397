package infra_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestProtect: Protect on a component covers stateful resources, but not the resources that
// give access or the maintenance windows.
func TestProtect(t *testing.T) {
	t.Parallel()
	recorded := (&mocks.Recorder{}).Accepted(t, nil, func(ctx *pulumi.Context) error {
		protect := pulumi.Protect(true)
		aks, err := aks.NewAksCluster(ctx, "aks", &aks.AksClusterArgs{Name: "shop", Region: "westus3", ClusterSettings: aks.ClusterSettings{
			UserPool: &aks.UserPool{}, ClusterUpgrades: aks.ClusterUpgrades{Maintenance: &aks.MaintenanceWindow{Day: "Sunday", Start: "02:00", Hours: 4}},
		}}, protect)
		if err != nil {
			return err
		}
		app, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{
			DisplayName: "argocd", GroupObjectIDs: []string{mocks.AdminsID}, ContainerRegistry: pulumi.String(mocks.RegistryID), Clusters: []azure.ClusterID{mocks.SpokeID},
			Instances: []entra.ArgoInstance{{Name: "shop", Domain: "localhost:9000", Issuer: aks.OIDCIssuerURL}},
		}, protect)
		if err != nil {
			return err
		}
		_, err = argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{
			ResourceGroupName: aks.ResourceGroupName, ClusterName: aks.ClusterName, SignIn: app.SignIn("shop"),
			Roles: []argo.RoleMapping{{Group: pulumi.String(mocks.AdminsID), Role: "admin"}},
		}, protect)
		return err
	})
	left := []string{mocks.Assignment, mocks.Credential, mocks.Grant, mocks.Maintenance, mocks.RoleAssignment}
	for _, r := range recorded.Registrations {
		another := strings.HasPrefix(r.Name, "entra-registry-") || strings.HasPrefix(r.Name, "entra-clusters-")
		if want := !slices.Contains(left, r.Token) && !another; r.Protect != want {
			t.Errorf("%s: protected %v, want %v", r.Name, r.Protect, want)
		}
	}
	for _, token := range left {
		if len(recorded.All(token)) == 0 {
			t.Errorf("no %s", token)
		}
	}
}
