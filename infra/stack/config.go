package stack

import (
	"cmp"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/OWNER/argocd-on-aks/infra/aks"
	"github.com/OWNER/argocd-on-aks/infra/argo"
	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/infra/entra"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// Config is a stack's configuration as arguments of the components; docs/configuration.md
// describes each key. Groups are names or IDs as configured, and inputs from other resources
// are empty.
type Config struct {
	// ExistingCluster is the cluster to install on; if empty, Cluster is created.
	ExistingCluster azure.ClusterID
	Cluster         aks.AksClusterArgs
	App             entra.EntraAppArgs
	Argo            argo.ArgoExtensionArgs
	// Protect protects stateful resources from deletion and replacement. Resources that give
	// access are not protected, so access can always be revoked.
	Protect bool

	names names
	// foreign are keys of this program with the prefix of another project.
	foreign []string
}

// LoadConfig reads and validates the stack's configuration. Its error lists all problems,
// each with the key, the reason and the correction.
func LoadConfig(ctx *pulumi.Context) (*Config, error) {
	c, r := loadConfig(ctx)
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// loadConfig returns the valid part of the stack's configuration, and its problems.
func loadConfig(ctx *pulumi.Context) (*Config, *report) {
	names := configured()
	r := newReader(ctx, names)
	c := &Config{Protect: r.flag("protect", false)}
	name := r.text("name", "argocd-"+ctx.Stack())
	r.object("names", &c.names, `{"cluster": "myakscluster"}`)
	c.readApp(r, name)
	c.readArgo(r)
	c.readPipelines(r)
	c.readCluster(r, name)
	c.Argo.SignIn = c.App.SignIn(instanceName)
	r.stackFile()
	r.reportMissing()
	r.unread(names)
	c.foreign = r.foreign(names)
	c.validate(r.report)
	c.validateCloud(ctx, r.report)
	return c, r.report
}

// instanceName is the name of the stack's Argo CD in its EntraApp.
const instanceName = "argocd"

func (c *Config) readApp(r *reader, name string) {
	c.App = entra.EntraAppArgs{
		DisplayName: cmp.Or(c.names.Application, name),
		Instances: []entra.ArgoInstance{{
			// Releases before named the credential after the key name.
			Name: instanceName, FormerNames: []string{name}, Domain: chart.Domain(r.required("domain", "localhost:9000")),
			CredentialPrefix: name, CredentialName: c.names.FederatedCredential,
		}},
		RequireAssignment: pulumi.BoolRef(r.flag("requireAssignment", true)),
		PreConsent:        pulumi.BoolRef(r.flag("preConsent", true)),
		CLI:               pulumi.BoolRef(r.flag("cli", true)),
		SignOutOfEntra:    r.flag("signOutOfEntra", false),
		GroupClaims:       entra.GroupClaims(r.text("groupClaims", "")),
		AzureDevOps:       r.flag("azureDevOps", false),
		ContainerRegistry: pulumi.String(r.text("containerRegistry", "")),
	}
	r.object("additionalDomains", &c.App.Instances[0].AdditionalDomains, `["argocd.corp.example"]`)
	r.object("clusters", &c.App.Clusters, `["<resource ID of an AKS cluster>"]`)
}

func (c *Config) readArgo(r *reader) {
	c.Argo = argo.ArgoExtensionArgs{
		Cloud:            azure.Cloud(r.text("cloud", string(azure.CloudPublic))),
		ReleaseTrain:     r.text("releaseTrain", ""),
		ExtensionVersion: r.text("extensionVersion", ""),
		Options: chart.Options{
			DefaultRole:      r.text("defaultRole", ""),
			HighAvailability: r.flag("highAvailability", false),
		},
	}
	var roles []chart.RoleMapping
	r.object("roles", &roles, `[{"group": "Developers", "role": "readonly"}]`)
	for _, mapping := range append([]chart.RoleMapping{{Group: r.required("group", "Argo CD Admins"), Role: "admin"}}, roles...) {
		c.Argo.Roles = append(c.Argo.Roles, argo.RoleMapping{Group: pulumi.String(mapping.Group), Role: mapping.Role})
	}
	r.object("accounts", &c.Argo.Accounts, `[{"name": "ci", "role": "readonly"}]`)
	r.object("policies", &c.Argo.Policies, `["p, role:deployer, applications, sync, shop/*, allow"]`)
	var ingress chart.Ingress
	r.object("ingress", &ingress, `{"className": "traefik", "tlsSecret": "argocd-tls"}`)
	if !reflect.DeepEqual(ingress, chart.Ingress{}) {
		c.Argo.Ingress = &ingress
	}
	var bootstrap chart.Bootstrap
	r.object("bootstrap", &bootstrap, `{"repoUrl": "https://github.com/contoso/platform", "path": "clusters/prod"}`)
	if bootstrap != (chart.Bootstrap{}) {
		c.Argo.Bootstrap = &bootstrap
	}
	r.object("extraSettings", &c.Argo.ExtraSettings, `{"server.replicas": "2"}`)
	var secrets map[string]string
	r.secretObject("secretSettings", &secrets, `{"configs.secret.githubSecret": "…"}`)
	c.Argo.SecretSettings = map[string]pulumi.StringInput{}
	for key, value := range secrets {
		c.Argo.SecretSettings[key] = pulumi.String(value)
	}
}

// readPipelines sets the app's pipelines and their roles in Argo CD.
func (c *Config) readPipelines(r *reader) {
	var pipelines []struct{ Name, PrincipalID, Role string }
	r.object("pipelines", &pipelines, `[{"name": "release", "principalId": "<object ID of its service principal>", "role": "readonly"}]`)
	for _, p := range pipelines {
		c.App.Pipelines = append(c.App.Pipelines, entra.Pipeline{Name: p.Name, PrincipalID: strings.ToLower(p.PrincipalID)})
		c.Argo.Pipelines = append(c.Argo.Pipelines, chart.PipelineRole{Name: p.Name, Role: p.Role})
	}
}

func (c *Config) readCluster(r *reader, name string) {
	var cluster struct {
		ExistingID azure.ClusterID
		aks.ClusterSettings
		AdminGroups []string
		// Pointers distinguish 0 from no value.
		NodeCount *int
		UserPool  *struct {
			aks.UserPool
			NodeCount *int
		}
	}
	r.object("cluster", &cluster, `{"tier": "Standard", "nodeCount": 4}`)
	c.ExistingCluster = cluster.ExistingID
	c.Cluster = aks.AksClusterArgs{
		Name:              cmp.Or(c.names.Cluster, name),
		ResourceGroupName: cmp.Or(c.names.ResourceGroup, name),
		ClusterSettings:   cluster.ClusterSettings,
	}
	c.Cluster.NodeCount = r.nodeCount("cluster.nodeCount", cluster.NodeCount)
	if pool := cluster.UserPool; pool != nil {
		c.Cluster.UserPool = &pool.UserPool
		c.Cluster.UserPool.NodeCount = r.nodeCount("cluster.userPool.nodeCount", pool.NodeCount)
	}
	for _, group := range cluster.AdminGroups {
		c.Cluster.AdminGroups = append(c.Cluster.AdminGroups, pulumi.String(group))
	}
	r.object("tags", &c.Cluster.Tags, `{"owner": "platform"}`)
	switch {
	case r.failed["cluster"]: // perhaps it has an existingId, and no region is required
		c.Cluster.Region = r.text("region", "")
		r.failed["region"] = r.failed["region"] || c.Cluster.Region == ""
	case c.isNew(r.report):
		c.Cluster.Region = r.required("region", "westus3")
	case r.text("region", "") != "":
		r.fail("region", besideExisting)
	}
}

// nodeCount returns a number of nodes, 0 for none. It rejects a configured 0: AKS requires a node in
// the system pool (https://learn.microsoft.com/azure/aks/use-system-pools), and Argo CD in the pool
// that runs it.
func (r *reader) nodeCount(key string, count *int) int {
	if count == nil {
		return 0
	}
	if *count == 0 && !r.has(key) {
		r.fail(key, "0 must be 1 to 1000; Argo CD and AKS's own pods need a node")
	}
	return *count
}

// isNew reports whether the program creates the cluster.
func (c *Config) isNew(r *report) bool {
	return c.ExistingCluster == "" && !r.failed["cluster.existingId"]
}

// validate reports the problems that the components would report, and those that only the
// program can detect.
func (c *Config) validate(r *report) {
	if c.isNew(r) {
		r.add(c.Cluster.Problems(), c.names.keys().cluster)
		r.check("region", azure.CheckExtensions(c.Cluster.Region))
		for i, group := range c.Cluster.AdminGroups {
			if key := "cluster." + problem.Item("adminGroups", i); !r.has(key) {
				r.check(key, azure.CheckGroupName(nameOf(group)))
			}
		}
		if !r.has("cluster") && !r.hasBelow("cluster") {
			c.checkNodes(r, c.Cluster.SchedulableNodes())
		}
	} else {
		c.validateExisting(r)
	}
	if c.App.GroupClaims == entra.GroupClaimsSecurity && *c.App.RequireAssignment && !r.has("requireAssignment") {
		r.fail("groupClaims", "security cannot be combined with requireAssignment true (the default): no group is assigned to the application, so no user could sign in; "+
			"to let everyone in the tenant sign in with the role in defaultRole, run pulumi config set requireAssignment false")
	}
	r.add(c.Argo.Problems(), c.names.keys().argo)
	r.add(c.App.Problems(), c.names.keys().argo)
	c.validateSpokes(r)
}

// besideExisting is the problem of a key that has no effect on an existing cluster.
const besideExisting = "cannot be combined with cluster.existingId, because the program does not change an existing cluster; remove it"

func (c *Config) validateExisting(r *report) {
	if !r.has("cluster.existingId") {
		r.check("cluster.existingId", c.ExistingCluster.Check())
	}
	for _, of := range []struct {
		key    string
		fields any
	}{{"cluster", c.Cluster.ClusterSettings}, {"names", names{ResourceGroup: c.names.ResourceGroup, Cluster: c.names.Cluster}}} {
		fields := fieldsOf(reflect.TypeOf(of.fields))
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if !reflect.ValueOf(of.fields).FieldByIndex(fields[name].Index).IsZero() {
				r.fail(of.key+"."+name, besideExisting)
			}
		}
	}
}

// checkNodes rejects high availability on a cluster with too few nodes.
func (c *Config) checkNodes(r *report, nodes int) {
	if c.Argo.HighAvailability && nodes < chart.HighAvailabilityNodes {
		r.fail("highAvailability", "requires %d nodes for Argo CD's pods, because redis-ha spreads over them, but the cluster has %d; "+
			"raise cluster.nodeCount or cluster.minCount, or with cluster.userPool its counts, because only the user pool runs Argo CD",
			chart.HighAvailabilityNodes, nodes)
	}
}

// validateCloud checks that the providers use the same cloud.
func (c *Config) validateCloud(ctx *pulumi.Context, r *report) {
	if r.failed["cloud"] {
		return
	}
	for _, provider := range []string{"azure-native", "azuread"} {
		// Both read the stack config first: https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
		environment := cmp.Or(config.New(ctx, provider).Get("environment"), os.Getenv("ARM_ENVIRONMENT"), string(azure.CloudPublic))
		if azure.Cloud(environment) != c.Argo.Cloud {
			r.fail("cloud", "is %q but %s:environment (or ARM_ENVIRONMENT) is %q; set both to the same cloud", c.Argo.Cloud, provider, environment)
		}
	}
}
