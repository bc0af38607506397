package infra

import (
	"cmp"
	"errors"
	"fmt"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20250101"
	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AksClusterArgs are the inputs of an AksCluster.
type AksClusterArgs struct {
	// Name of the cluster in Azure: 1 to 54 letters, digits and hyphens. Required.
	Name string
	// ResourceGroupName is the group to create. Default: Name.
	ResourceGroupName string
	// Location is the Azure region, for example "westus3". Required.
	Location string
	// AdminGroupObjectIDs are Entra groups whose members administer the
	// cluster. With any, users of the Kubernetes API sign in with Entra.
	AdminGroupObjectIDs []string
	// Tags of the resource group, the cluster and its node pools.
	Tags map[string]string
	// ClusterSettings are all that has a default.
	ClusterSettings
}

// AksCluster creates a resource group and in it an AKS cluster with a
// system-assigned identity, an OIDC issuer and workload identity, and if the
// settings ask for them a user pool and the windows for automatic upgrades.
type AksCluster struct {
	pulumi.ResourceState

	ResourceGroupName pulumi.StringOutput `pulumi:"resourceGroupName"`
	ClusterName       pulumi.StringOutput `pulumi:"clusterName"`
	// OIDCIssuerURL ends in a slash, and federated credentials need it so.
	OIDCIssuerURL pulumi.StringOutput `pulumi:"oidcIssuerUrl"`
	// Cluster is the managed cluster, for options such as DeletedWith.
	Cluster *containerservice.ManagedCluster
	// Nodes are the resources that bring the nodes. What is installed on the
	// cluster waits for them: pulumi.DependsOn(cluster.Nodes).
	Nodes []pulumi.Resource
}

func (a *AksClusterArgs) validate() error {
	if a == nil {
		return errors.New("args are required")
	}
	var errs []error
	if err := validateName(a.Name); err != nil {
		errs = append(errs, fmt.Errorf("argument Name %w", err))
	}
	if err := validateRegion(a.Location); err != nil {
		errs = append(errs, fmt.Errorf("argument Location %w", err))
	}
	for i, group := range a.AdminGroupObjectIDs {
		if !isGUID(group) {
			errs = append(errs, fmt.Errorf("argument AdminGroupObjectIDs[%d] %q is not an object ID", i, group))
		}
	}
	return errors.Join(append(errs, a.ClusterSettings.validate(len(a.AdminGroupObjectIDs) > 0).join(""))...)
}

// NewAksCluster creates an AksCluster. It returns an error for invalid
// arguments, before any resource is registered.
func NewAksCluster(ctx *pulumi.Context, name string, args *AksClusterArgs, opts ...pulumi.ResourceOption) (*AksCluster, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("aks cluster %q: %w", name, err)
	}
	cluster := &AksCluster{}
	if err := ctx.RegisterComponentResource("argocd-on-aks:infra:AksCluster", name, cluster, opts...); err != nil {
		return nil, fmt.Errorf("aks cluster %q: %w", name, err)
	}
	if err := cluster.create(ctx, name, args); err != nil {
		return nil, fmt.Errorf("aks cluster %q: %w", name, err)
	}
	return cluster, nil
}

func (c *AksCluster) create(ctx *pulumi.Context, name string, args *AksClusterArgs) error {
	// Names in Azure are fixed, so a replacement can only follow the deletion.
	opts := []pulumi.ResourceOption{pulumi.Parent(c), pulumi.DeleteBeforeReplace(true)}
	group, err := resources.NewResourceGroup(ctx, name+"-group", &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String(cmp.Or(args.ResourceGroupName, args.Name)),
		Location:          pulumi.String(args.Location),
		Tags:              tags(args.Tags),
	}, opts...)
	if err != nil {
		return fmt.Errorf("resource group: %w", err)
	}
	opts = append(opts, clusterTimeouts, pulumi.ReplaceOnChanges(fixedProperties(args)))
	if args.autoscales() {
		opts = append(opts, pulumi.IgnoreChanges([]string{"agentPoolProfiles[0].count"}))
	}
	c.Cluster, err = containerservice.NewManagedCluster(ctx, name+"-cluster", managedCluster(args, group.Name), opts...)
	if err != nil {
		return fmt.Errorf("managed cluster: %w", err)
	}
	c.Nodes = []pulumi.Resource{c.Cluster}
	if err := c.addUserPool(ctx, name, args, group.Name); err != nil {
		return err
	}
	if err := c.schedule(ctx, name, group.Name, args.Maintenance); err != nil {
		return err
	}
	c.ResourceGroupName = group.Name
	c.ClusterName = c.Cluster.Name
	c.OIDCIssuerURL = c.Cluster.OidcIssuerProfile.IssuerURL().Elem()
	return ctx.RegisterResourceOutputs(c, pulumi.Map{
		"resourceGroupName": c.ResourceGroupName,
		"clusterName":       c.ClusterName,
		"oidcIssuerUrl":     c.OIDCIssuerURL,
	})
}

var clusterTimeouts = pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "60m", Update: "90m", Delete: "60m"})
