package property

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Writable returns the properties of an answer that the SDK's arguments have. A provider
// makes them the inputs of an imported resource.
func (m Map) Writable(args reflect.Type) Map {
	return object(writable(args, resource.NewObjectProperty(resource.PropertyMap(m))))
}

func writable(t reflect.Type, v resource.PropertyValue) resource.PropertyValue {
	t, v = dereference(t), plain(v)
	switch {
	case t.Kind() == reflect.Struct && v.IsObject():
		kept := resource.PropertyMap{}
		for _, field := range reflect.VisibleFields(t) {
			key := resource.PropertyKey(field.Tag.Get("pulumi"))
			if value, given := v.ObjectValue()[key]; given {
				kept[key] = writable(field.Type, value)
			}
		}
		return resource.NewObjectProperty(kept)
	case t.Kind() == reflect.Map && v.IsObject():
		kept := resource.PropertyMap{}
		for key, value := range v.ObjectValue() {
			kept[key] = writable(t.Elem(), value)
		}
		return resource.NewObjectProperty(kept)
	case t.Kind() == reflect.Slice && v.IsArray():
		kept := []resource.PropertyValue{}
		for _, element := range v.ArrayValue() {
			kept = append(kept, writable(t.Elem(), element))
		}
		return resource.NewArrayProperty(kept)
	}
	return v
}

// ReadOnly returns the other properties of an answer, except in lists.
func (m Map) ReadOnly(args reflect.Type) Map {
	fields, rest := map[resource.PropertyKey]reflect.Type{}, Map{}
	for _, field := range reflect.VisibleFields(args) {
		fields[resource.PropertyKey(field.Tag.Get("pulumi"))] = dereference(field.Type)
	}
	for key, value := range m {
		field, writable := fields[key]
		if !writable {
			rest[key] = value
		} else if field.Kind() == reflect.Struct && plain(value).IsObject() {
			if below := object(plain(value)).ReadOnly(field); len(below) > 0 {
				rest[key] = resource.NewObjectProperty(resource.PropertyMap(below))
			}
		}
	}
	return rest
}

// Put returns the stored result of a request to an API that keeps omitted properties. It
// merges objects, and lists of named objects by name. Other values, also empty ones,
// replace the old ones.
func (m Map) Put(args reflect.Type, request Map) Map {
	merged := m.Copy()
	for _, field := range reflect.VisibleFields(args) {
		key := resource.PropertyKey(field.Tag.Get("pulumi"))
		if value, given := request[key]; given && !plain(value).IsNull() {
			merged[key] = put(field.Type, m[key], value)
		}
	}
	return merged
}

func put(t reflect.Type, before, after resource.PropertyValue) resource.PropertyValue {
	t, before = dereference(t), plain(before)
	switch {
	case t.Kind() == reflect.Struct && before.IsObject() && plain(after).IsObject():
		return resource.NewObjectProperty(resource.PropertyMap(object(before).Put(t, object(plain(after)))))
	case t.Kind() == reflect.Slice && before.IsArray() && plain(after).IsArray() && hasName(t.Elem()):
		return putNamed(t.Elem(), before.ArrayValue(), plain(after).ArrayValue())
	}
	return after
}

// putNamed merges lists by name and keeps elements that the request omits.
func putNamed(t reflect.Type, before, after []resource.PropertyValue) resource.PropertyValue {
	merged := append([]resource.PropertyValue{}, before...)
	for _, value := range after {
		i := named(merged, object(plain(value)).Text("name"))
		if i < 0 {
			merged = append(merged, value)
			continue
		}
		merged[i] = put(t, merged[i], value)
	}
	return resource.NewArrayProperty(merged)
}

func named(objects []resource.PropertyValue, name string) int {
	for i, o := range objects {
		if object(plain(o)).Text("name") == name {
			return i
		}
	}
	return -1
}

func hasName(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for _, field := range reflect.VisibleFields(t) {
		if field.Tag.Get("pulumi") == "name" {
			return true
		}
	}
	return false
}

// Over returns the properties laid over others, such as a service's defaults. Objects are
// merged, other values replace those below.
func (m Map) Over(below Map) Map {
	all := below.Copy()
	for key, value := range m {
		under := plain(all[key])
		if over := plain(value); over.IsObject() && under.IsObject() {
			value = resource.NewObjectProperty(resource.PropertyMap(object(over).Over(object(under))))
		}
		all[key] = value
	}
	return all
}

func dereference(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
