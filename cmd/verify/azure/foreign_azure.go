package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// Creating a resource with the stack's name requires write access to the subscription or the
// resource group. If recover adopted it, others would keep their access to it, and the stack's
// destroy would delete it. Resource providers may omit the creator of a resource (systemData,
// https://github.com/Azure/azure-resource-manager-rpc/pull/134). It is not documented if
// createdBy is an object ID, a client ID or a user name, so it cannot be compared with the
// deploying identity. These functions look for properties that an interrupted deployment does
// not leave and the next up does not change.

// armObject is a response of Azure Resource Manager.
type armObject struct {
	ID         string         `json:"id"`
	Location   string         `json:"location"`
	ManagedBy  string         `json:"managedBy"`
	Tags       map[string]any `json:"tags"`
	Identity   map[string]any `json:"identity"`
	Properties map[string]any `json:"properties"`
}

// at returns the property at a path in azure-native's inputs.
func (o armObject) at(path string) any {
	all := map[string]any{"location": o.Location, "managedBy": o.ManagedBy, "identity": o.Identity}
	maps.Copy(all, o.Properties)
	return at(all, path)
}

func at(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		fields, _ := value.(map[string]any)
		value = fields[name]
	}
	return value
}

// unlike describes the properties at these paths that differ from the wanted ones.
func (o armObject) unlike(w Wanted, paths ...string) (wrong []string) {
	for _, path := range paths {
		got, want := o.at(path), at(w.Inputs, path)
		switch {
		case plain(got) == plain(want):
		case plain(got) == "" || plain(want) == "" || strings.ContainsAny(plain(got)+plain(want), "{["):
			wrong = append(wrong, path+" differs from the stack")
		default:
			wrong = append(wrong, fmt.Sprintf("%s is %v, not %v", path, got, want))
		}
	}
	return wrong
}

// plain returns a normalized text of a value: false and empty values are "", lists are sorted,
// and case and spaces are ignored, as in names of regions.
func plain(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return strings.ToLower(strings.ReplaceAll(value, " ", ""))
	case bool:
		if !value {
			return ""
		}
	case map[string]any:
		var fields []string
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if below := plain(value[name]); below != "" {
				fields = append(fields, name+":"+below)
			}
		}
		if len(fields) == 0 {
			return ""
		}
		return "{" + strings.Join(fields, ",") + "}"
	case []any:
		var entries []string
		for _, entry := range value {
			entries = append(entries, plain(entry))
		}
		if len(entries) == 0 {
			return ""
		}
		slices.Sort(entries)
		return "[" + strings.Join(entries, ",") + "]"
	}
	return fmt.Sprint(value)
}

// unlikeTags describes the tags that differ from the wanted ones. Tag names are not
// case-sensitive.
// https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
func (o armObject) unlikeTags(w Wanted) (wrong []string) {
	wanted, _ := w.Inputs["tags"].(map[string]any)
	lower := func(tags map[string]any) map[string]any {
		all := map[string]any{}
		for name, value := range tags {
			all[strings.ToLower(name)] = value
		}
		return all
	}
	got, want := lower(o.Tags), lower(wanted)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, has := got[name]; !has {
			wrong = append(wrong, fmt.Sprintf("tag %q is missing", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if got[name] != want[name] {
			wrong = append(wrong, fmt.Sprintf("tag %q is %q", name, got[name]))
		}
	}
	return wrong
}

// attachments are the lists of objects, other than roles, that can be attached to a resource.
// They include those of the subscription and its management groups, which have other IDs.
// https://learn.microsoft.com/rest/api/resources/management-locks/list-by-scope and
// https://learn.microsoft.com/rest/api/policyauthorization/policy-assignments/list-for-resource-group
var attachments = []struct{ what, path string }{
	{"lock", "/providers/Microsoft.Authorization/locks?api-version=2016-09-01"},
	{"policy assignment", "/providers/Microsoft.Authorization/policyAssignments?api-version=2022-06-01"},
}

// attached describes the role assignments on an object and below it, such as on a namespace of
// a cluster, except for some principals, and the locks and policy assignments. The filter
// atScope() would omit assignments below the object.
// https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope
func attached(ctx context.Context, c *Client, id string, except ...string) (wrong []string, err error) {
	all, err := roleAssignments(ctx, c, id, "")
	for _, a := range all {
		p := a.Properties
		if (SameID(p.Scope, id) || isBelow(p.Scope, id)) && !isOne(p.PrincipalID, except) {
			wrong = append(wrong, fmt.Sprintf("it has a role assignment of %s on %s", p.PrincipalID, p.Scope))
		}
	}
	for _, kind := range attachments {
		if err != nil {
			return nil, err
		}
		var found []armObject
		found, err = resources[armObject](ctx, c, id+kind.path)
		for _, one := range found {
			if isBelow(one.ID, id) {
				wrong = append(wrong, fmt.Sprintf("it has the %s %s (%s)", kind.what, printable.Quote(lastPart(one.ID)), one.ID))
			}
		}
	}
	return wrong, err
}

// isBelow reports whether an ID is below another.
func isBelow(id, parent string) bool {
	return strings.HasPrefix(strings.ToLower(id), strings.ToLower(parent)+"/")
}

// foreignGroup also counts resources: the stack creates resources after the group.
// https://learn.microsoft.com/rest/api/resources/resources/list-by-resource-group
func foreignGroup(ctx context.Context, c *Client, found armObject, w Wanted) ([]string, error) {
	wrong := append(found.unlike(w, "location", "managedBy"), found.unlikeTags(w)...)
	all, err := resources[json.RawMessage](ctx, c, found.ID+"/resources?api-version="+groupAPI)
	if err != nil {
		return nil, complete(err)
	}
	if len(all) > 0 {
		wrong = append(wrong, "it contains "+plural(len(all), "resource"))
	}
	others, err := attached(ctx, c, found.ID)
	return append(wrong, others...), complete(err)
}

// foreignExtension compares all settings. One of them is the client ID of the stack's
// application, which cannot be guessed. Azure does not document that an update removes omitted
// settings.
func foreignExtension(_ context.Context, _ *Client, found armObject, w Wanted) ([]string, error) {
	wanted, known := w.Inputs["configurationSettings"].(map[string]any)
	if !known {
		return nil, ErrNotYet
	}
	stack := &Stack{Extension: Installation{Settings: map[string]string{}}}
	for key, value := range wanted {
		if stack.Extension.Settings[key], known = value.(string); !known || value == unknown {
			return nil, ErrNotYet
		}
	}
	properties, err := json.Marshal(found.Properties)
	if err != nil {
		return nil, err
	}
	var has installed
	if err := json.Unmarshal(properties, &has); err != nil {
		return nil, err
	}
	wrong := found.unlike(w, "extensionType", "scope")
	hidden := has.hidden(w.Inputs["configurationProtectedSettings"])
	return append(append(wrong, settings(has, nil, stack).wrong...), hidden...), nil
}

// hidden removes the stack's protected settings from an extension. If the preview hides their
// names, it returns a doubt, because the settings in Azure cannot be compared.
func (i *installed) hidden(asked any) []string {
	names, known := asked.(map[string]any)
	_, secret := names[secretKey]
	if asked != nil && (!known || secret) {
		all := slices.Sorted(maps.Keys(i.Protected))
		if i.Protected = nil; len(all) > 0 {
			return []string{"the preview hides the names of the stack's protected settings; those in Azure are " + strings.Join(all, ", ")}
		}
		return nil
	}
	maps.DeleteFunc(i.Protected, func(name string, _ json.RawMessage) bool { return names[name] != nil })
	return nil
}

// secretKey marks a secret in a state: SigKey in https://github.com/pulumi/pulumi,
// sdk/go/common/resource/sig/sig.go.
const secretKey = "4dabf18193072939515e22adb298388d"
