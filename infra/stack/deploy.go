// Package stack is the program: it reads a stack's configuration, deploys the
// components of package infra with it, and exports the stack's outputs. It alone
// knows config keys.
package stack

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/chart"
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
	if err := c.sayGroupClaims(ctx); err != nil {
		return err
	}
	spokes, err := c.lookUpSpokes(ctx)
	if err != nil {
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
	c.Argo.ClientID, c.Argo.TenantID, c.Argo.RepoServerClientID = app.ClientID, app.TenantID, app.RepoServerClientID
	options := append(cluster.extensionOptions, protect)
	if c.Protect {
		// A destroy of a protected stack comes to Argo CD first, is refused, and leaves
		// alone what Argo CD depends on: so also what is not protected. Azure does not
		// need this order, so that a stack without protection does not wait for it.
		options = append(options, pulumi.DependsOn(app.Access))
	}
	argo, err := infra.NewArgoExtension(ctx, "argocd", &c.Argo, options...)
	if err != nil {
		return err
	}
	export(ctx, c, cluster, spokes, app, argo)
	return nil
}

// target is the cluster that the extension goes to.
type target struct {
	resourceGroup, name, issuer, id pulumi.StringOutput
	extensionOptions                []pulumi.ResourceOption
}

// cluster creates the cluster, or reads the existing one.
func (c *Config) cluster(ctx *pulumi.Context, protect pulumi.ResourceOption) (*target, error) {
	if c.ExistingCluster != "" {
		return c.existing(ctx)
	}
	if doubt := c.Argo.Cloud.RegionDoubt(c.Cluster.Location); doubt != "" {
		if err := ctx.Log.Warn(ctx.Project()+":region "+doubt, nil); err != nil {
			return nil, fmt.Errorf("region: %w", err)
		}
	}
	aks, err := infra.NewAksCluster(ctx, "aks", &c.Cluster, protect)
	if err != nil {
		return nil, err
	}
	return &target{
		resourceGroup: aks.ResourceGroupName, name: aks.ClusterName, issuer: aks.OIDCIssuerURL,
		id: aks.Cluster.ID().ToStringOutput(),
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
		id:            pulumi.String(string(c.ExistingCluster)).ToStringOutput(),
	}, nil
}

func export(ctx *pulumi.Context, c *Config, cluster *target, spokes []*infra.SpokeCluster, app *infra.EntraApp, argo *infra.ArgoExtension) {
	outputs := pulumi.Map{
		"resourceGroupName":     cluster.resourceGroup,
		"clusterName":           cluster.name,
		"oidcIssuerUrl":         cluster.issuer,
		"tenantId":              app.TenantID,
		"entraIssuerUrl":        app.TenantID.ApplyT(c.Argo.Cloud.Issuer).(pulumi.StringOutput),
		"clientId":              app.ClientID,
		"argocdUrl":             argo.URL,
		"redirectUris":          app.RedirectURIs,
		"getCredentialsCommand": cluster.command(credentialsCommand),
	}
	if c.Argo.RegistryLogin {
		outputs["registryClientId"] = app.RegistryClientID
	}
	if c.Argo.AzureDevOps {
		outputs["repoServerClientId"], outputs["repoServerObjectId"] = app.RepoServerClientID, app.RepoServerObjectID
	}
	if len(c.App.Pipelines) > 0 {
		outputs["pipelineScope"] = app.PipelineScope
	}
	if len(spokes) > 0 {
		outputs["clusterSecrets"] = infra.ClusterSecrets(spokes, app.ClustersClientID, app.TenantID, c.Argo.Cloud)
		outputs["clustersCommand"] = cluster.applyCommand(ctx, "clusterSecrets", "clusters.yaml")
	}
	if c.Argo.Bootstrap != nil {
		outputs["bootstrapManifest"] = argo.BootstrapManifest
		outputs["bootstrapCommand"] = cluster.applyCommand(ctx, "bootstrapManifest", "argocd-bootstrap.yaml")
	}
	domain := c.Argo.Domain
	login := "argocd login " + string(domain) + " --sso"
	if local := slices.IndexFunc(c.Argo.Domains(), chart.Domain.Local); local >= 0 {
		port := c.Argo.Domains()[local].Port()
		outputs["portForwardCommand"] = pulumi.String("kubectl port-forward svc/argocd-server -n " + infra.ReleaseNamespace + " " + port + ":443")
	}
	if domain.Local() {
		login += " --insecure"
	} else {
		login += " --grpc-web" // most ingress controllers do not pass gRPC on
	}
	if !c.App.BrowserOnly {
		outputs["loginCommand"] = pulumi.String(login)
	}
	outputs["readme"] = readme(ctx, c, cluster, app, argo, outputs)
	for name, value := range outputs {
		ctx.Export(name, value)
	}
}
