package infra

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// component takes the steps of every constructor: check the arguments, register
// the component, create its children, and register its outputs, which create
// returns.
func component[C pulumi.ComponentResource](ctx *pulumi.Context, kind, name string, check error, c C, create func(C) (pulumi.Map, error), opts []pulumi.ResourceOption) (C, error) {
	var none C
	if check != nil {
		return none, fmt.Errorf("%s %q: %w", kind, name, check)
	}
	if err := ctx.RegisterComponentResource("argocd-on-aks:infra:"+kind, name, c, opts...); err != nil {
		return none, fmt.Errorf("%s %q: %w", kind, name, err)
	}
	outputs, err := create(c)
	if err != nil {
		return none, fmt.Errorf("%s %q: %w", kind, name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, outputs)
}
