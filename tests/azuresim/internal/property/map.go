// Package property reads properties of resources and compares them with the SDKs' argument
// types.
package property

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Map holds the properties of a resource or of a nested object. Its methods take a path of
// names, such as "sku.tier", unwrap secrets, and return the zero value for missing values
// and other types.
type Map resource.PropertyMap

// From returns a Map of plain values.
func From(values map[string]any) Map { return Map(resource.NewPropertyMapFromMap(values)) }

// Copy returns a shallow copy.
func (m Map) Copy() Map { return Map(resource.PropertyMap(m).Copy()) }

// At returns the value at a path.
func (m Map) At(path string) resource.PropertyValue {
	name, rest, deeper := strings.Cut(path, ".")
	value := plain(m[resource.PropertyKey(name)])
	if !deeper {
		return value
	}
	return object(value).At(rest)
}

// Text returns the string at a path.
func (m Map) Text(path string) string {
	if v := m.At(path); v.IsString() {
		return v.StringValue()
	}
	return ""
}

// Value returns the string with a key, which can contain dots.
func (m Map) Value(key string) string {
	if v := plain(m[resource.PropertyKey(key)]); v.IsString() {
		return v.StringValue()
	}
	return ""
}

// Number returns the integer at a path.
func (m Map) Number(path string) int {
	if v := m.At(path); v.IsNumber() {
		return int(v.NumberValue())
	}
	return 0
}

// Flag reports whether the value at a path is true.
func (m Map) Flag(path string) bool {
	v := m.At(path)
	return v.IsBool() && v.BoolValue()
}

// Map returns the object at a path.
func (m Map) Map(path string) Map { return object(m.At(path)) }

// Maps returns the objects in the list at a path.
func (m Map) Maps(path string) []Map {
	var all []Map
	for _, v := range m.list(path) {
		if v.IsObject() {
			all = append(all, object(v))
		}
	}
	return all
}

// Texts returns the strings in the list at a path.
func (m Map) Texts(path string) []string {
	var all []string
	for _, v := range m.list(path) {
		if v.IsString() {
			all = append(all, v.StringValue())
		}
	}
	return all
}

// First returns the first of several texts that matches.
func First(texts []string, is func(string) bool) (text string, found bool) {
	i := slices.IndexFunc(texts, is)
	if i < 0 {
		return "", false
	}
	return texts[i], true
}

// List returns a list of objects.
func List(maps []Map) resource.PropertyValue {
	var values []resource.PropertyValue
	for _, m := range maps {
		values = append(values, resource.NewObjectProperty(resource.PropertyMap(m)))
	}
	return resource.NewArrayProperty(values)
}

func (m Map) list(path string) []resource.PropertyValue {
	v := m.At(path)
	if !v.IsArray() {
		return nil
	}
	var elements []resource.PropertyValue
	for _, element := range v.ArrayValue() {
		elements = append(elements, plain(element))
	}
	return elements
}

func object(v resource.PropertyValue) Map {
	if !v.IsObject() {
		return nil
	}
	return Map(v.ObjectValue())
}

func plain(v resource.PropertyValue) resource.PropertyValue {
	if v.IsSecret() {
		return v.SecretValue().Element
	}
	return v
}
