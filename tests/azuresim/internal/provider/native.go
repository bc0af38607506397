package provider

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// native does as azure-native v2 does:
// https://github.com/pulumi/pulumi-azure-native, provider/pkg/provider.
type native struct{}

// diff compares old inputs with new ones (diff.go there). A replacement deletes
// before it creates, as the names are given.
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
	c.settle(r)
	result := c.result()
	result.DeleteBeforeReplace = len(result.ReplaceKeys) > 0
	return result
}

// sameToARM are the properties whose spelling does not matter.
var sameToARM = map[resource.PropertyKey]func(string) string{
	"resourceGroupName": strings.ToLower,
	"location":          func(region string) string { return strings.ToLower(strings.ReplaceAll(region, " ", "")) },
}

// settle takes for no replacement what is newly set to what Azure answered
// before (calculateChangesAndReplacements there).
func (c *changes) settle(r plugin.DiffRequest) {
	for path, detail := range c.found {
		key := resource.PropertyKey(path)
		answered, was := r.OldOutputs[key]
		if detail.Kind == plugin.DiffAddReplace && was && answered.DeepEquals(r.NewInputs[key]) {
			c.note(path, plugin.DiffAdd, false)
		}
	}
}

// inputs are, without a state, all of Azure's answer that can be written. With
// one they are the old inputs, with what has changed in Azure's answer since
// (Read there).
func (native) inputs(kind store.Kind, r plugin.ReadRequest, answer property.Map) property.Map {
	now := answer.Writable(kind.Args)
	if len(r.State) == 0 {
		return now
	}
	before := property.Map(r.State).Writable(kind.Args)
	return property.Map(follow(r.Inputs, resource.PropertyMap(before), resource.PropertyMap(now)))
}

// follow changes inputs as an answer has changed (applyDiff there).
func follow(inputs, before, now resource.PropertyMap) resource.PropertyMap {
	diff := before.Diff(now)
	if diff == nil {
		return inputs
	}
	followed := inputs.Copy()
	for key := range diff.Deletes {
		delete(followed, key)
	}
	for key, value := range diff.Adds {
		followed[key] = value
	}
	for key, update := range diff.Updates {
		followed[key] = followValue(followed[key], update.Old, update.New)
	}
	return followed
}

func followValue(input, before, now resource.PropertyValue) resource.PropertyValue {
	switch {
	case input.IsObject() && before.IsObject() && now.IsObject():
		return resource.NewObjectProperty(follow(input.ObjectValue(), before.ObjectValue(), now.ObjectValue()))
	case input.IsArray() && before.IsArray() && now.IsArray():
		followed := append([]resource.PropertyValue{}, now.ArrayValue()...)
		for i := range min(len(followed), len(input.ArrayValue()), len(before.ArrayValue())) {
			followed[i] = followValue(input.ArrayValue()[i], before.ArrayValue()[i], followed[i])
		}
		return resource.NewArrayProperty(followed)
	}
	return now
}

// preview knows the inputs and what never changes (stableOutputs in Update
// there). All else that Azure answers is unknown until then.
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

// exists is what it says of a resource that it shall create: it looks first
// (CanCreate in provider/pkg/azure).
func (native) exists(id string) error {
	return fmt.Errorf("cannot create already existing resource '%s'", id)
}

// gone is what it says of a resource that it shall delete: nothing, as a 404 is
// what it wants.
func (native) gone(store.Kind, string) error { return nil }
