// Package deploy deploys AKS clusters whose Argo CDs share one Entra application for sign-in.
package deploy

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/entra"
)

// cluster is an entry of the config key clusters.
type cluster struct {
	Name   string       `json:"name"`
	Region string       `json:"region"`
	Domain chart.Domain `json:"domain"`
}

// Fleet deploys the clusters, the Entra application and an Argo CD on each cluster.
func Fleet(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	var clusters []cluster
	if err := settings.GetObject("clusters", &clusters); err != nil {
		return fmt.Errorf("config clusters: %w", err)
	}
	admins, err := entra.LookupGroup(ctx, settings.Get("admins"))
	if err != nil {
		return fmt.Errorf("config admins: %w", err)
	}
	created, instances, err := createClusters(ctx, clusters)
	if err != nil {
		return err
	}
	app, err := entra.NewEntraApp(ctx, "sign-in", &entra.EntraAppArgs{
		DisplayName:       "Argo CD of " + ctx.Stack(),
		Instances:         instances,
		GroupObjectIDs:    []string{admins},
		ContainerRegistry: pulumi.String(settings.Get("containerRegistry")),
	})
	if err != nil {
		return err
	}
	urls := pulumi.StringMap{}
	for i, c := range clusters {
		extension, err := argo.NewArgoExtension(ctx, c.Name, &argo.ArgoExtensionArgs{
			ResourceGroupName: created[i].ResourceGroupName,
			ClusterName:       created[i].ClusterName,
			SignIn:            app.SignIn(c.Name),
			Roles:             []argo.RoleMapping{{Group: pulumi.String(admins), Role: "admin"}},
		}, pulumi.DependsOn(created[i].Nodes), pulumi.DeletedWith(created[i].Cluster))
		if err != nil {
			return err
		}
		urls[c.Name] = extension.URL
	}
	ctx.Export("argocdUrls", urls)
	return nil
}

// createClusters creates the clusters. It returns them and, for each, its Argo CD as an instance
// of the Entra application.
func createClusters(ctx *pulumi.Context, clusters []cluster) (all []*aks.AksCluster, instances []entra.ArgoInstance, err error) {
	for _, c := range clusters {
		created, err := aks.NewAksCluster(ctx, c.Name, &aks.AksClusterArgs{Name: c.Name, Region: c.Region})
		if err != nil {
			return nil, nil, err
		}
		all = append(all, created)
		instances = append(instances, entra.ArgoInstance{Name: c.Name, Domain: c.Domain, Issuer: created.OIDCIssuerURL})
	}
	return all, instances, nil
}
