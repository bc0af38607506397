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

// bridge behaves like azuread, a bridged Terraform provider:
// https://github.com/pulumi/pulumi-terraform-bridge, pkg/tfbridge.
type bridge struct{}

// diff compares the last answer with the new inputs, as Terraform compares state with
// configuration: zero values equal missing ones, and sets have no order. It applies
// ignoreChanges to whole properties; the engine has already reverted nested ones. A
// replacement creates before it deletes.
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

// terraform returns the properties after the schema's defaults.
func terraform(kind store.Kind, m property.Map) resource.PropertyMap {
	said := resource.PropertyMap{}
	for key, value := range m {
		assumed, is := kind.Defaults[string(key)]
		if value = normalized(value); !empty(value) && (!is || !value.DeepEquals(resource.NewPropertyValue(assumed))) {
			said[key] = value
		}
	}
	return said
}

// normalized removes empty values and sorts lists.
func normalized(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return normalized(v.SecretValue().Element)
	case v.IsObject():
		said := resource.PropertyMap{}
		for key, value := range v.ObjectValue() {
			if value = normalized(value); !empty(value) {
				said[key] = value
			}
		}
		return resource.NewObjectProperty(said)
	case v.IsArray():
		var said []resource.PropertyValue
		for _, value := range v.ArrayValue() {
			if value = normalized(value); !empty(value) {
				said = append(said, value)
			}
		}
		slices.SortFunc(said, func(x, y resource.PropertyValue) int { return cmp.Compare(x.String(), y.String()) })
		return resource.NewArrayProperty(said)
	}
	return v
}

// empty reports whether a value is its type's zero value.
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

// inputs returns, for an import, the answer without defaults and zero values. For a refresh
// it returns the old inputs with their current values (ExtractInputsFromOutputs in
// pkg/tfbridge).
func (bridge) inputs(kind store.Kind, r plugin.ReadRequest, answer property.Map) property.Map {
	now := answer.Writable(kind.Args)
	if len(r.State) == 0 {
		return property.Map(terraform(kind, now))
	}
	return property.Map(current(r.Inputs, resource.PropertyMap(now)))
}

// current returns the current values of the inputs' properties.
func current(inputs, now resource.PropertyMap) resource.PropertyMap {
	kept := resource.PropertyMap{}
	for key, value := range inputs {
		if answered, still := now[key]; still {
			kept[key] = currentValue(value, answered)
		}
	}
	return kept
}

func currentValue(input, now resource.PropertyValue) resource.PropertyValue {
	switch {
	case input.IsObject() && now.IsObject():
		return resource.NewObjectProperty(current(input.ObjectValue(), now.ObjectValue()))
	case input.IsArray() && now.IsArray():
		var kept []resource.PropertyValue
		for i := range min(len(input.ArrayValue()), len(now.ArrayValue())) {
			kept = append(kept, currentValue(input.ArrayValue()[i], now.ArrayValue()[i]))
		}
		return resource.NewArrayProperty(kept)
	}
	return now
}

// preview returns Terraform's plan, in which computed properties keep their values.
func (bridge) preview(r plugin.UpdateRequest) resource.PropertyMap {
	outputs := r.OldOutputs.Copy()
	maps.Copy(outputs, r.NewInputs)
	return outputs
}

// alreadyExists returns nil: Microsoft Graph rejects duplicates.
func (bridge) alreadyExists(string) error { return nil }

// notFound returns azuread's error for deleting a missing resource
// (hashicorp/terraform-provider-azuread, internal/services).
func (bridge) notFound(kind store.Kind, id string) error {
	return fmt.Errorf(kind.NotFound, path.Base(id))
}
