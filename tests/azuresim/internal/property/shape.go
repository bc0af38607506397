package property

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// Check compares properties with the SDK's plain argument type. Unknown names, wrong types
// and missing required properties are failures.
func (m Map) Check(args reflect.Type) []plugin.CheckFailure { return checkStruct("", args, m) }

func checkStruct(path string, t reflect.Type, m Map) []plugin.CheckFailure {
	var failures []plugin.CheckFailure
	known := map[resource.PropertyKey]bool{}
	for i := range t.NumField() {
		field := t.Field(i)
		key := resource.PropertyKey(field.Tag.Get("pulumi"))
		known[key] = true
		value, given := m[key]
		required := slices.Contains([]reflect.Kind{reflect.String, reflect.Bool, reflect.Int}, field.Type.Kind())
		switch {
		case given:
			failures = append(failures, checkValue(join(path, key), field.Type, value)...)
		case required:
			failures = append(failures, failure(key, "missing required property %q", key))
		}
	}
	for key := range m {
		if !known[key] && key != "__defaults" {
			failures = append(failures, failure(key, "unknown property %q", join(path, key)))
		}
	}
	return failures
}

func checkValue(path string, t reflect.Type, v resource.PropertyValue) []plugin.CheckFailure {
	v = plain(v)
	if t.Kind() == reflect.Pointer {
		if v.IsNull() {
			return nil
		}
		t = t.Elem()
	}
	var failures []plugin.CheckFailure
	switch {
	case v.IsComputed() || v.IsOutput() || t.Kind() == reflect.Interface || isScalar(t, v):
	case t.Kind() == reflect.Struct && v.IsObject():
		failures = checkStruct(path, t, object(v))
	case t.Kind() == reflect.Map && v.IsObject():
		for key, element := range v.ObjectValue() {
			failures = append(failures, checkValue(path+"."+string(key), t.Elem(), element)...)
		}
	case t.Kind() == reflect.Slice && v.IsArray():
		for i, element := range v.ArrayValue() {
			failures = append(failures, checkValue(fmt.Sprintf("%s[%d]", path, i), t.Elem(), element)...)
		}
	default:
		failures = append(failures, failure(resource.PropertyKey(path), "%s must be a %s, not a %s", path, t.Kind(), v.TypeString()))
	}
	return failures
}

func isScalar(t reflect.Type, v resource.PropertyValue) bool {
	switch t.Kind() {
	case reflect.String:
		return v.IsString()
	case reflect.Bool:
		return v.IsBool()
	case reflect.Int, reflect.Float64:
		return v.IsNumber()
	}
	return false
}

func failure(property resource.PropertyKey, format string, args ...any) plugin.CheckFailure {
	return plugin.CheckFailure{Property: property, Reason: fmt.Sprintf(format, args...)}
}

func join(path string, key resource.PropertyKey) string {
	return strings.TrimPrefix(path+"."+string(key), ".")
}
