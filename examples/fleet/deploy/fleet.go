// Package deploy has a fleet of clusters whose Argo CDs sign users in through
// one Entra application.
package deploy

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/chart"
)

// cluster is an entry of the config key clusters.
type cluster struct {
	Name   string       `json:"name"`
	Region string       `json:"region"`
	Domain chart.Domain `json:"domain"`
}

// Fleet is the whole program.
func Fleet(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	var clusters []cluster
	if err := settings.GetObject("clusters", &clusters); err != nil {
		return fmt.Errorf("config clusters: %w", err)
	}
	admins, err := infra.LookupGroup(ctx, settings.Get("admins"))
	if err != nil {
		return fmt.Errorf("config admins: %w", err)
	}
	aks, instances, err := createClusters(ctx, clusters)
	if err != nil {
		return err
	}
	registry := settings.Get("containerRegistry")
	app, err := infra.NewEntraApp(ctx, "sign-in", &infra.EntraAppArgs{
		DisplayName:         "Argo CD of " + ctx.Stack(),
		Instances:           instances,
		GroupObjectIDs:      []string{admins},
		ContainerRegistryID: registry,
	})
	if err != nil {
		return err
	}
	urls := pulumi.StringMap{}
	for i, c := range clusters {
		extension, err := infra.NewArgoExtension(ctx, c.Name, &infra.ArgoExtensionArgs{
			ResourceGroupName:  aks[i].ResourceGroupName,
			ClusterName:        aks[i].ClusterName,
			ClientID:           app.ClientID,
			TenantID:           app.TenantID,
			RepoServerClientID: app.RepoServerClientID,
			Settings: chart.Settings{
				Domain:        c.Domain,
				Roles:         []chart.RoleMapping{{Group: admins, Role: "admin"}},
				RegistryLogin: registry != "",
			},
		}, pulumi.DependsOn(aks[i].Nodes), pulumi.DeletedWith(aks[i].Cluster))
		if err != nil {
			return err
		}
		urls[c.Name] = extension.URL
	}
	ctx.Export("argocdUrls", urls)
	return nil
}

// createClusters also returns the Argo CDs that the application shall know.
func createClusters(ctx *pulumi.Context, clusters []cluster) (aks []*infra.AksCluster, instances []infra.ArgoInstance, err error) {
	for _, c := range clusters {
		created, err := infra.NewAksCluster(ctx, c.Name, &infra.AksClusterArgs{Name: c.Name, Location: c.Region})
		if err != nil {
			return nil, nil, err
		}
		aks = append(aks, created)
		instances = append(instances, infra.ArgoInstance{Name: c.Name, Domain: c.Domain, Issuer: created.OIDCIssuerURL})
	}
	return aks, instances, nil
}
