package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Creating a resource in the stack's place takes write access to the subscription or the
// resource group. Adopted, it would keep the access that others have to it, and the stack's
// destroy would delete it. Resource providers may leave out who created a resource
// (systemData, https://github.com/Azure/azure-resource-manager-rpc/pull/134). So these
// functions look for properties that an interrupted create does not leave and the next up
// does not change.

// armObject is an answer of the resource manager.
type armObject struct {
	ID         string         `json:"id"`
	Location   string         `json:"location"`
	ManagedBy  string         `json:"managedBy"`
	Tags       map[string]any `json:"tags"`
	Identity   map[string]any `json:"identity"`
	Properties map[string]any `json:"properties"`
}

// at returns the property at a path of azure-native's inputs.
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

// unlike describes the properties at some paths that differ from the wanted ones.
func (o armObject) unlike(w Wanted, paths ...string) (wrong []string) {
	for _, path := range paths {
		got, want := o.at(path), at(w.Inputs, path)
		switch {
		case plain(got) == plain(want):
		case plain(got) == "" || plain(want) == "" || strings.ContainsAny(plain(got)+plain(want), "{["):
			wrong = append(wrong, path+" is not the stack's")
		default:
			wrong = append(wrong, fmt.Sprintf("%s is %v, not %v", path, got, want))
		}
	}
	return wrong
}

// plain returns a value as text that is equal for equal values: false and empty values are
// absent, lists are sorted, and case and blanks do not count, as in names of regions.
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

// unlikeTags describes the tags that differ from the wanted ones. Names of tags are not
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

// assigned describes the role assignments on the object itself.
func (o armObject) assigned(ctx context.Context, c *Client) (wrong []string, err error) {
	all, err := roleAssignments(ctx, c, o.ID, "atScope()")
	for _, a := range all {
		if SameID(a.Properties.Scope, o.ID) {
			wrong = append(wrong, "there is a role assignment of "+a.Properties.PrincipalID)
		}
	}
	return wrong, err
}

// foreignGroup also counts resources: the stack creates its own after the group.
// https://learn.microsoft.com/rest/api/resources/resources/list-by-resource-group
func foreignGroup(ctx context.Context, c *Client, found armObject, w Wanted) ([]string, error) {
	wrong := append(found.unlike(w, "location", "managedBy"), found.unlikeTags(w)...)
	all, err := resources[json.RawMessage](ctx, c, found.ID+"/resources?api-version="+groupAPI)
	if err != nil {
		return nil, complete(err)
	}
	if len(all) > 0 {
		wrong = append(wrong, fmt.Sprintf("%d resources are in it", len(all)))
	}
	roles, err := found.assigned(ctx, c)
	return append(wrong, roles...), err
}

// foreignCluster looks for properties that give others access to the cluster or its nodes,
// and for those that cannot be changed.
func foreignCluster(ctx context.Context, c *Client, found armObject, w Wanted) ([]string, error) {
	wrong := append(found.unlike(w, "location", "dnsPrefix", "identity.type", "identity.userAssignedIdentities", "diskEncryptionSetID",
		"aadProfile.adminGroupObjectIDs", "disableLocalAccounts", "linuxProfile", "httpProxyConfig", "bootstrapProfile.containerRegistryId",
		"addonProfiles", "securityProfile.customCATrustCertificates"), found.unlikeTags(w)...)
	if id, _ := at(found.Properties, "servicePrincipalProfile.clientId").(string); id != "" && id != "msi" {
		wrong = append(wrong, "servicePrincipalProfile is that of "+id)
	}
	wrong = append(wrong, foreignPools(found, w)...)
	installed, err := resources[armObject](ctx, c, found.ID+"/providers/Microsoft.KubernetesConfiguration/extensions?api-version="+extensionAPI)
	if err != nil {
		return nil, complete(err)
	}
	for _, extension := range installed {
		wrong = append(wrong, fmt.Sprintf("the extension %q is installed", lastPart(extension.ID)))
	}
	roles, err := found.assigned(ctx, c)
	return append(wrong, roles...), err
}

// foreignPools compares the node pools that come with a cluster.
func foreignPools(found armObject, w Wanted) (wrong []string) {
	byName := func(list any) map[string]map[string]any {
		pools := map[string]map[string]any{}
		entries, _ := list.([]any)
		for _, entry := range entries {
			if pool, is := entry.(map[string]any); is {
				name, _ := pool["name"].(string)
				pools[name] = pool
			}
		}
		return pools
	}
	want := byName(w.Inputs["agentPoolProfiles"])
	for name, pool := range byName(found.Properties["agentPoolProfiles"]) {
		asked, known := want[name]
		if !known {
			wrong = append(wrong, fmt.Sprintf("the node pool %q is not the stack's", name))
			continue
		}
		for _, one := range (armObject{Properties: pool}).unlike(Wanted{Inputs: asked}, ofNodes...) {
			wrong = append(wrong, fmt.Sprintf("node pool %q: %s", name, one))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// ofNodes are properties of a node pool that cannot be changed.
var ofNodes = []string{"vmSize", "osType", "vnetSubnetID", "podSubnetID"}

func foreignPool(_ context.Context, _ *Client, found armObject, w Wanted) ([]string, error) {
	// A pool has its tags among its properties.
	found.Tags, _ = found.Properties["tags"].(map[string]any)
	return append(found.unlike(w, ofNodes...), found.unlikeTags(w)...), nil
}

// foreignExtension compares all settings. One of them is the client ID of the stack's
// application, which nobody can guess. Whether an update removes a setting that it does not
// mention is not documented.
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
	if w.Inputs["configurationProtectedSettings"] != nil {
		has.Protected = nil // whose keys a preview hides
	}
	return append(found.unlike(w, "extensionType", "scope"), settings(has, nil, stack).wrong...), nil
}
