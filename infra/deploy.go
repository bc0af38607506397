// Package infra deploys Argo CD on AKS as the Azure-managed extension
// Microsoft.ArgoCD, signed in through Microsoft Entra ID. Its components
// AksCluster, EntraApp and ArgoExtension also serve other programs.
package infra

import (
	_ "embed"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// stackReadme is shown on the stack's page in the Pulumi console, which fills
// in the outputs.
//
//go:embed stack_readme.md
var stackReadme string

// Deploy is the whole program: stack config in, outputs out.
func Deploy(ctx *pulumi.Context) error {
	c, err := LoadConfig(ctx)
	if err != nil {
		return err
	}
	roles, err := lookUpRoles(ctx, c)
	if err != nil {
		return err
	}
	protect := pulumi.Protect(c.Protect)
	cluster, err := NewAksCluster(ctx, "aks", &AksClusterArgs{Name: c.Name, Location: c.Region, Tags: c.Tags}, protect)
	if err != nil {
		return err
	}
	app, err := NewEntraApp(ctx, "entra", &EntraAppArgs{
		DisplayName:    c.Name,
		Instances:      []ArgoInstance{{Name: c.Name, Domain: c.Domain, Issuer: cluster.OIDCIssuerURL}},
		GroupObjectIDs: groupsOf(roles),
		OpenToTenant:   !c.RequireAssignment,
		AskForConsent:  !c.PreConsent,
	}, protect)
	if err != nil {
		return err
	}
	extension, err := NewArgoExtension(ctx, "argocd", &ArgoExtensionArgs{
		ResourceGroupName: cluster.ResourceGroupName,
		ClusterName:       cluster.ClusterName,
		ClientID:          app.ClientID,
		TenantID:          app.TenantID,
		Domain:            c.Domain,
		Roles:             roles,
		Policies:          c.Policies,
		DefaultRole:       c.DefaultRole,
		ReleaseTrain:      c.ReleaseTrain,
		Version:           c.ExtensionVersion,
		Cloud:             c.Cloud,
		ExtraSettings:     c.ExtraSettings,
	}, protect,
		// The cluster takes the extension along, far faster than its own delete.
		pulumi.DeletedWith(cluster.Cluster))
	if err != nil {
		return err
	}
	export(ctx, c, cluster, app, extension)
	return nil
}

func groupsOf(roles []RoleMapping) []string {
	groups := make([]string, 0, len(roles))
	for _, role := range roles {
		groups = append(groups, role.GroupObjectID)
	}
	return groups
}

func export(ctx *pulumi.Context, c *Config, cluster *AksCluster, app *EntraApp, extension *ArgoExtension) {
	ctx.Export("resourceGroupName", cluster.ResourceGroupName)
	ctx.Export("clusterName", cluster.ClusterName)
	ctx.Export("oidcIssuerUrl", cluster.OIDCIssuerURL)
	ctx.Export("tenantId", app.TenantID)
	ctx.Export("entraIssuerUrl", app.TenantID.ApplyT(c.Cloud.Issuer).(pulumi.StringOutput))
	ctx.Export("clientId", app.ClientID)
	ctx.Export("argocdUrl", extension.URL)
	ctx.Export("redirectUris", app.RedirectURIs)
	ctx.Export("getCredentialsCommand", pulumi.Sprintf("az aks get-credentials --resource-group %s --name %s",
		cluster.ResourceGroupName, cluster.ClusterName))
	login := "argocd login " + c.Domain + " --sso"
	if isLocal(c.Domain) {
		_, port, hasPort := strings.Cut(c.Domain, ":")
		if !hasPort {
			port = "443"
		}
		ctx.Export("portForwardCommand", pulumi.String("kubectl port-forward svc/argocd-server -n "+ReleaseNamespace+" "+port+":443"))
		login += " --insecure"
	}
	ctx.Export("loginCommand", pulumi.String(login))
	ctx.Export("readme", pulumi.String(stackReadme))
}
