package components

import (
	"context"
	"encoding/json"
	"fmt"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	"argocd-on-aks/infra/component"
)

// withPlainInputs has the schema say that inputs are plain values where they are:
// infer says so of the texts, numbers and booleans of a component only.
func withPlainInputs(p provider.Provider) provider.Provider {
	getSchema := p.GetSchema
	p.GetSchema = func(ctx context.Context, r provider.GetSchemaRequest) (provider.GetSchemaResponse, error) {
		response, err := getSchema(ctx, r)
		if err != nil {
			return response, err
		}
		var spec schema.PackageSpec
		if err := json.Unmarshal([]byte(response.Schema), &spec); err != nil {
			return response, fmt.Errorf("schema: %w", err)
		}
		for _, component := range spec.Resources {
			plain(component.InputProperties, func(name string, p schema.PropertySpec) bool {
				return p.Plain || name != secretSettings && (p.Type == "array" || p.Type == "object" || p.Ref != "")
			})
		}
		for _, object := range spec.Types {
			plain(object.Properties, func(name string, _ schema.PropertySpec) bool { return name != "issuer" })
		}
		text, err := json.Marshal(spec)
		return provider.GetSchemaResponse{Schema: string(text)}, err
	}
	return p
}

func plain(properties map[string]schema.PropertySpec, is func(string, schema.PropertySpec) bool) {
	for name, property := range properties {
		if property.Plain = is(name, property); property.Plain {
			for _, element := range []*schema.TypeSpec{property.Items, property.AdditionalProperties} {
				if element != nil {
					element.Plain = true
				}
			}
		}
		properties[name] = property
	}
}
