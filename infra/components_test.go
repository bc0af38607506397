package infra_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// TestInvalidArguments uses the components as another program would: one error holds all
// problems, and no resource is registered.
func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		program pulumi.RunFunc
		want    []string
	}{
		"cluster without arguments": {
			func(ctx *pulumi.Context) error { _, err := aks.NewAksCluster(ctx, "aks", nil); return err },
			[]string{`AksCluster "aks": args are required`},
		},
		"app without arguments": {
			func(ctx *pulumi.Context) error { _, err := entra.NewEntraApp(ctx, "entra", nil); return err },
			[]string{`EntraApp "entra": args are required`},
		},
		"extension without arguments": {
			func(ctx *pulumi.Context) error { _, err := argo.NewArgoExtension(ctx, "argocd", nil); return err },
			[]string{`ArgoExtension "argocd": args are required`},
		},
		"cluster": {
			func(ctx *pulumi.Context) error {
				_, err := aks.NewAksCluster(ctx, "aks", &aks.AksClusterArgs{Name: "-", ResourceGroupName: "my group", Region: "West US", Tags: map[string]string{"a/b": "c"}, ClusterSettings: aks.ClusterSettings{
					NodePool: aks.NodePool{NodeCount: -1}, UserPool: &aks.UserPool{Name: "User", VMSize: "D4s_v5"}, Network: &aks.ClusterNetwork{},
					ClusterAccess:   aks.ClusterAccess{AdminGroups: []pulumi.StringInput{pulumi.String("Admins"), pulumi.String("A, B")}},
					ClusterUpgrades: aks.ClusterUpgrades{UpgradeChannel: "patch", Maintenance: &aks.MaintenanceWindow{Day: "Sunday", Start: "02:00"}},
				}})
				return err
			},
			[]string{
				`argument Name "-"`, `argument ResourceGroupName "my group"`, `argument Region "West US"`, `argument Tags "a/b"`, "argument NodeCount -1",
				`argument UserPool.VMSize "D4s_v5"`, `argument UserPool.Name "User"`, "argument Network.Plugin is required", "argument Maintenance.Hours 0",
				`argument AdminGroups[0] "Admins" is not a valid object ID`, `argument AdminGroups[1] "A, B" is not a valid object ID`,
			},
		},
		"app": {
			func(ctx *pulumi.Context) error {
				_, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{
					Instances: []entra.ArgoInstance{
						{Name: "a", Domain: "https://x"}, {Name: "a", Domain: "x.example", Issuer: pulumi.String(mocks.IssuerURL)},
						{Name: "b", CredentialName: "argo cd"}, {Name: "c d"},
					},
					GroupObjectIDs: []string{"Admins", mocks.OnCallID, mocks.OnCallID, strings.ToUpper(mocks.LeadsID)}, ContainerRegistry: pulumi.String("shopcharts"),
				})
				return err
			},
			[]string{
				`argument DisplayName "" must be 1 to 256 characters`, `Instances[0].Domain "https://x"`, "Instances[0].Issuer is required",
				`Instances[1].Name "a" is empty or a duplicate`, `GroupObjectIDs[0] "Admins" is not a valid object ID`, `GroupObjectIDs[2] duplicate "` + mocks.OnCallID,
				`GroupObjectIDs[3] "` + strings.ToUpper(mocks.LeadsID) + `" must be in lower case, as Entra writes it: ` + mocks.LeadsID,
				`ContainerRegistry "shopcharts"`,
				`Instances[2].CredentialName results in the federated credential name "argo cd"`, `Instances[3].Name results in the federated credential name "c d-argocd-server"`,
			},
		},
		"app whose second one has no name": {
			func(ctx *pulumi.Context) error {
				_, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{DisplayName: strings.Repeat("a", 238), ContainerRegistry: pulumi.String(mocks.RegistryID)})
				return err
			},
			[]string{"is longer than 237 characters; repo-server's application adds -argocd-repo-server"},
		},
		"app without instances": {
			func(ctx *pulumi.Context) error {
				_, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{})
				return err
			},
			[]string{"argument Instances is empty", "argument GroupObjectIDs is empty; without a group no user can sign in"},
		},
		"extension": {
			func(ctx *pulumi.Context) error {
				_, err := argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{
					Cloud: "mars", ReleaseTrain: "Nightly", SignIn: entra.SignIn{ContainerRegistry: pulumi.String(mocks.RegistryID)},
					Roles: []argo.RoleMapping{{Group: pulumi.String("Admins"), Role: "deployer"}},
					Options: chart.Options{
						DefaultRole: "guest", Policies: []string{"g, a, b"}, Ingress: &chart.Ingress{TLSSecret: "argocd-tls"},
						ExtraSettings: map[string]string{"server.ingress.tls": "true", "repoServer.env[0].name": "AZURE_CLIENT_ID"},
					},
				})
				return err
			},
			[]string{
				"argument ResourceGroupName is required", "argument ClusterName is required", "argument ClientID is required", "argument TenantID is required",
				"argument RepoServerClientID is required", "argument Domain is empty", `argument ReleaseTrain "Nightly" must be one of Preview, Stable`,
				`argument Policies[0] "g, a, b"`, `Roles[0].Group "Admins" is not a valid object ID`, `Roles[0].Role "deployer" is not defined`,
				`argument DefaultRole "guest"`, `argument Ingress.ClassName ""`,
				`argument ExtraSettings "server.ingress.tls"`, `argument ExtraSettings "repoServer.env[0].name"`,
			},
		},
		"extension of an unknown instance": {
			func(ctx *pulumi.Context) error {
				_, err := argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{ResourceGroupName: pulumi.String("shop"), ClusterName: pulumi.String("shop"), SignIn: (&entra.EntraAppArgs{}).SignIn("")})
				return err
			},
			[]string{`argument SignIn has no instance ""; use the name of one of the EntraApp's Instances`},
		},
		"extension without roles": {
			func(ctx *pulumi.Context) error {
				_, err := argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{
					SignIn: entra.SignIn{Domain: "localhost:9000"}, Options: chart.Options{Ingress: &chart.Ingress{}},
				})
				return err
			},
			[]string{"argument Roles is empty; without a role no user could use Argo CD", `argument Ingress requires a domain without a port that is not localhost`},
		},
		"extension that differs from its app": {
			func(ctx *pulumi.Context) error {
				app := &entra.EntraAppArgs{
					Instances: []entra.ArgoInstance{{Name: "shop", Domain: "localhost:9000"}}, GroupObjectIDs: []string{mocks.AdminsID}, RequireAssignment: pulumi.BoolRef(false),
				}
				_, err := argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{
					SignIn:  app.SignIn("shop"),
					Roles:   []argo.RoleMapping{{Group: pulumi.String(mocks.AdminsID), Role: "admin"}, {Group: pulumi.String(mocks.OnCallID), Role: "admin"}},
					Options: chart.Options{Pipelines: []chart.PipelineRole{{Name: "release", Role: "admin"}}, DefaultRole: "admin"},
				})
				return err
			},
			[]string{
				`argument Roles[1].Group "` + mocks.OnCallID + `" is not among GroupObjectIDs or Groups of the EntraApp`,
				`argument Pipelines[0].Name "release" is not among Pipelines of the EntraApp`,
				`argument DefaultRole "admin": everyone in the tenant would be an admin`,
			},
		},
		"cluster with empty inputs": {
			func(ctx *pulumi.Context) error {
				_, err := aks.NewAksCluster(ctx, "aks", &aks.AksClusterArgs{Name: "shop", Region: "westus3", ClusterSettings: aks.ClusterSettings{
					ClusterAccess: aks.ClusterAccess{AdminGroups: []pulumi.StringInput{nil}},
				}})
				return err
			},
			[]string{"argument AdminGroups[0] is empty"},
		},
		"app with duplicates that Entra rejects": {
			func(ctx *pulumi.Context) error {
				issuer := pulumi.String(mocks.IssuerURL)
				_, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{
					DisplayName: "argocd", GroupObjectIDs: []string{mocks.AdminsID}, Clusters: []azure.ClusterID{mocks.SpokeID},
					Groups:    map[string]pulumi.StringInput{"admins": pulumi.String(mocks.AdminsID), "leads": pulumi.String(mocks.LeadsID), "same": pulumi.String(mocks.LeadsID), "none": nil},
					Pipelines: []entra.Pipeline{{Name: "release", PrincipalID: mocks.LeadsID}},
					Instances: []entra.ArgoInstance{
						{Name: "a", Domain: "a.example.com", CredentialPrefix: "x", Issuer: issuer}, {Name: "b", Domain: "b.example.com", CredentialPrefix: "x", Issuer: issuer},
						{Name: "a-clusters", Domain: "c.example.com", Issuer: pulumi.String("http://example.com/")}, {Name: "d", Domain: "d.example.com", Issuer: pulumi.String("")},
					},
				})
				return err
			},
			[]string{
				`argument Instances[1].CredentialPrefix duplicate federated credential "x-argocd-server"`, `argument Instances[1].Issuer duplicate "` + mocks.IssuerURL,
				`argument Instances[0].Name results in the logical name a-clusters-server of another instance`, `argument Instances[2].Issuer "http://example.com/" is not a valid OIDC issuer URL`,
				"argument Instances[3].Issuer is required", `argument Groups["admins"] duplicate "` + mocks.AdminsID, `argument Groups["same"] duplicate "` + mocks.LeadsID,
				`argument Groups["none"] is empty`, `argument Pipelines[0].PrincipalID "` + mocks.LeadsID + `" is the object ID of a group`,
			},
		},
		"app with created groups and all security groups in tokens": {
			func(ctx *pulumi.Context) error {
				_, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{
					DisplayName: "argocd", GroupClaims: entra.GroupClaimsSecurity, RequireAssignment: pulumi.BoolRef(false), Groups: map[string]pulumi.StringInput{"a": pulumi.String(mocks.AdminsID)},
					Instances: []entra.ArgoInstance{{Name: "a", Domain: "localhost:9000", Issuer: pulumi.String(mocks.IssuerURL)}},
				})
				return err
			},
			[]string{"argument Groups cannot be combined with GroupClaims security"},
		},
		"extension without a sign-in": {
			func(ctx *pulumi.Context) error {
				_, err := argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{ResourceGroupName: pulumi.String(""), ClusterName: pulumi.String("shop")})
				return err
			},
			[]string{"argument ResourceGroupName is required", "argument SignIn is required; use EntraApp.SignIn"},
		},
		"extension with empty inputs": {
			func(ctx *pulumi.Context) error {
				_, err := argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{
					ResourceGroupName: pulumi.String("shop"), ClusterName: pulumi.String("shop"),
					SignIn:         entra.SignIn{Domain: "localhost:9000", ClientID: pulumi.String(""), TenantID: pulumi.String("contoso")},
					Roles:          []argo.RoleMapping{{Role: "admin"}},
					SecretSettings: map[string]pulumi.StringInput{"configs.secret.githubSecret": nil},
				})
				return err
			},
			[]string{"argument ClientID is required", `argument TenantID "contoso" is not a valid GUID`, "argument Roles[0].Group", `argument SecretSettings "configs.secret.githubSecret" is empty`},
		},
		"lookup": {
			func(ctx *pulumi.Context) error { _, err := aks.LookupAksCluster(ctx, "shop"); return err },
			[]string{`"shop" is not a valid AKS cluster ID`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_ = (&mocks.Recorder{}).Refused(t, nil, c.program, c.want...)
		})
	}
}
