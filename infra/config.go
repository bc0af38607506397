package infra

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// GroupRole is an entry of the config key roles.
type GroupRole struct {
	// Group is an Entra group's display name or object ID.
	Group string `json:"group"`
	// Role is "admin", "readonly" or one that policies defines.
	Role string `json:"role"`
}

// ClusterConfig is the config key cluster.
type ClusterConfig struct {
	// ExistingID is the resource ID of a cluster to install on. It excludes
	// everything else.
	ExistingID string `json:"existingId"`
	// AdminGroups are names or object IDs of Entra groups that administer the
	// cluster.
	AdminGroups []string `json:"adminGroups"`
	ClusterSettings
}

// Names is the config key names: Azure names that do not follow from name.
type Names struct {
	ResourceGroup       string `json:"resourceGroup"`
	Cluster             string `json:"cluster"`
	Application         string `json:"application"`
	FederatedCredential string `json:"federatedCredential"`
}

// Config is the stack's validated configuration; README.md describes each key.
type Config struct {
	Region, Group, Domain, Name    string
	Names                          Names
	Roles                          []GroupRole
	Policies                       []string
	DefaultRole                    string
	RequireAssignment, PreConsent  bool
	HighAvailability               bool
	ReleaseTrain, ExtensionVersion string
	Cloud                          Cloud
	Cluster                        ClusterConfig
	Ingress                        *Ingress
	ContainerRegistry              string
	ExtraSettings, Tags            texts
	Protect                        bool
}

// LoadConfig reads and validates the stack's configuration. Its error lists
// every problem, each with the key, what is wrong and what to write instead.
func LoadConfig(ctx *pulumi.Context) (*Config, error) {
	r := &reader{config: config.New(ctx, "argocd-on-aks")}
	c := &Config{
		Group:             r.required("group", "Argo CD Admins"),
		Domain:            r.required("domain", "localhost:9000"),
		Name:              r.text("name", "argocd-"+ctx.Stack()),
		DefaultRole:       r.text("defaultRole", ""),
		RequireAssignment: r.flag("requireAssignment", true),
		PreConsent:        r.flag("preConsent", true),
		HighAvailability:  r.flag("highAvailability", false),
		ContainerRegistry: r.text("containerRegistry", ""),
		ReleaseTrain:      r.text("releaseTrain", ""),
		ExtensionVersion:  r.text("extensionVersion", ""),
		Cloud:             Cloud(r.text("cloud", string(CloudPublic))),
		Protect:           r.flag("protect", false),
	}
	r.object("roles", &c.Roles, `[{"group": "Developers", "role": "readonly"}]`)
	r.object("policies", &c.Policies, `["p, role:deployer, applications, sync, shop/*, allow"]`)
	r.object("names", &c.Names, `{"cluster": "myakscluster"}`)
	r.object("cluster", &c.Cluster, `{"tier": "Standard", "nodeCount": 4}`)
	c.Ingress = readIngress(r)
	r.object("extraSettings", &c.ExtraSettings, `{"server.replicas": "2"}`)
	r.object("tags", &c.Tags, `{"owner": "platform"}`)
	if c.Cluster.ExistingID == "" {
		c.Region = r.required("region", "westus3")
	}
	c.validate(r)
	c.validateCloud(ctx, r)
	if err := errors.Join(r.problems...); err != nil {
		return nil, fmt.Errorf("configuration of stack %s:\n%w", ctx.Stack(), err)
	}
	return c, nil
}

// readIngress returns nil when there is none.
func readIngress(r *reader) *Ingress {
	var ingress struct {
		Ingress
		Annotations texts `json:"annotations"`
	}
	r.object("ingress", &ingress, `{"className": "traefik", "tlsSecret": "argocd-tls"}`)
	ingress.Ingress.Annotations = ingress.Annotations
	if reflect.DeepEqual(ingress.Ingress, Ingress{}) {
		return nil
	}
	return &ingress.Ingress
}

func (c *Config) validate(r *reader) {
	c.validateCluster(r)
	r.check("group", c.Group, validateGroup)
	r.check("domain", c.Domain, validateDomain)
	r.check("name", c.Name, validateName)
	if err := validateRelease(c.ReleaseTrain, c.ExtensionVersion); err != nil {
		key := "releaseTrain"
		if c.ExtensionVersion != "" {
			key = "extensionVersion"
		}
		r.fail(key, "%w", err)
	}
	known := c.validatePolicies(r)
	c.validateRoles(r, known)
	if c.DefaultRole != "" && !slices.Contains(known, c.DefaultRole) {
		r.fail("defaultRole", "%q is not defined; use one of %s", c.DefaultRole, strings.Join(known, ", "))
	}
	if c.ContainerRegistry != "" {
		r.check("containerRegistry", c.ContainerRegistry, validateRegistry)
	}
	if c.Ingress != nil {
		r.fields("ingress", c.Ingress.validate(c.Domain))
	}
	managed := argoSettings{ingress: c.Ingress, registry: c.ContainerRegistry != ""}.managed()
	for _, key := range sortedKeys(c.ExtraSettings) {
		if err := validateSetting(key, managed); err != nil {
			r.fail("extraSettings", "%w", err)
		}
	}
	for _, key := range sortedKeys(c.Tags) {
		if err := validateTag(key, c.Tags[key]); err != nil {
			r.fail("tags", "%w", err)
		}
	}
}

// validateCloud also compares the providers' cloud, which is set on its own.
func (c *Config) validateCloud(ctx *pulumi.Context, r *reader) {
	if _, known := loginHosts[c.Cloud]; !known {
		r.fail("cloud", "%q is not public, usgovernment or china", c.Cloud)
		return
	}
	for _, provider := range []string{"azure-native", "azuread"} {
		environment := cmp.Or(config.New(ctx, provider).Get("environment"), string(CloudPublic))
		if Cloud(environment) != c.Cloud {
			r.fail("cloud", "is %q but %s:environment is %q; set both to the same cloud", c.Cloud, provider, environment)
		}
	}
}

func (c *Config) validateCluster(r *reader) {
	for i, group := range c.Cluster.AdminGroups {
		r.check(fmt.Sprintf("cluster.adminGroups[%d]", i), group, validateGroup)
	}
	if c.Cluster.ExistingID != "" {
		r.check("cluster.existingId", c.Cluster.ExistingID, validateClusterID)
		if !reflect.DeepEqual(c.Cluster, ClusterConfig{ExistingID: c.Cluster.ExistingID}) {
			r.fail("cluster", "has more than existingId: an existing cluster is used as it is")
		}
		if c.Names.ResourceGroup != "" || c.Names.Cluster != "" {
			r.fail("names", "has resourceGroup or cluster, which cluster.existingId says already")
		}
		return
	}
	r.check("region", c.Region, validateRegion)
	for _, entry := range []struct{ key, value string }{{"names.resourceGroup", c.Names.ResourceGroup}, {"names.cluster", c.Names.Cluster}} {
		if entry.value != "" {
			r.check(entry.key, entry.value, validateName)
		}
	}
	r.fields("cluster", c.Cluster.validate(len(c.Cluster.AdminGroups) > 0))
	if err := checkNodes(c.HighAvailability, c.Cluster.SchedulableNodes()); err != nil && !r.failed["cluster"] {
		r.fail("highAvailability", "%w", err)
	}
}

// checkNodes refuses a highly available Argo CD on a cluster that is too small.
func checkNodes(highAvailability bool, nodes int) error {
	if highAvailability && nodes < haNodes {
		return fmt.Errorf("needs %d nodes that take Argo CD's pods, and the cluster has %d: redis-ha spreads over them; "+
			"raise cluster.nodeCount or cluster.minCount, or those of cluster.userPool, next to which the system pool does not count", haNodes, nodes)
	}
	return nil
}

// validatePolicies returns the roles that exist.
func (c *Config) validatePolicies(r *reader) []string {
	known := []string{"admin", "readonly"}
	for i, line := range c.Policies {
		role, err := parsePolicy(line)
		if err != nil {
			r.fail(fmt.Sprintf("policies[%d]", i), "%q: %w", line, err)
		} else if !slices.Contains(known, role) {
			known = append(known, role)
		}
	}
	return known
}

func (c *Config) validateRoles(r *reader, known []string) {
	roleOf := map[string]string{strings.ToLower(c.Group): "admin"}
	for i, entry := range c.Roles {
		key := fmt.Sprintf("roles[%d]", i)
		r.check(key+".group", entry.Group, validateGroup)
		if !slices.Contains(known, entry.Role) {
			r.fail(key+".role", "%q is not defined; use one of %s, or define it in policies", entry.Role, strings.Join(known, ", "))
		}
		group := strings.ToLower(entry.Group)
		if other, taken := roleOf[group]; taken && other != entry.Role {
			r.fail(key, "gives %q the role %q, but it has %q already; a group has one role", entry.Group, entry.Role, other)
		}
		roleOf[group] = entry.Role
	}
}

// validateTag has Azure's limits:
// https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
func validateTag(key, value string) error {
	if key == "" || len(key) > 512 || len(value) > 256 || strings.ContainsAny(key, `<>%&\?/`) {
		return fmt.Errorf("%q: a name has 1 to 512 characters and none of <>%%&\\?/, a value has 256 at most", key)
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
