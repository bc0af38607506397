package stack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/component"
)

func (d *deployed) export(ctx *pulumi.Context) {
	outputs := pulumi.Map{
		"resourceGroupName":     d.cluster.resourceGroup,
		"clusterName":           d.cluster.name,
		"oidcIssuerUrl":         d.cluster.issuer,
		"tenantId":              d.app.TenantID,
		"entraIssuerUrl":        d.app.TenantID.ApplyT(d.Argo.Cloud.Issuer).(pulumi.StringOutput),
		"clientId":              d.app.ClientID,
		"argocdUrl":             d.argo.URL,
		"redirectUris":          d.app.RedirectURIs,
		"getCredentialsCommand": d.cluster.command(credentialsCommand),
	}
	if component.IsSet(d.App.ContainerRegistry) {
		outputs["registryClientId"] = d.app.RegistryClientID
	}
	if d.App.AzureDevOps {
		outputs["repoServerClientId"], outputs["repoServerObjectId"] = d.app.RepoServerClientID, d.app.RepoServerObjectID
	}
	if len(d.App.Pipelines) > 0 {
		outputs["pipelineScope"] = d.app.PipelineScope
	}
	if len(d.spokes) > 0 {
		outputs["clusterSecrets"] = argo.ClusterSecrets(d.spokes, d.app.ClustersClientID, d.app.TenantID, d.Argo.Cloud)
		outputs["clustersCommand"] = d.cluster.applyCommand(ctx, "clusterSecrets", "clusters.yaml")
	}
	if d.Argo.Bootstrap != nil {
		outputs["bootstrapManifest"] = d.argo.BootstrapManifest
		outputs["bootstrapCommand"] = d.cluster.applyCommand(ctx, "bootstrapManifest", "argocd-bootstrap.yaml")
	}
	domains := d.domains()
	if local := slices.IndexFunc(domains, chart.Domain.Local); local >= 0 {
		outputs["portForwardCommand"] = pulumi.String("kubectl port-forward svc/argocd-server -n " + chart.ReleaseNamespace + " " + domains[local].Port() + ":443")
	}
	if *d.App.CLI {
		outputs["loginCommand"] = pulumi.String(loginCommand(domains[0]))
	}
	outputs["readme"] = d.readme(ctx, outputs)
	outputs["access"], outputs["settings"] = d.access(), d.argo.Settings
	for name, value := range outputs {
		ctx.Export(name, value)
	}
}

// domains returns the domains of the stack's Argo CD, the preferred one first.
func (c *Config) domains() []chart.Domain {
	only := c.App.Instances[0]
	return append([]chart.Domain{only.Domain}, only.AdditionalDomains...)
}

func loginCommand(domain chart.Domain) string {
	login := "argocd login " + string(domain) + " --sso"
	if domain.Local() {
		return login + " --insecure"
	}
	return login + " --grpc-web" // most ingress controllers do not forward gRPC
}
