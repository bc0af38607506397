// Package stack is the program: it reads a stack's configuration, deploys the
// components of package infra with it, and exports the stack's outputs. It alone
// knows config keys.
package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
)

// Deploy is the whole program: stack config in, outputs out. It returns an error
// that names every wrong config key before anything is created.
func Deploy(ctx *pulumi.Context) error {
	c, err := LoadConfig(ctx)
	if err != nil {
		return err
	}
	if err := c.lookUpGroups(ctx); err != nil {
		return err
	}
	protect := pulumi.Protect(c.Protect)
	cluster, err := c.cluster(ctx, protect)
	if err != nil {
		return err
	}
	c.App.Instances[0].Issuer = cluster.issuer
	app, err := infra.NewEntraApp(ctx, "entra", &c.App, protect)
	if err != nil {
		return err
	}
	c.Argo.ResourceGroupName, c.Argo.ClusterName = cluster.resourceGroup, cluster.name
	c.Argo.ClientID, c.Argo.TenantID = app.ClientID, app.TenantID
	argo, err := infra.NewArgoExtension(ctx, "argocd", &c.Argo, append(cluster.extensionOptions, protect)...)
	if err != nil {
		return err
	}
	export(ctx, c, cluster, app, argo)
	return nil
}

// target is the cluster that the extension goes to.
type target struct {
	resourceGroup, name, issuer pulumi.StringOutput
	extensionOptions            []pulumi.ResourceOption
}

// cluster creates the cluster, or reads the existing one.
func (c *Config) cluster(ctx *pulumi.Context, protect pulumi.ResourceOption) (*target, error) {
	if c.ExistingCluster != "" {
		return c.existing(ctx)
	}
	aks, err := infra.NewAksCluster(ctx, "aks", &c.Cluster, protect)
	if err != nil {
		return nil, err
	}
	return &target{
		resourceGroup: aks.ResourceGroupName, name: aks.ClusterName, issuer: aks.OIDCIssuerURL,
		// Argo CD's pods need the nodes. The cluster takes the extension along, far
		// faster than its own delete.
		extensionOptions: []pulumi.ResourceOption{pulumi.DependsOn(aks.Nodes), pulumi.DeletedWith(aks.Cluster)},
	}, nil
}

func (c *Config) existing(ctx *pulumi.Context) (*target, error) {
	r := newReport(ctx.Stack())
	found, err := infra.LookupAksCluster(ctx, c.ExistingCluster)
	if err != nil {
		r.fail("cluster.existingId", "%w", err)
		return nil, r.err()
	}
	if c.checkNodes(r, found.SchedulableNodes); r.err() != nil {
		return nil, r.err()
	}
	return &target{
		resourceGroup: pulumi.String(found.ResourceGroupName).ToStringOutput(),
		name:          pulumi.String(found.ClusterName).ToStringOutput(),
		issuer:        pulumi.String(found.OIDCIssuerURL).ToStringOutput(),
	}, nil
}
