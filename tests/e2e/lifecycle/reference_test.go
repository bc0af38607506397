package lifecycle

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/tests/e2e"
	"github.com/OWNER/argocd-on-aks/tests/section"
)

var write = flag.Bool("write", false, "write the tables of docs/configuration.md")

const (
	referencePage = "../../../docs/configuration.md"
	// begins is the line before the tables.
	begins = "<!-- make reference writes from here -->\n"
)

// details are the headings with further explanations of a key.
var details = map[string]string{
	"additionalDomains":      "networking.md#several-domains",
	"groupClaims":            "security.md#tenants-without-entra-id-p1",
	"ingress":                "networking.md#ingress",
	"group":                  "security.md#groups-and-roles",
	"policies":               "#policies",
	"defaultRole":            "#policies",
	"pipelines":              "security.md#pipelines",
	"accounts":               "security.md#api-accounts",
	"releaseTrain":           "operations.md#upgrade-argo-cd",
	"extraSettings":          "#chart-settings",
	"secretSettings":         "security.md#secrets",
	"bootstrap":              "clusters.md#first-application",
	"containerRegistry":      "clusters.md#private-chart-registry",
	"azureDevOps":            "clusters.md#azure-devops-repositories",
	"clusters":               "clusters.md#spoke-clusters",
	"protect":                "security.md#protected-stacks",
	"cluster.existingId":     "clusters.md#existing-clusters",
	"cluster.privateCluster": "networking.md#private-clusters",
}

// typesOf maps a key to the schema types whose fields its description must name.
var typesOf = map[string]string{
	"roles": "RoleMapping", "pipelines": "Pipeline", "accounts": "AccountRole", "ingress": "Ingress", "bootstrap": "Bootstrap",
}

// TestReference checks the tables of docs/configuration.md against Pulumi.yaml, the
// package's schema and the effects that TestChanges proves. `make reference` writes them.
func TestReference(t *testing.T) {
	t.Parallel()
	want := reference(t)
	if *write {
		e2e.NoError(t, section.Write(referencePage, begins, want))
	}
	_, got, _, err := section.Cut(referencePage, begins)
	e2e.NoError(t, err)
	if got != want {
		t.Error("the tables of docs/configuration.md are not current; make reference writes them")
	}
}

// property is a config key or a field of one.
type property struct {
	Type, Description string
	Ref               string `json:"$ref"`
	Default           any
	Items             struct{ Type string }
}

// object is a type of the package's schema.
type object struct {
	Properties, InputProperties map[string]property
	Required                    []string
}

// types are those of the package's schema, by token.
type types map[string]object

const token = "argocd-on-aks:infra:"

// reference returns a section with a table for each comment in the configuration of
// Pulumi.yaml.
func reference(t *testing.T) string {
	t.Helper()
	var project struct{ Config yaml.Node }
	e2e.Parse(t, e2e.Read(t, "Pulumi.yaml"), &project)
	var schema struct{ Types, Resources types }
	e2e.NoError(t, json.Unmarshal([]byte(e2e.Read(t, "provider/schema.json")), &schema))
	var out strings.Builder
	for node := range slices.Chunk(project.Config.Content, 2) {
		if title, found := strings.CutPrefix(node[0].HeadComment, "# "); found {
			fmt.Fprintf(&out, "\n## %s\n\n|key|type|default|description|effect of a change|\n|---|---|---|---|---|\n", title)
		}
		key := node[0].Value
		var declared property
		e2e.NoError(t, node[1].Decode(&declared))
		for field := range schema.Types[token+typesOf[key]].Properties {
			if !strings.Contains(declared.Description, field) {
				t.Errorf("the description of %s in Pulumi.yaml does not name the field %s", key, field)
			}
		}
		out.WriteString(row(t, key, declared, ""))
		if key == "cluster" {
			out.WriteString(schema.Types.cluster(t, schema.Resources[token+"AksCluster"]))
		}
	}
	return out.String() + "\n"
}

// cluster returns the rows of the cluster's fields.
func (all types) cluster(t *testing.T, component object) (rows string) {
	t.Helper()
	cluster := object{Required: component.Required, Properties: maps.Clone(component.InputProperties)}
	for _, key := range []string{"name", "resourceGroupName", "region", "tags"} { // separate config keys
		delete(cluster.Properties, key)
	}
	cluster.Properties["existingId"] = property{Type: "string", Description: "Resource ID of an existing cluster to use. Cannot be combined with other fields."}
	for _, field := range cluster.fields() {
		key, p := "cluster."+field, cluster.property(field)
		nested, list, below := all[strings.TrimPrefix(p.Ref, "#/types/")], "", ""
		for _, field := range nested.fields() {
			p := nested.property(field)
			if _, found := changes[key+"."+field]; found {
				below += row(t, key+"."+field, p, "")
				continue
			}
			description, unset := describe(p)
			list += "<br>`" + field + "`"
			if unset != "none" {
				list += " (" + unset + ")"
			}
			list += ": " + description
		}
		p.Type = cmp.Or(p.Type, map[bool]string{true: "string", false: "object"}[nested.Properties == nil]) // an enum is a string
		rows += row(t, key, p, list) + below
	}
	return rows
}

func (o object) fields() []string { return slices.Sorted(maps.Keys(o.Properties)) }

func (o object) property(field string) property {
	p := o.Properties[field]
	if slices.Contains(o.Required, field) {
		p.Description = "Required. " + p.Description
	}
	return p
}

// row returns the row of a key, with more text after its description.
func row(t *testing.T, key string, p property, more string) string {
	t.Helper()
	description, unset := describe(p)
	kind := p.Type
	if kind == "array" {
		kind = "list of " + p.Items.Type + "s"
	}
	if link := details[key]; link != "" {
		more += " [Details](" + link + ")."
	}
	return fmt.Sprintf("|`%s`|%s|%s|%s|%s|\n", key, kind, unset, description+more, effectOf(t, key))
}

var (
	defaultValue = regexp.MustCompile(` Default: ([^.]*)\.`)
	// identifier is the name of a key, or a text with a placeholder.
	identifier = regexp.MustCompile(`(^|[ (])([a-z.]*[a-z][A-Z]\w*|[a-z-]+:[a-z]\w+|[\w.-]*<[\w.<>-]*>|\{[^}]*\})`)
)

// describe returns the description of a key, and the value of a key that is not set.
func describe(p property) (text, unset string) {
	text, unset = p.Description, "none"
	if rest, found := strings.CutPrefix(text, "Required. "); found {
		text, unset = rest, "required"
	} else if match := defaultValue.FindStringSubmatch(text); match != nil {
		text, unset = strings.Replace(text, match[0], "", 1), match[1]
	} else if value := reflect.ValueOf(p.Default); value.Kind() == reflect.Bool || value.Kind() == reflect.String && value.Len() > 0 {
		unset = fmt.Sprint(p.Default)
	} else if p.Type == "boolean" {
		unset = "false"
	}
	code := "$1`$2`"
	return identifier.ReplaceAllString(text, code), identifier.ReplaceAllString(unset, code)
}

// effectOf returns the effect of a change of a key, or of each of its fields.
func effectOf(t *testing.T, key string) string {
	t.Helper()
	if c, found := changes[key]; found {
		return c.effect
	}
	if key == "cluster" {
		return "see its fields"
	}
	byEffect := map[string][]string{}
	for _, changed := range slices.Sorted(maps.Keys(changes)) {
		if field, found := strings.CutPrefix(changed, key+"."); found {
			effect := changes[changed].effect
			byEffect[effect] = append(byEffect[effect], "`"+field+"`")
		}
	}
	if len(byEffect) == 0 {
		t.Errorf("no change of %s", key)
	}
	var parts []string
	for _, effect := range slices.Sorted(maps.Keys(byEffect)) {
		parts = append(parts, strings.Join(byEffect[effect], ", ")+": "+effect)
	}
	return strings.Join(parts, "; ")
}
