package components

import (
	"context"
	"errors"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const secretSettings = "secretSettings"

// withSecretSettings hands a component its secret settings in the clear, as their
// names are checked before anything is created. It makes secrets of them again.
func withSecretSettings(p provider.Provider) provider.Provider {
	construct := p.Construct
	p.Construct = func(ctx context.Context, r provider.ConstructRequest) (provider.ConstructResponse, error) {
		if settings, has := r.Inputs.GetOk(secretSettings); has {
			if settings.HasComputed() {
				return provider.ConstructResponse{}, errors.New(secretSettings + " must be known in a preview, such as those from the stack's configuration")
			}
			r.Inputs = r.Inputs.Set(secretSettings, clear(settings))
		}
		return construct(ctx, r)
	}
	return p
}

// clear is a value, and all in it, that is no secret and no output.
func clear(value property.Value) property.Value {
	if !value.IsMap() {
		return value.WithSecret(false).WithDependencies(nil)
	}
	inner := map[string]property.Value{}
	for key, element := range value.AsMap().All {
		inner[key] = clear(element)
	}
	return property.New(inner)
}
