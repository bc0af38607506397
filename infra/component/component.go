// Package component provides the steps that the constructors of all components share.
package component

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// ArgumentsError is the error of a component with invalid arguments.
type ArgumentsError struct{ problems problem.List }

// Error lists the problems, each with the path of the argument: UserPool.Zones[0].
func (e *ArgumentsError) Error() string { return e.problems.Arguments().Error() }

// Invalid returns an ArgumentsError with these problems, or nil if there are none.
func Invalid(problems problem.List) error {
	if len(problems) == 0 {
		return nil
	}
	return &ArgumentsError{problems}
}

// Inputs returns the same error for programs in other languages. nameOf returns an
// input's name in that language.
func (e *ArgumentsError) Inputs(nameOf func(path string) string) error {
	return e.problems.Inputs(nameOf)
}

// New performs the steps of every constructor: it checks the arguments, registers the
// component, calls create to register the children, and registers the outputs.
func New[A any, C pulumi.ComponentResource](
	ctx *pulumi.Context, kind, name string, args *A, check func(*A) problem.List,
	c C, create func(*pulumi.Context, string, *A) (pulumi.Map, error), opts []pulumi.ResourceOption,
) (none C, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s %q: %w", kind, name, err)
		}
	}()
	if args == nil {
		return none, errors.New("args are required")
	}
	// Outputs resolve later, when the caller may have changed its arguments.
	own := *args
	args = &own
	if err := Invalid(check(args)); err != nil {
		return none, err
	}
	if err := ctx.RegisterComponentResource("argocd-on-aks:infra:"+kind, name, c, opts...); err != nil {
		return none, err
	}
	outputs, err := create(ctx, name, args)
	if err != nil {
		return none, err
	}
	return c, ctx.RegisterResourceOutputs(c, outputs)
}
