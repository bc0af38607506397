package components

import (
	"context"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

var update = flag.Bool("update", false, "write schema.json")

const module = "argocd-on-aks:infra:"

// generate returns the schema of the Go types: infer's schema with descriptions, enums and
// defaults from the source.
func generate(t *testing.T) schema.PackageSpec {
	t.Helper()
	built, err := inferred()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := provider.GetSchema(context.Background(), Name, Version, built)
	if err != nil {
		t.Fatal(err)
	}
	spec.Language["nodejs"] = schema.RawMessage(`{"packageName":"@owner/argocd-on-aks","respectSchemaVersion":true}`)
	objects := sources(t)
	for token, component := range spec.Resources {
		name := strings.TrimPrefix(token, module)
		of, args := find(objects, name), find(objects, name+"Args")
		component.Description = of.description
		describe(&spec, name, component.Properties, of.all(objects))
		describe(&spec, name, component.InputProperties, args.all(objects))
		markPlain(component.InputProperties, args.all(objects))
		spec.Resources[token] = component
	}
	for token, object := range spec.Types {
		if len(object.Enum) > 0 {
			continue
		}
		name := strings.TrimPrefix(token, module)
		of := find(objects, name)
		object.Description = of.description
		describe(&spec, name, object.Properties, of.all(objects))
		markPlain(object.Properties, of.all(objects))
		spec.Types[token] = object
	}
	return spec
}

func find(objects map[string]object, name string) object {
	for _, folder := range []string{"aks", "argo", "entra", "chart"} {
		if o, found := objects[folder+"."+name]; found {
			return o
		}
	}
	return object{}
}

// describe adds descriptions, enums and defaults.
func describe(spec *schema.PackageSpec, owner string, properties map[string]schema.PropertySpec, fields map[string]field) {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property, of := properties[name], fields[name]
		property.Description = of.description
		if values := of.tag.Get("enum"); values != "" {
			token := module + owner + strings.ToUpper(name[:1]) + name[1:]
			spec.Types[token] = enum(of.description, strings.Split(values, ","))
			property.Type, property.Ref = "", "#/types/"+token
		}
		if value := of.tag.Get("default"); value != "" {
			property.Default = value
			if value == "true" {
				property.Default = true
			}
		}
		properties[name] = property
	}
}

func enum(description string, values []string) schema.ComplexTypeSpec {
	all := schema.ComplexTypeSpec{ObjectTypeSpec: schema.ObjectTypeSpec{Type: "string", Description: description}}
	for _, value := range values {
		all.Enum = append(all.Enum, schema.EnumValueSpec{Value: value})
	}
	return all
}

// markPlain marks inputs that do not accept outputs as plain. infer does this only for
// strings, numbers and booleans.
func markPlain(properties map[string]schema.PropertySpec, fields map[string]field) {
	for name, property := range properties {
		property.Plain = !fields[name].input
		for _, element := range []*schema.TypeSpec{property.Items, property.AdditionalProperties} {
			if element != nil {
				element.Plain = !fields[name].input
			}
		}
		if fields[name].input && (property.Items != nil || property.AdditionalProperties != nil) {
			property.Plain = fields[name].elements
		}
		properties[name] = property
	}
}

// TestSchema checks that schema.json is the schema of the Go types.
// `go test ./components -update` writes it.
func TestSchema(t *testing.T) {
	t.Parallel()
	text, err := json.MarshalIndent(generate(t), "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile("../schema.json", text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("../schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(want) {
		t.Error("schema.json differs from the schema of the Go types; run go test ./components -update")
	}
}

// TestSchemaIsValid checks that the SDK generators accept the schema, and that every input
// and output has a description.
func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	spec := generate(t)
	_, problems, err := schema.BindSpec(spec, struct{ schema.Loader }{}, schema.ValidationOptions{})
	if err != nil || problems.HasErrors() {
		t.Errorf("%v: %v", err, problems)
	}
	described := func(where string, properties map[string]schema.PropertySpec) {
		for name, property := range properties {
			if !strings.HasSuffix(property.Description, ".") {
				t.Errorf("%s.%s: description %q does not end with a period", where, name, property.Description)
			}
		}
	}
	for token, component := range spec.Resources {
		if component.Description == "" {
			t.Errorf("%s has no description", token)
		}
		described(token, component.InputProperties)
		described(token, component.Properties)
	}
	for token, object := range spec.Types {
		described(token, object.Properties)
	}
}
