package faults

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// guid matches IDs that Azure generates.
var guid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// normalized returns all properties of all objects, one per line. It replaces generated IDs
// by the names of their objects, which makes two Azures comparable.
func normalized(azure *azuresim.Azure) []string {
	var all []object
	meaning := map[string]string{}
	for _, k := range append(slices.Clip(kinds), kind{"role", azuresim.RoleAssignment}) {
		found := objects(azure, k)
		for _, o := range found {
			assign(meaning, o.name+" id", o.id)
			for _, key := range o.answer.StableKeys() {
				assign(meaning, o.name+" "+string(key), fmt.Sprint(o.answer[key].Mappable()))
			}
		}
		all = append(all, found...)
	}
	var lines []string
	for _, o := range all {
		// Inputs that the answer omits count too: an update after an import also sends
		// Azure's defaults.
		has := o.sent.Copy()
		maps.Copy(has, o.answer)
		for _, line := range append(leaves(o.name, has.Mappable()), o.name+" is "+o.id) {
			lines = append(lines, guid.ReplaceAllStringFunc(line, func(id string) string {
				return "<" + cmp.Or(meaning[id], id) + ">"
			}))
		}
	}
	slices.Sort(lines)
	return lines
}

// leaves returns the values below a path.
func leaves(path string, value any) (all []string) {
	switch value := value.(type) {
	case map[string]any:
		for key, below := range value {
			all = append(all, leaves(path+"."+key, below)...)
		}
	case []any:
		for i, below := range value {
			all = append(all, leaves(fmt.Sprintf("%s[%d]", path, i), below)...)
		}
	default:
		return []string{fmt.Sprintf("%s = %v", path, value)}
	}
	if len(all) == 0 {
		return []string{path + " is empty"}
	}
	return all
}

type object struct {
	name, id     string
	sent, answer resource.PropertyMap
}

// objects returns the objects of a kind, sorted by name.
func objects(azure *azuresim.Azure, k kind) []object {
	var found []object
	sent := azure.Inputs(k.token)
	for id, answer := range azure.Answers(k.token) {
		found = append(found, object{k.name + " " + nameOf(sent[id]), id, sent[id], answer})
	}
	slices.SortFunc(found, func(x, y object) int { return cmp.Compare(x.name, y.name) })
	return found
}

// assign assigns the IDs in a value to an object unless they are assigned already.
func assign(meaning map[string]string, whose, value string) {
	for _, id := range guid.FindAllString(value, -1) {
		if meaning[id] == "" {
			meaning[id] = whose
		}
	}
}

// nameOf returns the name of an object.
func nameOf(sent resource.PropertyMap) string {
	for _, key := range []resource.PropertyKey{"displayName", "configName", "agentPoolName", "extensionName", "resourceName", "resourceGroupName", "principalObjectId"} {
		if name := sent[key]; name.IsString() {
			return name.StringValue()
		}
	}
	return ""
}
