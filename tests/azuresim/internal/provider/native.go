package provider

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// native behaves like azure-native v2: https://github.com/pulumi/pulumi-azure-native,
// provider/pkg/provider.
type native struct{}

// diff compares old with new inputs (diff.go there). A replacement deletes before it
// creates, because names are explicit.
func (native) diff(kind store.Kind, r plugin.DiffRequest) plugin.DiffResult {
	c := changes{replaceOn: kind.ReplaceOn, found: map[string]plugin.PropertyDiff{}}
	if diff := r.OldInputs.Diff(r.NewInputs, resource.IsInternalPropertyKey); diff != nil {
		for key, same := range sameToARM {
			if update, changed := diff.Updates[key]; changed && update.Old.IsString() && update.New.IsString() && same(update.Old.StringValue()) == same(update.New.StringValue()) {
				delete(diff.Updates, key)
			}
		}
		c.object(diff, "", "", false)
	}
	c.clearReplacements(r)
	result := c.result()
	result.DeleteBeforeReplace = len(result.ReplaceKeys) > 0
	return result
}

// sameToARM are functions that normalize properties with several spellings.
var sameToARM = map[resource.PropertyKey]func(string) string{
	"resourceGroupName": strings.ToLower,
	"location":          func(region string) string { return strings.ToLower(strings.ReplaceAll(region, " ", "")) },
}

// clearReplacements clears the replacement of newly set properties whose value equals Azure's last
// answer (calculateChangesAndReplacements there).
func (c *changes) clearReplacements(r plugin.DiffRequest) {
	for path, detail := range c.found {
		key := resource.PropertyKey(path)
		answered, was := r.OldOutputs[key]
		if detail.Kind == plugin.DiffAddReplace && was && answered.DeepEquals(r.NewInputs[key]) {
			c.note(path, plugin.DiffAdd, false)
		}
	}
}

// inputs returns, for an import, the writable properties of the answer. For a refresh it
// returns the old inputs with the changes of the answer (Read there).
func (native) inputs(kind store.Kind, r plugin.ReadRequest, answer property.Map) property.Map {
	now := answer.Writable(kind.Args)
	if len(r.State) == 0 {
		return now
	}
	before := property.Map(r.State).Writable(kind.Args)
	return property.Map(applyDiff(r.Inputs, resource.PropertyMap(before), resource.PropertyMap(now)))
}

// applyDiff applies the changes of an answer to the inputs (applyDiff there).
func applyDiff(inputs, before, now resource.PropertyMap) resource.PropertyMap {
	diff := before.Diff(now)
	if diff == nil {
		return inputs
	}
	changed := inputs.Copy()
	for key := range diff.Deletes {
		delete(changed, key)
	}
	for key, value := range diff.Adds {
		changed[key] = value
	}
	for key, update := range diff.Updates {
		changed[key] = applyValueDiff(changed[key], update.Old, update.New)
	}
	return changed
}

func applyValueDiff(input, before, now resource.PropertyValue) resource.PropertyValue {
	switch {
	case input.IsObject() && before.IsObject() && now.IsObject():
		return resource.NewObjectProperty(applyDiff(input.ObjectValue(), before.ObjectValue(), now.ObjectValue()))
	case input.IsArray() && before.IsArray() && now.IsArray():
		changed := append([]resource.PropertyValue{}, now.ArrayValue()...)
		for i := range min(len(changed), len(input.ArrayValue()), len(before.ArrayValue())) {
			changed[i] = applyValueDiff(input.ArrayValue()[i], before.ArrayValue()[i], changed[i])
		}
		return resource.NewArrayProperty(changed)
	}
	return now
}

// preview returns the inputs and the properties that never change (stableOutputs in Update
// there). All other outputs are unknown.
func (native) preview(r plugin.UpdateRequest) resource.PropertyMap {
	outputs := withUnknown(r.NewInputs, r.OldOutputs)
	for _, stable := range []resource.PropertyKey{"name", "location"} {
		if value, known := r.OldOutputs[stable]; known {
			outputs[stable] = value
		}
	}
	return outputs
}

func withUnknown(inputs, answered resource.PropertyMap) resource.PropertyMap {
	all := inputs.Copy()
	for key, value := range answered {
		input, sent := inputs[key]
		switch {
		case !sent:
			all[key] = resource.MakeComputed(resource.NewStringProperty(""))
		case input.IsObject() && value.IsObject():
			all[key] = resource.NewObjectProperty(withUnknown(input.ObjectValue(), value.ObjectValue()))
		}
	}
	return all
}

// alreadyExists returns the error for a resource that a read finds before the create (CanCreate in
// provider/pkg/azure).
func (native) alreadyExists(id string) error {
	return fmt.Errorf("cannot create already existing resource '%s'", id)
}

// notFound returns nil: azure-native accepts a 404 on delete.
func (native) notFound(store.Kind, string) error { return nil }
