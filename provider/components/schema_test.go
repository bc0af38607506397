package components

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	"argocd-on-aks/infra/component"
)

var update = flag.Bool("update", false, "write schema.json")

func served(t *testing.T) schema.PackageSpec {
	t.Helper()
	built, err := Provider()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := provider.GetSchema(context.Background(), Name, Version, built)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// TestSchema: schema.json is what programs in other languages see, so that a
// change of it is seen in a review. `go test ./components -update` writes it.
func TestSchema(t *testing.T) {
	t.Parallel()
	text, err := json.MarshalIndent(served(t), "", "    ")
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
		t.Error("the provider serves another schema than schema.json; go test ./components -update writes it")
	}
}

// TestSchemaIsValid: the generators of SDKs take it, and every input and output
// says what it is.
func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	spec := served(t)
	_, problems, err := schema.BindSpec(spec, struct{ schema.Loader }{}, schema.ValidationOptions{})
	if err != nil || problems.HasErrors() {
		t.Errorf("%v: %v", err, problems)
	}
	described := func(where string, properties map[string]schema.PropertySpec) {
		for name, property := range properties {
			if !strings.HasSuffix(property.Description, ".") {
				t.Errorf("%s.%s is described as %q", where, name, property.Description)
			}
		}
	}
	for token, component := range spec.Resources {
		if component.Description == "" {
			t.Errorf("%s is not described", token)
		}
		described(token, component.InputProperties)
		described(token, component.Properties)
	}
	for token, object := range spec.Types {
		described(token, object.Properties)
	}
}
