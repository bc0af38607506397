package components

import (
	"context"
	"slices"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// collected contains the resources that after records while a component is constructed.
type collected struct {
	sync.Mutex
	resources []urn.URN
}

type collectedKey struct{}

// after records that an output depends on resources of its component. withDependencies adds
// these dependencies to the inputs that use the output.
func after(ctx *pulumi.Context, resources []pulumi.Resource, value pulumi.StringOutput) pulumi.StringOutput {
	all := []any{value}
	for _, r := range resources {
		all = append(all, r.URN())
	}
	found := ctx.Context().Value(collectedKey{}).(*collected)
	return pulumi.All(all...).ApplyT(func(values []any) string {
		found.Lock()
		defer found.Unlock()
		for _, u := range values[1:] {
			found.resources = append(found.resources, urn.URN(u.(pulumi.URN)))
		}
		return values[0].(string)
	}).(pulumi.StringOutput)
}

// withDependencies adds a component's resources to the dependencies of the inputs that use
// its outputs. Programs in other languages cannot list these resources in dependsOn, and
// their SDKs report only the component as the source of an input.
func withDependencies(p provider.Provider) provider.Provider {
	var mu sync.Mutex
	resourcesOf := map[urn.URN][]urn.URN{}
	construct := p.Construct
	p.Construct = func(ctx context.Context, r provider.ConstructRequest) (provider.ConstructResponse, error) {
		mu.Lock()
		for name, value := range r.Inputs.All {
			dependencies := value.Dependencies()
			for _, component := range value.Dependencies() {
				dependencies = slices.Concat(dependencies, resourcesOf[component])
			}
			r.Inputs = r.Inputs.Set(name, value.WithDependencies(dependencies))
		}
		mu.Unlock()
		found := &collected{}
		response, err := construct(context.WithValue(ctx, collectedKey{}, found), r)
		if err != nil {
			return response, err
		}
		mu.Lock()
		defer mu.Unlock()
		found.Lock()
		defer found.Unlock()
		resourcesOf[response.Urn] = found.resources
		return response, nil
	}
	return p
}
