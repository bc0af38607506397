package provider

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// changes collects differences by path and marks those that replace the resource. replaceOn
// holds paths of names, with [] after the name of a list.
type changes struct {
	replaceOn []string
	found     map[string]plugin.PropertyDiff
}

// object walks the difference of an object. Added and removed keys are checked on their own
// path, changed values also on the paths of all enclosing objects.
func (c *changes) object(diff *resource.ObjectDiff, path, rule string, within bool) {
	for key := range diff.Adds {
		c.note(path+string(key), plugin.DiffAdd, c.replaces(rule+string(key)))
	}
	for key := range diff.Deletes {
		c.note(path+string(key), plugin.DiffDelete, c.replaces(rule+string(key)))
	}
	for key, value := range diff.Updates {
		c.value(value, path+string(key), rule+string(key), within)
	}
}

func (c *changes) value(diff resource.ValueDiff, path, rule string, within bool) {
	switch {
	case diff.Object != nil:
		c.object(diff.Object, path+".", rule+".", within || c.replaces(rule))
	case diff.Array != nil:
		for i, element := range diff.Array.Updates {
			c.value(element, fmt.Sprintf("%s[%d]", path, i), rule+"[]", within)
		}
		for i := range diff.Array.Adds {
			c.note(fmt.Sprintf("%s[%d]", path, i), plugin.DiffAdd, false)
		}
		for i := range diff.Array.Deletes {
			c.note(fmt.Sprintf("%s[%d]", path, i), plugin.DiffDelete, false)
		}
	default:
		c.note(path, plugin.DiffUpdate, within || c.replaces(rule))
	}
}

func (c *changes) replaces(rule string) bool { return slices.Contains(c.replaceOn, rule) }

func (c *changes) note(path string, kind plugin.DiffKind, replaces bool) {
	if replaces {
		kind = kind.AsReplace()
	}
	c.found[path] = plugin.PropertyDiff{Kind: kind, InputDiff: true}
}

// result returns the response to the engine.
func (c *changes) result() plugin.DiffResult {
	result := plugin.DiffResult{Changes: plugin.DiffNone, DetailedDiff: c.found}
	for path, detail := range c.found {
		result.Changes = plugin.DiffSome
		if detail.Kind.IsReplace() {
			result.ReplaceKeys = append(result.ReplaceKeys, resource.PropertyKey(path))
		}
	}
	return result
}
