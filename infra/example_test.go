package infra_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/entra"
)

// A cluster, an application and Argo CD, for one group of administrators.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		admins, err := entra.LookupGroup(ctx, "Argo CD Admins")
		if err != nil {
			return err
		}
		cluster, err := aks.NewAksCluster(ctx, "aks", &aks.AksClusterArgs{Name: "shop", Region: "westus3"})
		if err != nil {
			return err
		}
		app, err := entra.NewEntraApp(ctx, "entra", &entra.EntraAppArgs{
			DisplayName:    "Argo CD of shop",
			Instances:      []entra.ArgoInstance{{Name: "shop", Domain: "localhost:9000", Issuer: cluster.OIDCIssuerURL}},
			GroupObjectIDs: []string{admins},
		})
		if err != nil {
			return err
		}
		argocd, err := argo.NewArgoExtension(ctx, "argocd", &argo.ArgoExtensionArgs{
			ResourceGroupName: cluster.ResourceGroupName,
			ClusterName:       cluster.ClusterName,
			SignIn:            app.SignIn("shop"),
			Roles:             []argo.RoleMapping{{Group: pulumi.String(admins), Role: "admin"}},
		}, pulumi.DependsOn(cluster.Nodes), pulumi.DeletedWith(cluster.Cluster))
		if err != nil {
			return err
		}
		ctx.Export("url", argocd.URL)
		return nil
	})
}

// Argo CD on a cluster that another team manages.
func Example_existingCluster() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		found, err := aks.LookupAksCluster(ctx, "/subscriptions/88888888-8888-8888-8888-888888888888"+
			"/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop")
		if err != nil {
			return err
		}
		ctx.Export("issuer", pulumi.String(found.OIDCIssuerURL))
		return nil
	})
}
