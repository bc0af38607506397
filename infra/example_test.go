package infra_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/chart"
)

// A cluster, an application and Argo CD, for one group of administrators.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		admins, err := infra.LookupGroup(ctx, "Argo CD Admins")
		if err != nil {
			return err
		}
		aks, err := infra.NewAksCluster(ctx, "aks", &infra.AksClusterArgs{Name: "shop", Location: "westus3"})
		if err != nil {
			return err
		}
		const domain = "localhost:9000"
		app, err := infra.NewEntraApp(ctx, "entra", &infra.EntraAppArgs{
			DisplayName:    "Argo CD of shop",
			Instances:      []infra.ArgoInstance{{Name: "shop", Domain: domain, Issuer: aks.OIDCIssuerURL}},
			GroupObjectIDs: []string{admins},
		})
		if err != nil {
			return err
		}
		argo, err := infra.NewArgoExtension(ctx, "argocd", &infra.ArgoExtensionArgs{
			ResourceGroupName: aks.ResourceGroupName,
			ClusterName:       aks.ClusterName,
			ClientID:          app.ClientID,
			TenantID:          app.TenantID,
			Settings:          chart.Settings{Domain: domain, Roles: []chart.RoleMapping{{Group: admins, Role: "admin"}}},
		}, pulumi.DependsOn(aks.Nodes), pulumi.DeletedWith(aks.Cluster))
		if err != nil {
			return err
		}
		ctx.Export("url", argo.URL)
		return nil
	})
}

// Argo CD on a cluster that another team manages.
func ExampleLookupAksCluster() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		found, err := infra.LookupAksCluster(ctx, "/subscriptions/88888888-8888-8888-8888-888888888888"+
			"/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop")
		if err != nil {
			return err
		}
		ctx.Export("issuer", pulumi.String(found.OIDCIssuerURL))
		return nil
	})
}
