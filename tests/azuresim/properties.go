package azuresim

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

func plain(v resource.PropertyValue) resource.PropertyValue {
	if v.IsSecret() {
		return v.SecretValue().Element
	}
	return v
}

func text(m resource.PropertyMap, key resource.PropertyKey) string {
	if v := plain(m[key]); v.IsString() {
		return v.StringValue()
	}
	return ""
}

func number(m resource.PropertyMap, key resource.PropertyKey) int {
	if v := plain(m[key]); v.IsNumber() {
		return int(v.NumberValue())
	}
	return 0
}

func flag(m resource.PropertyMap, key resource.PropertyKey) bool {
	v := plain(m[key])
	return v.IsBool() && v.BoolValue()
}

func enabled(m resource.PropertyMap) bool { return flag(m, "enabled") }

func child(m resource.PropertyMap, key resource.PropertyKey) resource.PropertyMap {
	if v := plain(m[key]); v.IsObject() {
		return v.ObjectValue()
	}
	return nil
}

func children(m resource.PropertyMap, key resource.PropertyKey) []resource.PropertyMap {
	var all []resource.PropertyMap
	if v := plain(m[key]); v.IsArray() {
		for _, element := range v.ArrayValue() {
			if element = plain(element); element.IsObject() {
				all = append(all, element.ObjectValue())
			}
		}
	}
	return all
}

func texts(m resource.PropertyMap, key resource.PropertyKey) []string {
	var all []string
	if v := plain(m[key]); v.IsArray() {
		for _, element := range v.ArrayValue() {
			if element = plain(element); element.IsString() {
				all = append(all, element.StringValue())
			}
		}
	}
	return all
}

// checkShape compares properties with the SDK's own argument type: an unknown
// name, a wrong type or a missing required property is a failure.
func checkShape(path string, t reflect.Type, v resource.PropertyValue) []plugin.CheckFailure {
	v = plain(v)
	if t.Kind() == reflect.Pointer {
		if v.IsNull() {
			return nil
		}
		t = t.Elem()
	}
	fail := func(format string, args ...any) []plugin.CheckFailure {
		return []plugin.CheckFailure{{Property: resource.PropertyKey(path), Reason: fmt.Sprintf(format, args...)}}
	}
	switch {
	case v.IsComputed() || v.IsOutput() || t.Kind() == reflect.Interface:
		return nil
	case t.Kind() == reflect.Struct && v.IsObject():
		return checkStruct(path, t, v.ObjectValue())
	case t.Kind() == reflect.Map && v.IsObject():
		var failures []plugin.CheckFailure
		for key, element := range v.ObjectValue() {
			failures = append(failures, checkShape(path+"."+string(key), t.Elem(), element)...)
		}
		return failures
	case t.Kind() == reflect.Slice && v.IsArray():
		var failures []plugin.CheckFailure
		for i, element := range v.ArrayValue() {
			failures = append(failures, checkShape(fmt.Sprintf("%s[%d]", path, i), t.Elem(), element)...)
		}
		return failures
	case t.Kind() == reflect.String && v.IsString(), t.Kind() == reflect.Bool && v.IsBool(),
		(t.Kind() == reflect.Int || t.Kind() == reflect.Float64) && v.IsNumber():
		return nil
	}
	return fail("%s must be a %s, not a %s", path, t.Kind(), v.TypeString())
}

func checkStruct(path string, t reflect.Type, properties resource.PropertyMap) []plugin.CheckFailure {
	var failures []plugin.CheckFailure
	known := map[resource.PropertyKey]bool{}
	for i := range t.NumField() {
		field := t.Field(i)
		key := resource.PropertyKey(field.Tag.Get("pulumi"))
		known[key] = true
		value, given := properties[key]
		required := slices.Contains([]reflect.Kind{reflect.String, reflect.Bool, reflect.Int}, field.Type.Kind())
		switch {
		case given:
			failures = append(failures, checkShape(strings.TrimPrefix(path+"."+string(key), "."), field.Type, value)...)
		case required:
			failures = append(failures, plugin.CheckFailure{Property: key, Reason: fmt.Sprintf("missing required property %q", key)})
		}
	}
	for key := range properties {
		if !known[key] && key != "__defaults" {
			failures = append(failures, plugin.CheckFailure{Property: key, Reason: fmt.Sprintf("unknown property %q", strings.TrimPrefix(path+"."+string(key), "."))})
		}
	}
	return failures
}
