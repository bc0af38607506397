// Package stack is the program: it reads a stack's configuration, deploys the components
// with it, and exports the stack's outputs. It alone knows config keys.
package stack

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/entra"
)

// Deploy is the whole program: it loads the stack's configuration, looks up the groups and
// clusters in it, deploys the components, and exports the outputs. Before it creates a
// resource, it returns an error that lists all invalid config keys.
func Deploy(ctx *pulumi.Context) error {
	config, problems := loadConfig(ctx)
	if err := problems.log(ctx); err != nil {
		return err
	}
	resolved, err := config.resolve(ctx, problems)
	if err != nil {
		return err
	}
	deployed, err := resolved.deploy(ctx)
	if err != nil {
		return err
	}
	deployed.export(ctx)
	return nil
}

// resolved is a Config with the object IDs of its groups and with its existing clusters.
type resolved struct {
	Config
	existing *aks.ExistingCluster
	spokes   []*aks.SpokeCluster
	// setCommands replace the names of groups with their object IDs.
	setCommands []string
	// groupNames are the display names by object ID.
	groupNames map[string]string
}

// resolve looks up the groups and clusters in the configuration whose keys have no problem. It
// does not change the Config, and returns one error for all problems of the configuration and
// all lookups that fail.
func (c *Config) resolve(ctx *pulumi.Context, r *report) (*resolved, error) {
	found := &resolved{Config: *c, groupNames: map[string]string{}}
	var unread error
	if !r.has("cloud") { // in another cloud, no lookup finds anything
		found.checkAccount(ctx, r)
		found.lookUpGroups(ctx, r)
		found.lookUpSpokes(ctx, r)
		unread = found.lookUpCluster(ctx, r)
	}
	if err := cmp.Or(r.err(), unread); err != nil {
		return nil, err
	}
	return found, found.warn(ctx)
}

// lookUpCluster reads the existing cluster, or the cluster of an earlier deployment. It returns an
// error if the latter fails, which is no problem of the configuration.
func (c *resolved) lookUpCluster(ctx *pulumi.Context, r *report) error {
	if c.isNew(r) {
		return c.lookUpOwnCluster(ctx, r)
	}
	if r.has("cluster.existingId") {
		return nil
	}
	var err error
	if c.existing, err = aks.LookupAksCluster(ctx, c.ExistingCluster); err != nil {
		r.fail("cluster.existingId", "%v", err)
		return nil
	}
	c.checkNodes(r, c.existing.SchedulableNodes)
	return nil
}

// lookUpOwnCluster reads the cluster of an earlier deployment and checks what depends on it.
func (c *resolved) lookUpOwnCluster(ctx *pulumi.Context, r *report) error {
	key := c.names.keys().cluster
	if r.has("cluster") || r.has(key("Name")) || r.has(key("ResourceGroupName")) {
		return nil
	}
	problems, err := c.Cluster.LookUp(ctx)
	if err != nil {
		return err
	}
	r.add(problems, key)
	c.checkArchitecture(r)
	return nil
}

// warn logs what is valid but probably not intended.
func (c *resolved) warn(ctx *pulumi.Context) error {
	for _, warning := range []string{c.nameWarning(), c.securityWarning(), c.foreignWarning(), c.tagsWarning(), c.azureWarning(ctx)} {
		if warning == "" {
			continue
		}
		if err := ctx.Log.Warn(warning, nil); err != nil {
			return fmt.Errorf("warning: %w", err)
		}
	}
	return nil
}

// deployed is a resolved configuration and its components.
type deployed struct {
	*resolved
	cluster *deployedCluster
	app     *entra.EntraApp
	argo    *argo.ArgoExtension
}

// deployedCluster is the cluster that the extension is installed on.
type deployedCluster struct {
	resourceGroup, name, issuer, id pulumi.StringOutput
	extensionOptions                []pulumi.ResourceOption
	isNew                           bool
}

func (c *resolved) deploy(ctx *pulumi.Context) (d *deployed, err error) {
	d = &deployed{resolved: c}
	protect := pulumi.Protect(c.Protect)
	if d.cluster, err = c.deployCluster(ctx, protect); err != nil {
		return nil, err
	}
	if err := c.logPremium(ctx, d.cluster); err != nil {
		return nil, err
	}
	app := c.App
	app.Instances = []entra.ArgoInstance{app.Instances[0]}
	app.Instances[0].Issuer = d.cluster.issuer
	if d.app, err = entra.NewEntraApp(ctx, "entra", &app, protect); err != nil {
		return nil, err
	}
	install := c.Argo
	install.ResourceGroupName, install.ClusterName, install.SignIn = d.cluster.resourceGroup, d.cluster.name, d.app.SignIn(instanceName)
	options := append(d.cluster.extensionOptions, protect)
	if c.Protect {
		// With this dependency, pulumi destroy of a protected stack fails at Argo CD, before it
		// deletes the unprotected resources that Argo CD depends on. Azure does not need this
		// order, so other stacks do without.
		options = append(options, pulumi.DependsOn(d.app.Access))
	}
	d.argo, err = argo.NewArgoExtension(ctx, "argocd", &install, options...)
	return d, err
}

// deployCluster creates the cluster or returns the existing one.
func (c *resolved) deployCluster(ctx *pulumi.Context, protect pulumi.ResourceOption) (*deployedCluster, error) {
	if c.existing != nil {
		return &deployedCluster{
			resourceGroup: pulumi.String(c.existing.ResourceGroupName).ToStringOutput(),
			name:          pulumi.String(c.existing.ClusterName).ToStringOutput(),
			issuer:        pulumi.String(c.existing.OIDCIssuerURL).ToStringOutput(),
			id:            pulumi.String(string(c.ExistingCluster)).ToStringOutput(),
		}, nil
	}
	created, err := aks.NewAksCluster(ctx, "aks", &c.Cluster, protect)
	if err != nil {
		return nil, err
	}
	return &deployedCluster{
		resourceGroup: created.ResourceGroupName, name: created.ClusterName, issuer: created.OIDCIssuerURL,
		id: created.Cluster.ID().ToStringOutput(), isNew: created.IsNew,
		// Argo CD's pods need the nodes. Deleting the cluster deletes the extension too, much
		// faster than deleting the extension itself.
		extensionOptions: []pulumi.ResourceOption{pulumi.DependsOn(created.Nodes), pulumi.DeletedWith(created.Cluster)},
	}, nil
}
