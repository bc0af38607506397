package main

import (
	"context"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// dependencies are, by output of a component, the resources that what takes it
// depends on. Programs in other languages see no resource of a component that
// they could name in dependsOn.
type dependencies struct {
	sync.Mutex
	of map[string][]urn.URN
}

type dependencyKey struct{}

// withDependencies tells the engine the outputs' dependencies, which
// pulumi-go-provider leaves out of the answer to Construct.
func withDependencies(p provider.Provider) provider.Provider {
	construct := p.Construct
	p.Construct = func(ctx context.Context, r provider.ConstructRequest) (provider.ConstructResponse, error) {
		found := &dependencies{of: map[string][]urn.URN{}}
		response, err := construct(context.WithValue(ctx, dependencyKey{}, found), r)
		if err != nil {
			return response, err
		}
		found.Lock()
		defer found.Unlock()
		for output, resources := range found.of {
			response.State = response.State.Set(output, response.State.Get(output).WithDependencies(resources))
		}
		return response, nil
	}
	return p
}

// after has what takes a component's output depend on resources.
func after(ctx *pulumi.Context, output string, resources []pulumi.Resource, value pulumi.StringOutput) pulumi.StringOutput {
	all := []any{value}
	for _, r := range resources {
		all = append(all, r.URN())
	}
	found := ctx.Context().Value(dependencyKey{}).(*dependencies)
	return pulumi.All(all...).ApplyT(func(values []any) string {
		found.Lock()
		defer found.Unlock()
		for _, u := range values[1:] {
			found.of[output] = append(found.of[output], urn.URN(u.(pulumi.URN)))
		}
		return values[0].(string)
	}).(pulumi.StringOutput)
}
