package stack

import (
	"cmp"
	"os"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"argocd-on-aks/infra"
	"argocd-on-aks/infra/chart"
)

// Config is a stack's configuration as the arguments of the components; docs/configuration.md
// describes each key. What other resources give is not in it yet, and groups are
// as the configuration names them.
type Config struct {
	// ExistingCluster is the cluster to install on; none: Cluster is created.
	ExistingCluster infra.ClusterID
	Cluster         infra.AksClusterArgs
	App             infra.EntraAppArgs
	Argo            infra.ArgoExtensionArgs
	// Protect refuses to delete what would be lost: not what gives access, which
	// can be revoked at any time.
	Protect bool

	names names
}

// LoadConfig reads and validates the stack's configuration. Its error lists
// every problem, each with the key, what is wrong and what to write instead.
func LoadConfig(ctx *pulumi.Context) (*Config, error) {
	r := &reader{report: newReport(ctx), ctx: ctx}
	c := &Config{Protect: r.flag("protect", false)}
	name := r.text("name", "argocd-"+ctx.Stack())
	r.object("names", &c.names, `{"cluster": "myakscluster"}`)
	c.readArgo(r)
	c.readCluster(r, name)
	c.App = infra.EntraAppArgs{
		DisplayName: cmp.Or(c.names.Application, name),
		Instances: []infra.ArgoInstance{{
			// The logical name of a release that followed the key name.
			Name: "argocd", FormerNames: []string{name}, Domain: c.Argo.Domain,
			AdditionalDomains: c.Argo.AdditionalDomains,
			CredentialPrefix:  name, CredentialName: c.names.FederatedCredential,
		}},
		OpenToTenant:        !r.flag("requireAssignment", true),
		AskForConsent:       !r.flag("preConsent", true),
		BrowserOnly:         !r.flag("cli", true),
		SignOut:             c.Argo.SignOutOfEntra,
		GroupClaims:         infra.GroupClaims(r.text("groupClaims", "")),
		ContainerRegistryID: r.text("containerRegistry", ""),
		AzureDevOps:         r.flag("azureDevOps", false),
		Pipelines:           c.App.Pipelines,
	}
	r.object("clusters", &c.App.Clusters, `["<resource ID of an AKS cluster>"]`)
	c.Argo.ClusterLogin = len(c.App.Clusters) > 0
	c.Argo.RegistryLogin, c.Argo.AzureDevOps = c.App.ContainerRegistryID != "", c.App.AzureDevOps
	if err := r.misnamed(); err != nil {
		return nil, err
	}
	r.unknown(os.Getenv(pulumi.EnvConfig))
	c.validate(r.report)
	c.validateCloud(ctx, r.report)
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Config) readArgo(r *reader) {
	c.Argo = infra.ArgoExtensionArgs{
		Cloud:        infra.Cloud(r.text("cloud", string(infra.CloudPublic))),
		ReleaseTrain: r.text("releaseTrain", ""),
		Version:      r.text("extensionVersion", ""),
		Settings: chart.Settings{
			Domain:           chart.Domain(r.required("domain", "localhost:9000")),
			DefaultRole:      r.text("defaultRole", ""),
			HighAvailability: r.flag("highAvailability", false),
			SignOutOfEntra:   r.flag("signOutOfEntra", false),
		},
	}
	r.object("additionalDomains", &c.Argo.AdditionalDomains, `["argocd.corp.example"]`)
	var roles []chart.RoleMapping
	r.object("roles", &roles, `[{"group": "Developers", "role": "readonly"}]`)
	c.Argo.Roles = append([]chart.RoleMapping{{Group: r.required("group", "Argo CD Admins"), Role: "admin"}}, roles...)
	c.readPipelines(r)
	r.object("accounts", &c.Argo.Accounts, `[{"name": "ci", "role": "readonly"}]`)
	r.object("policies", &c.Argo.Policies, `["p, role:deployer, applications, sync, shop/*, allow"]`)
	var ingress struct {
		chart.Ingress
		Annotations texts
	}
	r.object("ingress", &ingress, `{"className": "traefik", "tlsSecret": "argocd-tls"}`)
	ingress.Ingress.Annotations = ingress.Annotations
	if !reflect.DeepEqual(ingress.Ingress, chart.Ingress{}) {
		c.Argo.Ingress = &ingress.Ingress
	}
	var bootstrap chart.Bootstrap
	r.object("bootstrap", &bootstrap, `{"repoUrl": "https://github.com/contoso/platform", "path": "clusters/prod"}`)
	if bootstrap != (chart.Bootstrap{}) {
		c.Argo.Bootstrap = &bootstrap
	}
	r.object("extraSettings", (*texts)(&c.Argo.ExtraSettings), `{"server.replicas": "2"}`)
	r.secretObject("secretSettings", (*texts)(&c.Argo.SecretSettings), `{"configs.secret.githubSecret": "…"}`)
}

// readPipelines tells Entra who the pipelines are, and Argo CD what they may do.
func (c *Config) readPipelines(r *reader) {
	var pipelines []struct{ Name, PrincipalID, Role string }
	r.object("pipelines", &pipelines, `[{"name": "release", "principalId": "<object ID of its service principal>", "role": "readonly"}]`)
	for _, p := range pipelines {
		c.App.Pipelines = append(c.App.Pipelines, infra.Pipeline{Name: p.Name, PrincipalID: strings.ToLower(p.PrincipalID)})
		c.Argo.Pipelines = append(c.Argo.Pipelines, chart.PipelineRole{Name: p.Name, Role: p.Role})
	}
}

func (c *Config) readCluster(r *reader, name string) {
	var cluster struct {
		ExistingID infra.ClusterID
		infra.ClusterSettings
	}
	r.object("cluster", &cluster, `{"tier": "Standard", "nodeCount": 4}`)
	c.ExistingCluster = cluster.ExistingID
	c.Cluster = infra.AksClusterArgs{
		Name:              cmp.Or(c.names.Cluster, name),
		ResourceGroupName: cmp.Or(c.names.ResourceGroup, name),
		ClusterSettings:   cluster.ClusterSettings,
	}
	r.object("tags", (*texts)(&c.Cluster.Tags), `{"owner": "platform"}`)
	if c.ExistingCluster == "" {
		c.Cluster.Location = r.required("region", "westus3")
	}
}

// validate reports what the components would refuse, and what only the program
// knows to be wrong.
func (c *Config) validate(r *report) {
	if c.ExistingCluster == "" {
		r.add(c.Cluster.Problems(), c.names.keys().cluster)
		if !r.failed["cluster"] {
			c.checkNodes(r, c.Cluster.SchedulableNodes())
		}
	} else {
		c.validateExisting(r)
	}
	if c.App.GroupClaims == infra.GroupClaimsSecurity && !c.App.OpenToTenant {
		r.fail("groupClaims", "is security, with which no group is assigned to the application, and requireAssignment, which is true unless it is set, "+
			"lets in only who is. If everyone in the tenant may sign in, with what defaultRole gives: pulumi config set requireAssignment false")
	}
	r.add(c.Argo.Problems(), c.names.keys().argo)
	r.add(c.App.Problems(), c.names.keys().argo)
	c.validateSpokes(r)
	if c.App.OpenToTenant {
		r.add(c.Argo.OpenToTenantProblems(), c.names.keys().argo)
	}
}

func (c *Config) validateExisting(r *report) {
	if err := c.ExistingCluster.Check(); err != nil {
		r.fail("cluster.existingId", "%w", err)
	}
	if !reflect.DeepEqual(c.Cluster.ClusterSettings, infra.ClusterSettings{}) {
		r.fail("cluster", "has more than existingId: an existing cluster is used as it is")
	}
	if c.names.ResourceGroup != "" || c.names.Cluster != "" {
		r.fail("names", "has resourceGroup or cluster, which cluster.existingId says already")
	}
}

// checkNodes refuses a highly available Argo CD on a cluster that is too small.
func (c *Config) checkNodes(r *report, nodes int) {
	if c.Argo.HighAvailability && nodes < chart.HighAvailabilityNodes {
		r.fail("highAvailability", "needs %d nodes that take Argo CD's pods, and the cluster has %d: redis-ha spreads over them; "+
			"raise cluster.nodeCount or cluster.minCount, or those of cluster.userPool, next to which the system pool does not count",
			chart.HighAvailabilityNodes, nodes)
	}
}

// validateCloud compares the providers' cloud, which is set on its own.
func (c *Config) validateCloud(ctx *pulumi.Context, r *report) {
	if r.failed["cloud"] {
		return
	}
	for _, provider := range []string{"azure-native", "azuread"} {
		// Both read the stack config first: https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
		environment := cmp.Or(config.New(ctx, provider).Get("environment"), os.Getenv("ARM_ENVIRONMENT"), string(infra.CloudPublic))
		if infra.Cloud(environment) != c.Argo.Cloud {
			r.fail("cloud", "is %q but %s:environment (or ARM_ENVIRONMENT) is %q; set both to the same cloud", c.Argo.Cloud, provider, environment)
		}
	}
}
