// Package stack is the program: it reads a stack's configuration, deploys the
// components of package infra with it, and exports the stack's outputs. It alone
// knows config keys.
package stack

import (
	_ "embed"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
)

// readme is shown on the stack's page in the Pulumi console, which fills in the
// outputs.
//
//go:embed readme.md
var readme string

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
	c.Argo.ClientID, c.Argo.TenantID, c.Argo.RegistryClientID = app.ClientID, app.TenantID, app.RegistryClientID
	// A destroy of a protected stack comes to Argo CD first, is refused, and leaves
	// alone what Argo CD depends on: so also what is not protected.
	afterAccess := pulumi.DependsOn(app.Access)
	argo, err := infra.NewArgoExtension(ctx, "argocd", &c.Argo, append(cluster.extensionOptions, protect, afterAccess)...)
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
	r := newReport(ctx)
	found, err := infra.LookupAksCluster(ctx, c.ExistingCluster)
	if err != nil {
		r.fail("cluster.existingId", "%w", err)
	} else {
		c.checkNodes(r, found.SchedulableNodes)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return &target{
		resourceGroup: pulumi.String(found.ResourceGroupName).ToStringOutput(),
		name:          pulumi.String(found.ClusterName).ToStringOutput(),
		issuer:        pulumi.String(found.OIDCIssuerURL).ToStringOutput(),
	}, nil
}

func export(ctx *pulumi.Context, c *Config, cluster *target, app *infra.EntraApp, argo *infra.ArgoExtension) {
	ctx.Export("resourceGroupName", cluster.resourceGroup)
	ctx.Export("clusterName", cluster.name)
	ctx.Export("oidcIssuerUrl", cluster.issuer)
	ctx.Export("tenantId", app.TenantID)
	ctx.Export("entraIssuerUrl", app.TenantID.ApplyT(c.Argo.Cloud.Issuer).(pulumi.StringOutput))
	ctx.Export("clientId", app.ClientID)
	if c.Argo.RegistryLogin {
		ctx.Export("registryClientId", app.RegistryClientID)
	}
	ctx.Export("argocdUrl", argo.URL)
	ctx.Export("redirectUris", app.RedirectURIs)
	ctx.Export("getCredentialsCommand", pulumi.Sprintf("az aks get-credentials --resource-group %s --name %s",
		cluster.resourceGroup, cluster.name))
	domain := c.Argo.Domain
	login := "argocd login " + string(domain) + " --sso"
	if domain.Local() {
		ctx.Export("portForwardCommand", pulumi.String("kubectl port-forward svc/argocd-server -n "+infra.ReleaseNamespace+" "+domain.Port()+":443"))
		login += " --insecure"
	} else {
		login += " --grpc-web" // most ingress controllers do not pass gRPC on
	}
	ctx.Export("loginCommand", pulumi.String(login))
	ctx.Export("readme", pulumi.String(readme))
}
