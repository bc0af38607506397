package stack

import (
	"cmp"
	"os"
	"reflect"
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
}

// LoadConfig reads and validates the stack's configuration. Its error lists all problems,
// each with the key, the reason and the correction.
func LoadConfig(ctx *pulumi.Context) (*Config, error) {
	r := &reader{report: newReport(ctx), ctx: ctx}
	c := &Config{Protect: r.flag("protect", false)}
	name := r.text("name", "argocd-"+ctx.Stack())
	r.object("names", &c.names, `{"cluster": "myakscluster"}`)
	c.readApp(r, name)
	c.readArgo(r)
	c.readPipelines(r)
	c.readCluster(r, name)
	c.Argo.SignIn = c.App.SignIn(instanceName)
	if err := r.misnamed(); err != nil {
		return nil, err
	}
	r.unknown(os.Getenv(pulumi.EnvConfig))
	r.duplicates(ctx)
	c.validate(r.report)
	c.validateCloud(ctx, r.report)
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
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
	var secrets texts
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
	}
	r.object("cluster", &cluster, `{"tier": "Standard", "nodeCount": 4}`)
	c.ExistingCluster = cluster.ExistingID
	c.Cluster = aks.AksClusterArgs{
		Name:              cmp.Or(c.names.Cluster, name),
		ResourceGroupName: cmp.Or(c.names.ResourceGroup, name),
		ClusterSettings:   cluster.ClusterSettings,
	}
	for _, group := range cluster.AdminGroups {
		c.Cluster.AdminGroups = append(c.Cluster.AdminGroups, pulumi.String(group))
	}
	r.object("tags", (*texts)(&c.Cluster.Tags), `{"owner": "platform"}`)
	if c.ExistingCluster == "" {
		c.Cluster.Region = r.required("region", "westus3")
	}
}

// validate reports the problems that the components would report, and those that only the
// program can detect.
func (c *Config) validate(r *report) {
	if c.ExistingCluster == "" {
		r.add(c.Cluster.Problems(), c.names.keys().cluster)
		for i, group := range c.Cluster.AdminGroups {
			if err := azure.CheckGroupName(nameOf(group)); err != nil && !r.failed["cluster"] {
				r.fail("cluster."+problem.Item("adminGroups", i), "%w", err)
			}
		}
		if !r.failed["cluster"] {
			c.checkNodes(r, c.Cluster.SchedulableNodes())
		}
	} else {
		c.validateExisting(r)
	}
	if c.App.GroupClaims == entra.GroupClaimsSecurity && *c.App.RequireAssignment {
		r.fail("groupClaims", "security cannot be combined with requireAssignment true (the default): no group is assigned to the application, so no user could sign in; "+
			"to let everyone in the tenant sign in with the role in defaultRole, run pulumi config set requireAssignment false")
	}
	r.add(c.Argo.Problems(), c.names.keys().argo)
	r.add(c.App.Problems(), c.names.keys().argo)
	c.validateSpokes(r)
}

func (c *Config) validateExisting(r *report) {
	if err := c.ExistingCluster.Check(); err != nil {
		r.fail("cluster.existingId", "%w", err)
	}
	if !reflect.DeepEqual(c.Cluster.ClusterSettings, aks.ClusterSettings{}) {
		r.fail("cluster", "existingId cannot be combined with other fields; the program does not change an existing cluster")
	}
	if c.names.ResourceGroup != "" || c.names.Cluster != "" {
		r.fail("names", "resourceGroup and cluster cannot be combined with cluster.existingId; remove them")
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
