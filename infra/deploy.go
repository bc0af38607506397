// Package infra deploys Argo CD on AKS as the Azure-managed extension
// Microsoft.ArgoCD, signed in through Microsoft Entra ID. Its components
// AksCluster, EntraApp and ArgoExtension also serve other programs.
package infra

import (
	"cmp"
	_ "embed"
	"fmt"
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
	access, err := lookUpAccess(ctx, c)
	if err != nil {
		return err
	}
	protect := pulumi.Protect(c.Protect)
	cluster, err := clusterOf(ctx, c, access.clusterAdmins, protect)
	if err != nil {
		return err
	}
	app, err := NewEntraApp(ctx, "entra", &EntraAppArgs{
		DisplayName:         cmp.Or(c.Names.Application, c.Name),
		Instances:           []ArgoInstance{{Name: c.Name, Domain: c.Domain, Issuer: cluster.issuer, CredentialName: c.Names.FederatedCredential}},
		GroupObjectIDs:      groupsOf(access.roles),
		OpenToTenant:        !c.RequireAssignment,
		AskForConsent:       !c.PreConsent,
		ContainerRegistryID: c.ContainerRegistry,
	}, protect)
	if err != nil {
		return err
	}
	extension, err := NewArgoExtension(ctx, "argocd", &ArgoExtensionArgs{
		ResourceGroupName: cluster.resourceGroup,
		ClusterName:       cluster.name,
		ClientID:          app.ClientID,
		TenantID:          app.TenantID,
		Domain:            c.Domain,
		Roles:             access.roles,
		Policies:          c.Policies,
		DefaultRole:       c.DefaultRole,
		HighAvailability:  c.HighAvailability,
		Ingress:           c.Ingress,
		RegistryLogin:     c.ContainerRegistry != "",
		ReleaseTrain:      c.ReleaseTrain,
		Version:           c.ExtensionVersion,
		Cloud:             c.Cloud,
		ExtraSettings:     c.ExtraSettings,
	}, append(cluster.extensionOptions, protect)...)
	if err != nil {
		return err
	}
	export(ctx, c, cluster, app, extension)
	return nil
}

// target is the cluster that the extension goes to.
type target struct {
	resourceGroup, name, issuer pulumi.StringOutput
	extensionOptions            []pulumi.ResourceOption
}

// clusterOf creates the cluster, or reads the existing one.
func clusterOf(ctx *pulumi.Context, c *Config, admins []string, protect pulumi.ResourceOption) (*target, error) {
	if c.Cluster.ExistingID != "" {
		return existingCluster(ctx, c)
	}
	aks, err := NewAksCluster(ctx, "aks", &AksClusterArgs{
		Name:                cmp.Or(c.Names.Cluster, c.Name),
		ResourceGroupName:   cmp.Or(c.Names.ResourceGroup, c.Name),
		Location:            c.Region,
		AdminGroupObjectIDs: admins,
		Tags:                c.Tags,
		ClusterSettings:     c.Cluster.ClusterSettings,
	}, protect)
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

func existingCluster(ctx *pulumi.Context, c *Config) (*target, error) {
	found, err := LookupAksCluster(ctx, c.Cluster.ExistingID)
	if err != nil {
		return nil, fmt.Errorf("argocd-on-aks:cluster.existingId %w", err)
	}
	if err := checkNodes(c.HighAvailability, found.SchedulableNodes); err != nil {
		return nil, fmt.Errorf("argocd-on-aks:highAvailability %w", err)
	}
	return &target{
		resourceGroup: pulumi.String(found.ResourceGroupName).ToStringOutput(),
		name:          pulumi.String(found.ClusterName).ToStringOutput(),
		issuer:        pulumi.String(found.OIDCIssuerURL).ToStringOutput(),
	}, nil
}

func groupsOf(roles []RoleMapping) []string {
	groups := make([]string, 0, len(roles))
	for _, role := range roles {
		groups = append(groups, role.GroupObjectID)
	}
	return groups
}

func export(ctx *pulumi.Context, c *Config, cluster *target, app *EntraApp, extension *ArgoExtension) {
	ctx.Export("resourceGroupName", cluster.resourceGroup)
	ctx.Export("clusterName", cluster.name)
	ctx.Export("oidcIssuerUrl", cluster.issuer)
	ctx.Export("tenantId", app.TenantID)
	ctx.Export("entraIssuerUrl", app.TenantID.ApplyT(c.Cloud.Issuer).(pulumi.StringOutput))
	ctx.Export("clientId", app.ClientID)
	ctx.Export("argocdUrl", extension.URL)
	ctx.Export("redirectUris", app.RedirectURIs)
	ctx.Export("getCredentialsCommand", pulumi.Sprintf("az aks get-credentials --resource-group %s --name %s",
		cluster.resourceGroup, cluster.name))
	login := "argocd login " + c.Domain + " --sso"
	if isLocal(c.Domain) {
		_, port, hasPort := strings.Cut(c.Domain, ":")
		if !hasPort {
			port = "443"
		}
		ctx.Export("portForwardCommand", pulumi.String("kubectl port-forward svc/argocd-server -n "+ReleaseNamespace+" "+port+":443"))
		login += " --insecure"
	} else {
		login += " --grpc-web" // most ingress controllers do not pass gRPC on
	}
	ctx.Export("loginCommand", pulumi.String(login))
	ctx.Export("readme", pulumi.String(stackReadme))
}
