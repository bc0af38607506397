package stack

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// configured returns the full names of all configured keys. The SDK provides single keys
// only; the CLI's environment variable has all of them.
func configured() []string {
	var values map[string]any
	if json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &values) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(values))
}

// repositoryProject is the project name in the keys of Pulumi.prod.yaml.
const repositoryProject = "argocd-on-aks"

// otherProjects returns the prefixes of keys that were meant to be the project's name: that of
// this repository and misspelled ones. Short names resemble those of providers, such as aks
// and aws.
func otherProjects(project string, names []string) []string {
	const shortest = 6
	others := []string{repositoryProject}
	for _, name := range names {
		prefix, _, _ := strings.Cut(name, ":")
		if len(prefix) >= shortest && nearest(prefix, slices.Values([]string{project})) != "" && !slices.Contains(others, prefix) {
			others = append(others, prefix)
		}
	}
	return slices.DeleteFunc(others, func(other string) bool { return other == project })
}

// unread reports configured keys of this program that it has not read.
func (r *reader) unread(names []string) {
	for _, name := range names {
		prefix, key, _ := strings.Cut(name, ":")
		_, read := r.keys[key]
		if read || prefix != r.project && !slices.Contains(r.others, prefix) {
			continue
		}
		if path := r.pathOf(key); path != "" {
			r.note(key, "%s is a field, not a key; run pulumi config rm %s and pulumi config set %s--path %s <value>",
				shown(name), shell.Quote(name), secretFlag(key), shell.Quote(path))
		} else {
			r.note(key, "%s is not a valid key; %s", shown(name), correction(nearest(key, maps.Keys(r.keys))))
		}
	}
}

// pathOf returns the path for pulumi config set --path if a key, set without it, is a field
// of another.
func (r *reader) pathOf(key string) string {
	root := rootOf(key)
	switch kind := r.keys[root]; {
	case root == key || kind == reflect.Invalid || kind == reflect.String:
		return ""
	case kind == reflect.Map:
		return root + `["` + strings.Trim(key[len(root):], `.[]"`) + `"]`
	}
	return key
}

func secretFlag(key string) string {
	if rootOf(key) == "secretSettings" {
		return "--secret "
	}
	return ""
}

// shared are keys that providers read as well, under their own prefix.
var shared = []string{"region", "domain", "cluster", "cloud", "name", "tags"}

// foreign returns keys of this program with the prefix of a project with another name, which
// may also belong to a provider or another program.
func (r *reader) foreign(names []string) (foreign []string) {
	for _, name := range names {
		prefix, key, _ := strings.Cut(name, ":")
		if _, read := r.keys[key]; read && prefix != r.project && !slices.Contains(r.others, prefix) && !slices.Contains(shared, key) {
			foreign = append(foreign, name)
		}
	}
	return foreign
}

func (c *Config) foreignWarning() string {
	if len(c.foreign) == 0 {
		return ""
	}
	return "The program ignores keys with the prefix of another project: " + strings.Join(c.foreign, ", ") + "."
}

// tagsWarning returns a warning about tags that no resource takes.
func (c *Config) tagsWarning() string {
	if c.ExistingCluster == "" || len(c.Cluster.Tags) == 0 {
		return ""
	}
	return "tags have no effect with cluster.existingId, because the program creates no resource with tags."
}
