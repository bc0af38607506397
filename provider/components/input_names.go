package components

import (
	"cmp"
	"errors"
	"reflect"
	"strings"

	"argocd-on-aks/infra/component"
)

// inInputs has a component's error name what is wrong as the schema of Args does,
// which is what programs in other languages write.
func inInputs[Args any](err error) error {
	var wrong *component.ArgumentsError
	if !errors.As(err, &wrong) {
		return err
	}
	return wrong.Named(func(path string) string { return "input " + inputName(reflect.TypeFor[Args](), path) })
}

// fieldOf has the fields here whose names are not those of package infra.
var fieldOf = map[string]string{
	"Location": "Region", "ContainerRegistryID": "ContainerRegistry", "Version": "ExtensionVersion",
	"OpenToTenant": "RequireAssignment", "AskForConsent": "PreConsent", "BrowserOnly": "CLI",
}

// inputName is the schema's path of an argument: userPool.vmSize for
// UserPool.VMSize.
func inputName(args reflect.Type, path string) string {
	var names []string
	for step := range strings.SplitSeq(path, ".") {
		name, _, _ := strings.Cut(step, "[")
		if args = elementOf(args); args.Kind() != reflect.Struct {
			return path
		}
		field, found := args.FieldByName(cmp.Or(fieldOf[name], name))
		if !found {
			return path // no input of its own
		}
		input, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		names = append(names, input+strings.TrimPrefix(step, name)) // with its [0]
		args = field.Type
	}
	return strings.Join(names, ".")
}

// elementOf is the type of what a pointer points to, or a list has.
func elementOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return t
}
