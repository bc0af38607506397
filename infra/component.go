package infra

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"argocd-on-aks/infra/internal/problem"
)

// ArgumentsError is the error of a component whose arguments are wrong.
type ArgumentsError struct{ problems problem.List }

// Error lists what is wrong, each with the path of the argument: UserPool.Zones[0].
func (e *ArgumentsError) Error() string { return e.problems.Arguments().Error() }

// Named is the same for those to whom the arguments have other names, such as
// programs in other languages: nameOf gets the path, and is put in place of it and
// of the word argument.
func (e *ArgumentsError) Named(nameOf func(path string) string) error {
	return e.problems.Named(nameOf)
}

// component takes the five steps of every constructor: it checks the arguments,
// registers the component, has create register its children and set its outputs,
// and registers those.
func component[A any, C pulumi.ComponentResource](
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
	if problems := check(args); len(problems) > 0 {
		return none, &ArgumentsError{problems}
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
