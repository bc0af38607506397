package aks

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// reservedTags are the prefixes that Azure reserves for its tags, in any case:
// https://learn.microsoft.com/rest/api/resources/tags/create-or-update. Azure rejects them on
// a resource group: https://github.com/microsoft/vscode-azureresourcegroups/issues/1164.
var reservedTags = []string{"microsoft", "azure", "windows"}

// checkTags lists the tags that Azure rejects and those with invisible characters.
// https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
func checkTags(tags map[string]string) problem.List {
	var p problem.List
	if n := len(tags); n > 50 {
		p.Add("Tags", "has %d entries; Azure accepts at most 50", n)
	}
	spelt := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		lower := strings.ToLower(name)
		if other, taken := spelt[lower]; taken {
			p.Add("Tags", "%q and %q differ only in case, which Azure ignores; remove one", name, other)
		}
		spelt[lower] = name
		for _, reserved := range reservedTags {
			if strings.HasPrefix(lower, reserved) {
				p.Add("Tags", "%q begins with %s, which Azure reserves; use another name", name, reserved)
			}
		}
		switch value := tags[name]; {
		case name == "" || utf8.RuneCountInString(name) > 512 || utf8.RuneCountInString(value) > 256 || strings.ContainsAny(name, `<>%&\?/`):
			p.Add("Tags", "%q: a name has 1 to 512 characters and none of <>%%&\\?/, a value has 256 at most", name)
		case strings.ContainsFunc(name, problem.IsUnseen):
			p.Add("Tags", "%q has an invisible character; remove it", name)
		case strings.ContainsFunc(value, problem.IsUnseen):
			p.Add("Tags", "%q: the value %q has an invisible character; remove it", name, value)
		}
	}
	return p
}
