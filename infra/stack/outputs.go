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

func export(ctx *pulumi.Context, c *Config, cluster *target, app *infra.EntraApp, argo *infra.ArgoExtension) {
	ctx.Export("resourceGroupName", cluster.resourceGroup)
	ctx.Export("clusterName", cluster.name)
	ctx.Export("oidcIssuerUrl", cluster.issuer)
	ctx.Export("tenantId", app.TenantID)
	ctx.Export("entraIssuerUrl", app.TenantID.ApplyT(c.Argo.Cloud.Issuer).(pulumi.StringOutput))
	ctx.Export("clientId", app.ClientID)
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
