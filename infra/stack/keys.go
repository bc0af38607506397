package stack

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// names is the config key of the same name: Azure names that do not follow from
// the key name.
type names struct {
	ResourceGroup, Cluster, Application, FederatedCredential string
}

// keys leads from an argument of a component to the config key that it comes
// from, where that is another name. The rest of the cluster's are below cluster.
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
		"Instances":                     "additionalDomains", // all others that an application has redirect URIs for
		"Instances[0].CredentialName":   "names.federatedCredential",
	}
}

// cluster is the key of an argument of the AksCluster.
func (k keys) cluster(field string) string { return cmp.Or(k[field], "cluster."+configKey(field)) }

var roleIndex = regexp.MustCompile(`^Roles\[(\d+)\]`)

// argo is the key of an argument of the EntraApp or the ArgoExtension. The first
// of the roles is the key group, the others are the key roles.
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

// configKey writes a field's path as configuration does: UserPool.VMSize is
// userPool.vmSize, NodeOSUpgradeChannel is nodeOsUpgradeChannel.
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
