package provider

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/property"
	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// bridge does as azuread does, a Terraform provider:
// https://github.com/pulumi/pulumi-terraform-bridge, pkg/tfbridge.
type bridge struct{}

// diff compares the last answer with the new inputs, as Terraform compares a
// state with a configuration: zero values are as good as none, sets have no
// order. Changes of whole properties can be ignored; those of parts of them the
// engine has taken back already. A replacement creates before it deletes.
func (bridge) diff(kind store.Kind, r plugin.DiffRequest) plugin.DiffResult {
	before, after := property.Map(r.OldOutputs).Writable(kind.Args), property.Map(r.NewInputs).Copy()
	for _, ignored := range r.IgnoreChanges {
		delete(before, resource.PropertyKey(ignored))
		delete(after, resource.PropertyKey(ignored))
	}
	c := changes{replaceOn: kind.ReplaceOn, found: map[string]plugin.PropertyDiff{}}
	if diff := terraform(kind, before).Diff(terraform(kind, after), resource.IsInternalPropertyKey); diff != nil {
		c.object(diff, "", "", false)
	}
	return c.result()
}

// terraform is what a schema makes of properties.
func terraform(kind store.Kind, m property.Map) resource.PropertyMap {
	said := resource.PropertyMap{}
	for key, value := range m {
		assumed, is := kind.Assumes[string(key)]
		if value = settled(value); !empty(value) && (!is || !value.DeepEquals(resource.NewPropertyValue(assumed))) {
			said[key] = value
		}
	}
	return said
}

// settled is a value without what is empty in it, its lists sorted.
func settled(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return settled(v.SecretValue().Element)
	case v.IsObject():
		said := resource.PropertyMap{}
		for key, value := range v.ObjectValue() {
			if value = settled(value); !empty(value) {
				said[key] = value
			}
		}
		return resource.NewObjectProperty(said)
	case v.IsArray():
		var said []resource.PropertyValue
		for _, value := range v.ArrayValue() {
			if value = settled(value); !empty(value) {
				said = append(said, value)
			}
		}
		slices.SortFunc(said, func(x, y resource.PropertyValue) int { return cmp.Compare(x.String(), y.String()) })
		return resource.NewArrayProperty(said)
	}
	return v
}

// empty says whether a value is its type's zero value.
func empty(v resource.PropertyValue) bool {
	switch {
	case v.IsArray():
		return len(v.ArrayValue()) == 0
	case v.IsObject():
		return len(v.ObjectValue()) == 0
	case v.IsBool():
		return !v.BoolValue()
	case v.IsNumber():
		return v.NumberValue() == 0
	case v.IsString():
		return v.StringValue() == ""
	}
	return v.IsNull()
}

// inputs are, without a state, what the answer says beyond defaults and zero
// values. With one they are the old inputs, each as it is now
// (ExtractInputsFromOutputs there).
func (bridge) inputs(kind store.Kind, r plugin.ReadRequest, answer property.Map) property.Map {
	now := answer.Writable(kind.Args)
	if len(r.State) == 0 {
		return property.Map(terraform(kind, now))
	}
	return property.Map(known(r.Inputs, resource.PropertyMap(now)))
}

// known is what inputs have of an answer.
func known(inputs, now resource.PropertyMap) resource.PropertyMap {
	kept := resource.PropertyMap{}
	for key, value := range inputs {
		if answered, still := now[key]; still {
			kept[key] = knownValue(value, answered)
		}
	}
	return kept
}

func knownValue(input, now resource.PropertyValue) resource.PropertyValue {
	switch {
	case input.IsObject() && now.IsObject():
		return resource.NewObjectProperty(known(input.ObjectValue(), now.ObjectValue()))
	case input.IsArray() && now.IsArray():
		var kept []resource.PropertyValue
		for i := range min(len(input.ArrayValue()), len(now.ArrayValue())) {
			kept = append(kept, knownValue(input.ArrayValue()[i], now.ArrayValue()[i]))
		}
		return resource.NewArrayProperty(kept)
	}
	return now
}

// preview is Terraform's plan: what the provider computes stays as it is.
func (bridge) preview(r plugin.UpdateRequest) resource.PropertyMap {
	outputs := r.OldOutputs.Copy()
	maps.Copy(outputs, r.NewInputs)
	return outputs
}

// exists is left to Microsoft Graph.
func (bridge) exists(string) error { return nil }

// gone is what it says of a resource that it shall delete: that is an error
// (hashicorp/terraform-provider-azuread, internal/services).
func (bridge) gone(kind store.Kind, id string) error { return fmt.Errorf(kind.Gone, path.Base(id)) }
