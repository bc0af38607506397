package components

import (
	"context"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const secretSettings = "secretSettings"

// withSecretSettings passes known secret settings to the component as plain values. The
// component validates them before it creates resources, and marks them as secret again.
func withSecretSettings(p provider.Provider) provider.Provider {
	construct := p.Construct
	p.Construct = func(ctx context.Context, r provider.ConstructRequest) (provider.ConstructResponse, error) {
		if settings, has := r.Inputs.GetOk(secretSettings); has && settings.IsMap() {
			values := map[string]property.Value{}
			for key, value := range settings.AsMap().All {
				if !value.HasComputed() {
					value = value.WithSecret(false).WithDependencies(nil)
				}
				values[key] = value
			}
			r.Inputs = r.Inputs.Set(secretSettings, property.New(values))
		}
		return construct(ctx, r)
	}
	return p
}
