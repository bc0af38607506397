package components

import (
	"errors"
	"reflect"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/component"
)

// inInputs replaces the argument names in a component's error by the input names of the
// schema, which programs in other languages use.
func inInputs[Args any](err error) error {
	var wrong *component.ArgumentsError
	if !errors.As(err, &wrong) {
		return err
	}
	return wrong.Inputs(func(path string) string { return inputName(reflect.TypeFor[Args](), path) })
}

// inputName returns the path of an argument in the schema: userPool.vmSize for
// UserPool.VMSize.
func inputName(args reflect.Type, path string) string {
	var names []string
	for step := range strings.SplitSeq(path, ".") {
		name, _, _ := strings.Cut(step, "[")
		if args = elementOf(args); args.Kind() != reflect.Struct {
			return path
		}
		field, found := args.FieldByName(name)
		input, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		if !found || input == "" {
			return path // not an input
		}
		names = append(names, input+strings.TrimPrefix(step, name)) // keeps an index such as [0]
		args = field.Type
	}
	return strings.Join(names, ".")
}

// elementOf returns the type of a pointer's target or of a list's elements, and other types
// unchanged.
func elementOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return t
}
