package stack

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// names is the config key names: Azure names that are not derived from the key name.
type names struct {
	ResourceGroup, Cluster, Application, FederatedCredential string
}

// keys maps an argument of a component to its config key, if the names differ. Other arguments
// of the cluster are below the key cluster.
type keys map[string]string

func (n names) keys() keys {
	from := func(field, value string) string {
		if value == "" {
			return "name"
		}
		return "names." + field
	}
	return keys{
		"Region": "region", "Tags": "tags",
		"Name":                          from("cluster", n.Cluster),
		"ResourceGroupName":             from("resourceGroup", n.ResourceGroup),
		"DisplayName":                   from("application", n.Application),
		"Instances[0].CredentialPrefix": "name",
		"Instances[0].Domain":           "domain",
		"Instances":                     "additionalDomains", // other redirect URIs are fixed
		"Instances[0].CredentialName":   "names.federatedCredential",
	}
}

// cluster returns the key of an argument of the AksCluster.
func (k keys) cluster(field string) string { return cmp.Or(k[field], "cluster."+configKey(field)) }

var roleIndex = regexp.MustCompile(`^Roles\[(\d+)\]`)

// argo returns the key of an argument of the EntraApp or the ArgoExtension. The first role
// belongs to the key group, the others to the key roles.
func (k keys) argo(field string) string {
	if match := roleIndex.FindStringSubmatch(field); match != nil {
		i, _ := strconv.Atoi(match[1])
		if i == 0 {
			return "group"
		}
		field = fmt.Sprintf("Roles[%d]%s", i-1, field[len(match[0]):])
	}
	return cmp.Or(k[field], configKey(strings.TrimPrefix(field, "Instances[0].")))
}

// configKey returns a field's path as in the configuration: userPool.vmSize for
// UserPool.VMSize, nodeOsUpgradeChannel for NodeOSUpgradeChannel.
func configKey(field string) string {
	letters := []rune(field)
	upper := func(i int) bool { return i >= 0 && i < len(letters) && unicode.IsUpper(letters[i]) }
	lower := func(i int) bool { return i < len(letters) && unicode.IsLower(letters[i]) }
	key := make([]rune, len(letters))
	for i, letter := range letters {
		startsPath := i == 0 || letters[i-1] == '.'
		startsWord := !upper(i-1) || lower(i+1)
		if startsPath || !startsWord {
			letter = unicode.ToLower(letter)
		}
		key[i] = letter
	}
	return string(key)
}
